/** A desk of agents that answers for another one and keeps what each of its own was asked. */
import type { AgentAnswer, AgentDesk, AskContext } from '#agents/agent-desk.ts';
import type { PromptName } from '#prompts/prompt-variables.ts';

/** Those who are asked. The shared rules are a part of what each of them is told. */
export type AgentName = Exclude<PromptName, 'rules'>;
const AGENT_NAMES = [
  'scanner',
  'guardian',
  'context',
  'risk',
  'executor',
] as const satisfies readonly AgentName[];

/** Who is told what a prompt says. */
export function agentsTold(name: PromptName): readonly AgentName[] {
  return name === 'rules' ? AGENT_NAMES : [name];
}

/** Under whose name a question is put again. */
export type AskedAs = Pick<AskContext, 'runId' | 'spanId' | 'promptSetId' | 'signal'>;

export interface HeardQuestion {
  readonly agent: AgentName;
  readonly symbol: string | null;
  /** False where the run itself had no use for an answer. */
  readonly wasWorthAsking: boolean;
  /** Puts the same question to another desk, of which an answer is wanted. */
  putTo(desk: AgentDesk, asked: AskedAs): Promise<AgentAnswer<unknown>>;
}

/** `answering` gives the answers; what was asked is added to `heard`. */
export function listeningDesk(answering: AgentDesk, heard: HeardQuestion[]): AgentDesk {
  const seat =
    <Question, Answer>(agent: AgentName, seatOf: (desk: AgentDesk) => Seat<Question, Answer>) =>
    (question: Question, context: AskContext) => {
      const { unasked, ...asked } = context;
      heard.push({
        agent,
        symbol: context.symbol,
        wasWorthAsking: unasked === undefined,
        putTo: (desk, over) => seatOf(desk)(question, { ...asked, ...over }),
      });
      return seatOf(answering)(question, context);
    };
  return {
    ...answering,
    guardian: seat('guardian', (desk) => desk.guardian),
    scanner: seat('scanner', (desk) => desk.scanner),
    context: seat('context', (desk) => desk.context),
    risk: seat('risk', (desk) => desk.risk),
    executor: seat('executor', (desk) => desk.executor),
  };
}

type Seat<Question, Answer> = (question: Question, context: AskContext) => Promise<AgentAnswer<Answer>>;
