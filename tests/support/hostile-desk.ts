/** The real agents over a model whose every answer is drawn from the hostile kinds, and what came of each. */
import type { AgentAnswer, AgentDesk, AskContext } from '#agents/agent-desk.ts';
import type { ChatModel, ModelReply, ModelRequest } from '#agents/chat-model.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import type { RandomSource } from '#domain/ids.ts';
import { PROMPTS } from './agent-fixtures.ts';
import {
  type AgentName,
  type Ending,
  HOSTILE_KINDS,
  type HostileKind,
  inOtherWords,
} from './hostile-replies.ts';
import { RULES } from './memory-cycles.ts';
import type { ScriptedReply } from './scripted-model.ts';

export interface Decision {
  readonly runId: string;
  readonly agent: AgentName;
  readonly kind: HostileKind;
  readonly ended: Ending | 'not asked';
}

/** How a scripted reply reaches the agents: by a fake model, or over the wire. */
export type Send = (reply: ScriptedReply, request: ModelRequest) => Promise<ModelReply>;

export interface HostileDesk {
  readonly agents: AgentDesk;
  readonly decisions: Decision[];
  /** What `onAbstention` was told, by reason. */
  readonly told: Map<string, number>;
}

interface Asked {
  readonly agent: AgentName;
  readonly sound: ReturnType<typeof inOtherWords>;
  drawn: { readonly kind: HostileKind; readonly replies: ScriptedReply[] } | null;
}

export function createHostileDesk(random: RandomSource, send: Send): HostileDesk {
  const decisions: Decision[] = [];
  const told = new Map<string, number>();
  const nextKind = createDecks(random);
  const asked = new Map<string, Asked>();
  const model: ChatModel = {
    name: 'hostile-1',
    ask(request) {
      const question = asked.get(keyOf(request));
      if (question === undefined) throw new Error(`${request.agent} asks without a question`);
      question.drawn ??= draw(question);
      const { replies } = question.drawn;
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply === undefined) throw new Error(`${question.drawn.kind.name} says nothing`);
      return send(reply, request);
    },
  };
  // The kind is drawn when the model is really asked: many questions are not worth a call.
  function draw({ agent, sound }: Asked): NonNullable<Asked['drawn']> {
    const kind = nextKind(agent);
    return { kind, replies: [...kind.replies(sound, random)] };
  }
  const real = createAgentDesk({
    ...{ model, prompts: PROMPTS, budget: null },
    onAbstention: (_agent, reason) => told.set(reason, (told.get(reason) ?? 0) + 1),
  });

  function seat<Question, Answer>(
    agent: AgentName,
    ask: (desk: AgentDesk, question: Question, context: AskContext) => Promise<AgentAnswer<Answer>>,
  ) {
    return async (question: Question, context: AskContext) => {
      const ruled = await ask(RULES, question, context);
      const open: Asked = { agent, sound: inOtherWords(ruled.answer), drawn: null };
      asked.set(keyOf(context), open);
      const said = await ask(real, question, context);
      asked.delete(keyOf(context));
      const ended = said.abstention ?? (said.decidedBy === 'model' ? 'used' : 'not asked');
      if (open.drawn !== null) decisions.push({ runId: context.runId, agent, kind: open.drawn.kind, ended });
      return said;
    };
  }

  return {
    decisions,
    told,
    agents: {
      hasModel: true,
      guardian: seat('guardian', (desk, question, context) => desk.guardian(question, context)),
      scanner: seat('scanner', (desk, question, context) => desk.scanner(question, context)),
      context: seat('context', (desk, question, context) => desk.context(question, context)),
      risk: seat('risk', (desk, question, context) => desk.risk(question, context)),
      executor: seat('executor', (desk, question, context) => desk.executor(question, context)),
    },
  };
}

function keyOf({ runId, spanId }: { readonly runId: string; readonly spanId: string }): string {
  return `${runId} ${spanId}`;
}

/** Each agent meets all of its kinds in a drawn order before it meets one again. */
function createDecks(random: RandomSource): (agent: AgentName) => HostileKind {
  const decks = new Map<AgentName, HostileKind[]>();
  return (agent) => {
    const left = decks.get(agent) ?? [];
    const deck = left.length > 0 ? left : HOSTILE_KINDS.filter(({ agents }) => agents.includes(agent));
    decks.set(agent, deck);
    const [kind] = deck.splice(Math.floor(random.next() * deck.length), 1);
    if (kind === undefined) throw new Error(`no kind of reply for ${agent}`);
    return kind;
  };
}

const USAGE = { calls: 1, inputTokens: 100, outputTokens: 20, costUsd: 0.001 };

/** The model layer's verdict without its wire; `hostile-wire.full.test.ts` holds that the wire gives the same. */
export const sendByHand: Send = async (reply) => {
  const failed = (outcome: Exclude<ModelReply['outcome'], 'answered'>): ModelReply => ({
    ...{ outcome, detail: 'scripted', usage: USAGE },
  });
  if (reply.kind === 'message') {
    if (reply.refusal !== undefined) return failed('refused');
    if (reply.finishReason === 'content_filter') return failed('filtered');
    const isCut = reply.finishReason === 'length';
    return { outcome: 'answered', text: reply.content ?? '', usage: USAGE, ...(isCut && { isCut }) };
  }
  if (reply.kind !== 'raw') return failed(reply.kind.startsWith('stalled') ? 'timed_out' : 'unreachable');
  if (reply.status === 200) return failed('completion_unreadable');
  if (reply.status === 401) return failed('no_model');
  return failed(reply.status === 429 ? 'rate_limited' : 'provider_failed');
};
