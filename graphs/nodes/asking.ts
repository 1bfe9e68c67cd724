import type { AgentAnswer, AskContext } from '#agents/agent-desk.ts';
import type { Opinion } from '#domain/opinion.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { AnalysisDeps } from '../deps.ts';
import type { CyclePatch, RunRequest } from '../state.ts';

export function askContext(request: RunRequest, spanId: string, deps: AnalysisDeps): AskContext {
  const { runId, promptSetId, marketNowMs } = request;
  return { runId, spanId, promptSetId, atMs: marketNowMs, signal: deps.control.signal };
}

/** An agent's answer as the state keeps it: the opinion, and what it cost under its span. */
export function opinionPatch(
  agent: Opinion['agent'],
  symbol: MarketSymbol | null,
  spanId: string,
  said: AgentAnswer<Opinion['answer']>,
): Pick<CyclePatch, 'opinions' | 'usage'> {
  const { answer, decidedBy, abstention, usage } = said;
  return {
    opinions: [{ agent, symbol, decidedBy, abstention, answer }],
    usage: { [spanId]: { ...usage, abstention } },
  };
}
