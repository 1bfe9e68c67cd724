/** Every strategy with every set of its parameters on every market: over worker threads, kept as it goes. */
import { createHash } from 'node:crypto';
import type { SetScore } from '#tools/evaluation/score-set.ts';
import { marketName, type StudyMarket } from '#tools/evaluation/study-market.ts';
import type { StudyCosts } from '#tools/evaluation/walk-span.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import type { SweepJob, SweptMarket } from './sweep-job.ts';
import type { SweepJournal } from './sweep-journal.ts';
import { openSweepPool } from './sweep-pool.ts';

export interface SweepRequest {
  readonly markets: readonly SweptMarket[];
  /** By the name of the strategy. */
  readonly grids: ReadonlyMap<string, readonly StrategyParameters[]>;
  readonly costs: StudyCosts;
}

export interface SweepWatch {
  readonly journal: SweepJournal<SetScore>;
  readonly signal: AbortSignal;
  /** Worker threads; 0 does it in this one. */
  readonly threads: number;
  /** The file a thread begins with: the command line's own. */
  readonly program: string;
  onProgress(done: number, of: number): void;
}

export interface Sweep {
  /** False where a signal ended it. */
  readonly complete: boolean;
  /** Sets that an earlier run had finished. */
  readonly resumed: number;
  readonly sets: number;
  /** In the order of the grid; of a sweep that is not complete, those there are. */
  scoresOf(market: StudyMarket, strategy: string): readonly SetScore[];
}

const SETS_PER_JOB = 8;

/** The outcome does not depend on the number of threads, on the order they end in or on where it was stopped. */
export async function runSweep(request: SweepRequest, watch: SweepWatch): Promise<Sweep> {
  const { journal } = watch;
  const all = request.markets.flatMap((market) =>
    [...request.grids].map(([strategy, grid]) => ({
      ...{ market, strategy, costs: request.costs },
      sets: grid.map((parameters, place) => ({ key: setKey(market.market, strategy, place), parameters })),
    })),
  );
  const count = all.reduce((sum, { sets }) => sum + sets.length, 0);
  const jobs = all.flatMap((job) => {
    const missing = job.sets.filter(({ key }) => !journal.finished.has(key));
    return chunksOf(missing, SETS_PER_JOB).map((sets): SweepJob => ({ ...job, sets }));
  });
  let done = count - jobs.reduce((sum, { sets }) => sum + sets.length, 0);
  const resumed = done;
  watch.onProgress(done, count);
  const pool = openSweepPool({ ...watch, most: jobs.length });
  try {
    await pool.run(jobs, (key, score) => {
      journal.keep(key, score);
      done += 1;
      watch.onProgress(done, count);
    });
  } finally {
    await pool.close();
  }
  return sweepOf(request, journal, resumed);
}

/** What of a sweep is in its journal. */
export function sweepOf(
  { markets, grids }: SweepRequest,
  { finished }: Pick<SweepWatch['journal'], 'finished'>,
  resumed: number,
): Sweep {
  const scoresOf: Sweep['scoresOf'] = (market, strategy) =>
    (grids.get(strategy) ?? []).flatMap((_, place) => finished.get(setKey(market, strategy, place)) ?? []);
  const sets = markets.length * [...grids.values()].reduce((sum, grid) => sum + grid.length, 0);
  const done = markets.flatMap(({ market }) => [...grids.keys()].flatMap((name) => scoresOf(market, name)));
  return { complete: done.length === sets, resumed, sets, scoresOf };
}

/** Everything the scores depend on. */
export function sweepQuestion({ markets, grids, costs }: SweepRequest): object {
  return {
    markets: markets.map(({ market, plan }) => ({
      name: marketName(market),
      hash: marketHash(market),
      plan,
    })),
    grids: [...grids],
    costs,
  };
}

/** Over every bar and what holding it paid. */
export function marketHash({ stretches }: StudyMarket): string {
  const hash = createHash('sha256');
  for (const { bars, funding } of stretches)
    for (const column of [
      ...[bars.openAtMs, bars.open, bars.high, bars.low, bars.close, bars.volume],
      ...[funding.long, funding.short],
    ])
      hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}

export function setKey(market: StudyMarket, strategy: string, place: number): string {
  return `${marketName(market)} ${strategy} ${place}`;
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
