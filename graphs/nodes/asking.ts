import type { AgentAnswer, AskContext } from '#agents/agent-desk.ts';
import type { Opinion } from '#domain/opinion.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type BookSeen, backgroundOf } from '../background.ts';
import type { AnalysisDeps } from '../deps.ts';
import type { Frame } from '../frames.ts';
import type { CyclePatch, CycleState } from '../state.ts';

type Asking = Pick<CycleState, 'request' | 'allowance'>;

export function askContext(
  { request, allowance }: Asking,
  spanId: string,
  deps: AnalysisDeps,
  about: {
    readonly frame: Frame;
    readonly symbol?: MarketSymbol;
    readonly book?: BookSeen;
    readonly unasked?: string | undefined;
  },
): AskContext {
  const { runId, promptSetId, marketNowMs } = request;
  const { frame, symbol = null, book = null, unasked } = about;
  return {
    ...{ runId, spanId, symbol, promptSetId, tier: allowance?.tier ?? 'usual' },
    ...{ atMs: marketNowMs, signal: deps.control.signal },
    background: backgroundOf(request, frame, deps, book),
    ...(unasked !== undefined && { unasked }),
  };
}

export type AllowancePatch = Pick<CyclePatch, 'allowance' | 'spendingSteps'>;

/** What this run may ask from here on; never more than it was allowed before. Nothing changes where nothing limits it. */
export async function allowed(
  { request, allowance }: Asking,
  about: { readonly agent: Opinion['agent']; readonly subjects: number; readonly held: number },
  { agents, settings }: Pick<AnalysisDeps, 'agents' | 'settings'>,
): Promise<AllowancePatch> {
  if (agents.allow === undefined) return {};
  const { steps, ...decided } = await agents.allow({
    ...about,
    runId: request.runId,
    promptSetId: request.promptSetId,
    maxSubjects: allowance?.maxSubjects ?? settings.maxSubjects,
    given: allowance,
  });
  return { allowance: decided, spendingSteps: steps };
}

/**
 * For one who may be the first to ask: where all subjects were moot nothing was planned, and a walk may begin behind the
 * plan. Unplanned, a run in saving mode would ask the dear model, and one in free mode somebody.
 */
export async function allowedByNow(
  state: Asking,
  agent: Opinion['agent'],
  deps: AnalysisDeps,
): Promise<AllowancePatch> {
  return state.allowance === null ? allowed(state, { agent, subjects: 0, held: 0 }, deps) : {};
}

/** An agent's answer as the state keeps it: the opinion, and what it cost under its span. */
export function opinionPatch(
  agent: Opinion['agent'],
  symbol: MarketSymbol | null,
  spanId: string,
  said: AgentAnswer<Opinion['answer']>,
  spending: AllowancePatch = {},
): Pick<CyclePatch, 'opinions' | 'usage'> & AllowancePatch {
  const { answer, decidedBy, abstention, usage, doubts = [], quotes = [], steps = [] } = said;
  return {
    opinions: [
      {
        ...{ agent, symbol, decidedBy, abstention, answer },
        ...(doubts.length > 0 && { doubts: [...doubts] }),
        ...(quotes.length > 0 && { quotes: [...quotes] }),
      },
    ],
    usage: { [spanId]: { ...usage, abstention } },
    ...spending,
    ...(steps.length > 0 && { spendingSteps: [...(spending.spendingSteps ?? []), ...steps] }),
  };
}
