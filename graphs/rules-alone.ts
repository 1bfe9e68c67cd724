/**
 * What a cycle would have decided without its model: what the model did is worth nothing to know without it. It is
 * rehearsed when the orders are out, so it delays none, and a rehearsal has no way to a venue.
 */
import type { AgentDesk } from '#agents/agent-desk.ts';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord, RulesAlone } from '#domain/run.ts';
import { type RehearsalDeps, rehearse } from './rehearse.ts';
import { stateBefore } from './state-before.ts';

export type DecideByRulesAlone = (record: CycleRecord) => Promise<RulesAlone>;

/** `rules` must be a desk without a model. */
export function createRulesAlone(rules: AgentDesk, deps: RehearsalDeps): DecideByRulesAlone {
  // Whoever cancels the run has no more to gain: it is at its end.
  const control = { ...deps.control, isCancelled: async () => false };
  return async (record) => {
    const startedAt = deps.elapsedMs();
    const end = await rehearse(
      'guardian',
      stateBefore(record, 'guardian'),
      { ...deps, control },
      { agents: rules },
    );
    const { level, tradingState, subjects, proposals, verdicts, plans, failure } = end;
    if (failure !== null) throw new AppError('internal', `${failure.node}: ${failure.message}`);
    const durationMs = Math.max(0, deps.elapsedMs() - startedAt);
    return { level, tradingMode: tradingState.mode, subjects, proposals, verdicts, plans, durationMs };
  };
}
