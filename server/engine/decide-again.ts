/** Forks and shadows at work: a past cycle walked again on what it saw, with other agents and without a way to a venue. */
import type { AgentDesk } from '#agents/agent-desk.ts';
import type { PromptTrials } from '#db/repositories/prompt-trials.ts';
import { AppError } from '#domain/errors.ts';
import { type MarketSnapshot, type SnapshotRef, snapshotRef } from '#domain/market.ts';
import type { TrialResults } from '#domain/prompt-trial.ts';
import type { CycleRecord, RunSummary } from '#domain/run.ts';
import type { AnalysisDeps, CycleDeps, RunControl, SnapshotStore } from '#graphs/deps.ts';
import type { GraphOutcome } from '#graphs/graph-runner.ts';
import { record as recordNode } from '#graphs/nodes/act.ts';
import { type RehearsalDeps, rehearse } from '#graphs/rehearse.ts';
import type { RunRequest } from '#graphs/state.ts';
import { ForkNode, stateBefore } from '#graphs/state-before.ts';
import { compareRuns } from '#tools/performance/compare-runs.ts';

export interface DecideAgainOptions {
  readonly runs: {
    get(runId: string): Promise<RunSummary | null>;
    record(runId: string): Promise<CycleRecord | null>;
  };
  readonly trials: Pick<PromptTrials, 'get' | 'finish'>;
  /** Null: the rules alone. */
  readonly agentsOf: (model: string | null) => AgentDesk;
  /** What is here holds no order desk: there is nothing to send with. */
  readonly deps: (deskId: string, control: RunControl) => AnalysisDeps & Pick<CycleDeps, 'recentTrading'>;
}

/**
 * Decides the run again that `request` is a fork or a shadow of, and leaves its record and what the trial came to. After a
 * kill it is done from its start: it has changed nothing. `drained` when its signal ended it before its record.
 */
export async function decideAgain(
  request: RunRequest,
  control: RunControl,
  { runs, trials, agentsOf, deps: depsOf }: DecideAgainOptions,
): Promise<GraphOutcome> {
  const { runId } = request;
  const [run, trial] = await Promise.all([runs.get(runId), trials.get(runId)]);
  const from = ForkNode.safeParse(run?.forkFrom);
  if (!run?.forkOf || trial === null || !from.success)
    throw new AppError('internal', `run ${runId} does not say what it decides again`);
  const original = await runs.record(run.forkOf);
  if (original === null)
    throw new AppError('conflict', `run ${run.forkOf} left no record, so it cannot be decided again`);
  const before = stateBefore(original, from.data);
  const deps = depsOf(request.deskId, control);
  await frozenMarket(original, deps.snapshots);
  const own = { ...before.request, kind: request.kind, startedAtMs: request.startedAtMs };
  const begun = { ...before, request: { ...own, runId, promptSetId: request.promptSetId } };
  const agents = agentsOf(trial.model);
  try {
    const ended = await rehearse(from.data, begun, deps satisfies RehearsalDeps, {
      agents,
      tracer: deps.tracer,
    });
    if (control.signal.aborted) return 'drained';
    // The trial first: whoever is killed before the record does both again.
    const save = async (made: CycleRecord) => {
      const { firstDifference, results } = trialOf(made, original);
      await trials.finish(runId, firstDifference, results);
      await deps.records.save(made);
    };
    await recordNode.run(ended, { ...deps, agents, records: { save } });
    return 'finished';
  } finally {
    deps.frames.drop(runId);
  }
}

/** The market a run saw, candle for candle. @throws AppError `conflict` when it is gone or another one by now */
export async function frozenMarket(
  { runId, market }: Pick<CycleRecord, 'runId' | 'market'>,
  snapshots: Pick<SnapshotStore, 'load'>,
): Promise<MarketSnapshot> {
  const snapshot = market === null ? null : await snapshots.load(market.snapshotId);
  if (market === null || snapshot === null)
    throw new AppError(
      'conflict',
      `the candles run ${runId} saw are gone: they are kept with its trace, and that was dropped with time`,
    );
  if (!isSameMarket(snapshotRef(snapshot), market))
    throw new AppError(
      'conflict',
      `the candles of ${market.source.name} are not those run ${runId} saw: it had ${market.bars} of ${market.symbols.length} symbols; start Vigil with the same VIGIL_DATA and VIGIL_SEED`,
    );
  return snapshot;
}

function isSameMarket(now: SnapshotRef, seen: SnapshotRef): boolean {
  return (
    now.bars === seen.bars &&
    now.asOfMs === seen.asOfMs &&
    now.symbols.toSorted().join() === seen.symbols.toSorted().join()
  );
}

function trialOf(made: CycleRecord, original: CycleRecord) {
  const comparison = compareRuns(made, original);
  const { isEqual, isSameOrders, firstDifference, run, with: other } = comparison;
  const tallies = { run: run.tally, with: other.tally };
  const results: TrialResults = { isEqual, isSameOrders, tallies, simulated: null };
  return { firstDifference, results };
}
