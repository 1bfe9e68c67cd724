/** The same question of the whole cycle: the exact backtester over candles whose future is changed by lot. */
import { type CandleSeries, firstBarFrom } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime, TIMEFRAME_MS } from '#domain/time.ts';
import type { CandleArchive } from '#exchanges/replay/candle-archive.ts';
import { changeFuture } from '#tools/evaluation/look-ahead.ts';
import { planBacktest } from '../backtest/plan-backtest.ts';
import type { Strategy } from '../backtest/strategies.ts';
import { NOTHING_DONE, walkBacktest } from '../backtest/walk-backtest.ts';
import type { Config } from '../config.ts';

export interface CycleCheckRequest {
  readonly config: Config;
  readonly archive: CandleArchive;
  readonly strategy: Strategy;
  readonly symbols: readonly MarketSymbol[];
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly changes: number;
  readonly seed: number;
}

export interface CycleCheck {
  readonly cycles: number;
  readonly changes: number;
  /** When a cycle decided otherwise, and where the candles had been changed from on. */
  readonly differences: readonly { readonly cycleAt: string; readonly changedFrom: string }[];
}

/** @throws AppError as a backtest over these candles */
export async function checkCycle(
  request: CycleCheckRequest,
  watch: { readonly signal: AbortSignal; onChange(done: number): void },
): Promise<CycleCheck> {
  const { fromMs, toMs, changes, seed } = request;
  const known = await recordsOf(request, request.archive, toMs, watch.signal);
  const random = seededRandom(seed);
  const differences: CycleCheck['differences'][number][] = [];
  let done = 0;
  for (; done < changes && !watch.signal.aborted; done += 1) {
    const cutMs = Math.round(fromMs + (0.1 + 0.8 * random.next()) * (toMs - fromMs));
    const changed = changedArchive(request.archive, cutMs, Math.floor(random.next() * 2 ** 31));
    const records = await recordsOf(request, changed, cutMs, watch.signal);
    // A walk that was stopped has fewer cycles, which says nothing of the past.
    if (watch.signal.aborted) break;
    const other = known.findIndex(
      (record, i) => seenAt(record) <= cutMs && JSON.stringify(record) !== JSON.stringify(records[i]),
    );
    if (other >= 0) differences.push({ cycleAt: isoTime(seenAt(known[other])), changedFrom: isoTime(cutMs) });
    watch.onChange(done + 1);
  }
  return { cycles: known.length, changes: done, differences };
}

function seenAt(record: CycleRecord | undefined): EpochMs {
  return record?.market?.asOfMs ?? Number.POSITIVE_INFINITY;
}

/** The records of the cycles up to an instant. */
async function recordsOf(
  { config, strategy, symbols, fromMs, toMs }: CycleCheckRequest,
  archive: CandleArchive,
  untilMs: EpochMs,
  signal: AbortSignal,
): Promise<CycleRecord[]> {
  const plan = await planBacktest({ config, stored: archive, strategy, symbols, fromMs, toMs });
  const desk = await plan.openDesk(null);
  const records: CycleRecord[] = [];
  const recording = {
    ...desk,
    async cycle() {
      const record = await desk.cycle();
      records.push(record);
      return record;
    },
  };
  try {
    const span = { ...plan.span, toMs: Math.min(plan.span.toMs, untilMs) };
    await walkBacktest(recording, span, { begun: NOTHING_DONE, signal, onInstant: () => undefined });
    return records;
  } finally {
    desk.close();
    await plan.opened.market.close();
  }
}

/** Bars that had not closed at `cutMs` are others, the same ones however often they are read. */
function changedArchive(archive: CandleArchive, cutMs: EpochMs, seed: number): CandleArchive {
  return {
    index: archive.index,
    async read(file): Promise<CandleSeries> {
      const bars = await archive.read(file);
      const first = firstBarFrom(bars, cutMs - TIMEFRAME_MS[bars.timeframe] + 1);
      return changeFuture(bars, first, seededRandom(seed));
    },
  };
}
