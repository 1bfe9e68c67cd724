/** The chosen cycles as the evaluation reads them, a page of records in memory at a time. */
import type { CycleRef, EvaluatedRuns } from '#db/repositories/evaluated-runs.ts';
import type { MarketSource } from '#domain/market.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { decidedCycle, type Unweighed } from '#graphs/decided-cycle.ts';
import type { DecidedCycle } from '#tools/performance/decided-cycle.ts';

export interface ReadCycle extends DecidedCycle {
  /** The models it asked; empty where it asked none. */
  readonly models: readonly string[];
}

export interface ReadCycles {
  /** In the order of market time. */
  readonly cycles: readonly ReadCycle[];
  /** Every symbol a cycle looked at. */
  readonly symbols: readonly MarketSymbol[];
  readonly source: MarketSource | null;
  readonly leftOut: Readonly<Record<Unweighed, number>>;
}

const PAGE = 50;

export async function readCycles(
  runs: readonly CycleRef[],
  rows: Pick<EvaluatedRuns, 'records' | 'modelsOf'>,
  onRead: (read: number) => void,
): Promise<ReadCycles> {
  const cycles: ReadCycle[] = [];
  const symbols = new Set<MarketSymbol>();
  const leftOut = { no_cycle: 0, failed: 0, no_rules_alone: 0 };
  let source: MarketSource | null = null;
  for (let from = 0; from < runs.length; from += PAGE) {
    const runIds = runs.slice(from, from + PAGE).map(({ runId }) => runId);
    const [records, models] = await Promise.all([rows.records(runIds), rows.modelsOf(runIds)]);
    for (const record of records) {
      const decided = decidedCycle(record);
      if (typeof decided === 'string') leftOut[decided] += 1;
      else cycles.push({ ...decided, models: models.get(record.runId) ?? [] });
      for (const symbol of symbolsOf(record)) symbols.add(symbol);
      source ??= record.market?.source ?? null;
    }
    onRead(Math.min(runs.length, from + PAGE));
  }
  return { cycles, symbols: [...symbols].sort(), source, leftOut };
}

function symbolsOf({ market, proposals, rulesAlone }: CycleRecord): MarketSymbol[] {
  const proposed = [...proposals, ...(rulesAlone?.proposals ?? [])].map(({ symbol }) => symbol);
  return [...(market?.symbols ?? []), ...proposed];
}
