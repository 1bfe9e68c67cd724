/** No decision of the whole cycle knows a candle that had not closed: others in its place change nothing before. */
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { type Candle, candleAt } from '#domain/candle.ts';
import type { CycleRecord } from '#domain/run.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import { NOTHING_DONE, walkBacktest } from '#server/backtest/walk-backtest.ts';
import {
  type CandleFolder,
  candleFile,
  createCandleFolder,
  RECORDED_MARKET,
  skipWithoutRecordedMarket,
} from '#tests/support/candle-files.ts';
import { openWalkedDesk, recordsOf, spanOf } from '#tests/support/walked-backtest.ts';

const CHANGES = 24;
const BAR_MS = 5 * MINUTE_MS;
/** The hours in which the market fell: positions open, stops fire, the breaker trips. */
const FROM_MS = Date.UTC(2025, 9, 10, 18);
const TO_MS = FROM_MS + 6 * HOUR_MS;
const LOOK_BACK_MS = 26 * DAY_MS;
const NAMES = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
const symbolOf = (name: string) => `${name.replace('USDT', '')}/USDT:USDT`;
const SYMBOLS = NAMES.map(symbolOf);

let folder: CandleFolder | undefined;

afterEach(() => folder?.remove());

type Change = (bar: Candle, at: number) => Candle | null;

async function recordedBars(): Promise<ReadonlyMap<string, readonly Candle[]>> {
  const market = await createReplayMarket({
    ...{ path: RECORDED_MARKET, venue: 'BINANCEUSDM', symbols: SYMBOLS, barsPerSeries: 150 },
    ...{ fromMs: FROM_MS, toMs: TO_MS },
  });
  const bars = new Map<string, readonly Candle[]>();
  for (const name of NAMES) {
    const span = { fromMs: FROM_MS - LOOK_BACK_MS, toMs: TO_MS };
    const series = await market.candles({ symbol: symbolOf(name), timeframe: '5m', ...span });
    bars.set(
      name,
      Array.from({ length: series.length }, (_, i) => candleAt(series, i)).filter((bar) => bar !== null),
    );
  }
  return bars;
}

/** What was decided up to an instant, over these bars with `change` made to all that had not closed by then. */
async function decisionsTo(
  cutMs: number,
  bars: ReadonlyMap<string, readonly Candle[]>,
  change: Change,
): Promise<readonly CycleRecord[]> {
  await folder?.remove();
  folder = await createCandleFolder();
  for (const [name, all] of bars) {
    const changed = all.map((bar, i) => (bar.openAtMs + BAR_MS > cutMs ? change(bar, i) : bar));
    const span = { timeframe: '5m', fromMs: FROM_MS - LOOK_BACK_MS, toMs: TO_MS } as const;
    const kept = changed.filter((bar) => bar !== null);
    for (const [file, text] of Object.entries(candleFile(`BINANCEUSDM_${name}`, span, kept)))
      await folder.write(file.replace('.gz', ''), text);
  }
  const market = await createReplayMarket({
    ...{ path: folder.path, symbols: SYMBOLS, barsPerSeries: 150, fromMs: FROM_MS },
  });
  const { desk, records } = recordsOf(await openWalkedDesk(market, FROM_MS));
  await walkBacktest(
    desk,
    { ...spanOf(market, FROM_MS, TO_MS), toMs: cutMs + BAR_MS },
    {
      begun: NOTHING_DONE,
      signal: new AbortController().signal,
      onInstant: () => undefined,
    },
  ).catch(() => undefined);
  desk.close();
  return records.filter(({ market: seen }) => (seen?.asOfMs ?? 0) <= cutMs);
}

const arbitraryChange = fc.oneof(
  fc.double({ min: 0.2, max: 5, noNaN: true }).map(
    (times): Change =>
      (bar) => ({
        ...bar,
        ...{ open: bar.open * times, high: bar.high * times, low: bar.low * times, close: bar.close * times },
      }),
  ),
  fc.double({ min: 1, max: 3, noNaN: true }).map(
    (wick): Change =>
      (bar) => ({ ...bar, high: bar.high * wick, low: bar.low / wick, volume: bar.volume * wick * 100 }),
  ),
  fc.constant<Change>((bar, at) => (at % 3 === 0 ? null : bar)),
);

it(`decides the same whatever ${CHANGES} random changes make of the candles to come`, async (context) => {
  skipWithoutRecordedMarket(context);
  const bars = await recordedBars();
  const recorded = await decisionsTo(TO_MS - BAR_MS, bars, (bar) => bar);
  const outcomes = new Set(recorded.map(({ outcome }) => outcome));
  expect([...outcomes]).toEqual(expect.arrayContaining(['halted', 'traded']));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70 }), arbitraryChange, async (atBar, change) => {
      const cutMs = FROM_MS + atBar * BAR_MS;
      const before = recorded.filter(({ market: seen }) => (seen?.asOfMs ?? 0) <= cutMs);
      expect(await decisionsTo(cutMs, bars, change)).toEqual(before);
    }),
    { numRuns: CHANGES, seed: 7 },
  );
}, 300_000);
