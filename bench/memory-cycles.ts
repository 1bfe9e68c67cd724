/** Cycles without a database: the nodes called plainly, and the same nodes under LangGraph with checkpoints in memory. */
import { MemorySaver } from '@langchain/langgraph/web';
import type { CycleOutcome, CycleRecord } from '#domain/run.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { buildCycleGraph } from '#graphs/cycle.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { initialState } from '#graphs/state.ts';
import { createMemoryDesk, type MemoryDesk } from '#tests/support/memory-deps.ts';
import { BENCH_SYMBOLS } from './bench-market.ts';
import { BENCH_LIMITS, BENCH_SETTINGS } from './bench-settings.ts';

export interface CycleReport {
  readonly tookMs: number;
  readonly outcome: CycleOutcome;
  readonly subjects: number;
}

/** One cycle at a market time; times must not go back. */
export type CycleRunner = (cycle: number, marketNowMs: number) => Promise<CycleReport>;

export async function createPlainRunner(market: MarketData): Promise<CycleRunner> {
  const desk = await openMemoryDesk(market);
  return (cycle, marketNowMs) => {
    desk.clock.nowMs = marketNowMs;
    const request = desk.request(`plain-${cycle}`);
    return report(desk, () => runCycle(request, desk.deps));
  };
}

export async function createGraphRunner(market: MarketData): Promise<CycleRunner> {
  const desk = await openMemoryDesk(market);
  const saver = new MemorySaver();
  const graph = buildCycleGraph(saver);
  return (cycle, marketNowMs) => {
    desk.clock.nowMs = marketNowMs;
    const request = desk.request(`graph-${cycle}`);
    return report(desk, async () => {
      await graph.invoke(initialState(request), {
        configurable: { thread_id: request.runId },
        context: { deps: desk.deps },
        durability: 'sync',
        recursionLimit: 40,
      });
      await saver.deleteThread(request.runId);
      desk.deps.frames.drop(request.runId);
    });
  };
}

async function openMemoryDesk(market: MarketData): Promise<MemoryDesk> {
  const desk = await createMemoryDesk({
    market,
    symbols: BENCH_SYMBOLS,
    startAtMs: market.spanMs.from,
    settings: BENCH_SETTINGS,
  });
  return { ...desk, deps: { ...desk.deps, limits: BENCH_LIMITS } };
}

async function report(desk: MemoryDesk, walk: () => Promise<unknown>): Promise<CycleReport> {
  const startedAt = performance.now();
  await walk();
  const tookMs = performance.now() - startedAt;
  const record = desk.records.pop() as CycleRecord;
  desk.spans.length = 0;
  return { tookMs, outcome: record.outcome, subjects: record.subjects.length };
}
