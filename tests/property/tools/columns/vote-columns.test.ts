/** Columns say what the desk would score at each close, and nothing of them knows a bar that had not closed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blankSeries, type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import type { SymbolMarket } from '#domain/market.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { INSTRUMENTS } from '#tests/support/memory-orders.ts';
import { DEFAULT_MARKET_LIMITS } from '#tools/breaker/market-limits.ts';
import { alarmColumn } from '#tools/columns/fall-columns.ts';
import { type ColumnSeries, voteColumns } from '#tools/columns/vote-columns.ts';
import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { assessSymbol } from '#tools/signals/assess-symbol.ts';

const WINDOW = 60;
const FRAMES: readonly Timeframe[] = ['5m', '15m', '1h', '4h'];
const BARS = 60 * 48 + 400;

/** Bars of a walk with fits of volume and of haste. */
function madeUpBars(seed: number, length = BARS): CandleSeries {
  const { next } = seededRandom(seed);
  const series = blankSeries(BTC, '5m', length);
  let price = 50_000;
  for (let i = 0; i < length; i++) {
    const haste = next() < 0.02 ? 8 : 1;
    const open = price;
    price *= Math.exp((next() - 0.5) * 0.006 * haste);
    series.openAtMs[i] = Date.UTC(2025, 0, 1) + i * TIMEFRAME_MS['5m'];
    series.open[i] = open;
    series.close[i] = price;
    series.high[i] = Math.max(open, price) * (1 + next() * 0.001);
    series.low[i] = Math.min(open, price) * (1 - next() * 0.001);
    series.volume[i] = Math.round(10 + next() * 90 * haste);
  }
  return series;
}

function columnsOf(base: CandleSeries): ColumnSeries {
  const frames = new Map(FRAMES.map((timeframe) => [timeframe, buildTimeframe(base, timeframe)]));
  return { base, frames, fastTimeframe: '5m' };
}

/** As a snapshot of the instant at which base bar `at` closes. */
function signalAt({ base, frames }: ColumnSeries, at: number) {
  const nowMs = base.openAtMs[at]! + TIMEFRAME_MS['5m'];
  const series = new Map<Timeframe, CandleSeries>();
  for (const [timeframe, all] of frames) {
    const end = Math.floor((nowMs - all.openAtMs[0]!) / TIMEFRAME_MS[timeframe]);
    series.set(timeframe, sliceSeries(all, end - WINDOW, end));
  }
  const ticker = { lastQuote: base.close[at]!, atMs: nowMs, quoteVolume24h: null };
  const market: SymbolMarket = {
    ...{
      symbol: BTC,
      instrument: INSTRUMENTS.get(BTC)!,
      series,
      ticker,
      funding: null,
      openInterestQuote: null,
    },
  };
  const measured = new Map([...series].map(([timeframe, own]) => [timeframe, computeIndicatorFrame(own)]));
  return assessSymbol(market, measured, { btc: null, fastTimeframe: '5m', atMs: nowMs });
}

it('scores every close as the desk scores the snapshot of that instant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const series = columnsOf(madeUpBars(seed));
      const { scores, trends } = voteColumns(series, WINDOW);
      for (let at = 60 * 48; at < BARS; at += 3) {
        const { score, regime } = signalAt(series, at);
        expect([at, scores[at]]).toEqual([at, score]);
        expect([at, trends[at]]).toEqual([
          at,
          regime.trend === 'bull' ? 1 : regime.trend === 'bear' ? -1 : 0,
        ]);
      }
      expect(scores.some((score) => Math.abs(score) >= 3)).toBe(true);
    }),
    { numRuns: 5 },
  );
});

it('knows no bar that had not closed: others in its place change nothing before', () => {
  const bars = madeUpBars(7, 4_000);
  const votes = voteColumns(columnsOf(bars), WINDOW);
  const alarms = alarmColumn([bars], [], DEFAULT_MARKET_LIMITS);
  fc.assert(
    fc.property(
      fc.integer({ min: 3_000, max: 3_999 }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      (cut, times) => {
        const changed = sliceSeries(madeUpBars(7, 4_000), 0);
        for (const column of [changed.open, changed.high, changed.low, changed.close, changed.volume])
          for (let i = cut; i < changed.length; i++) column[i]! *= times;
        const own = voteColumns(columnsOf(changed), WINDOW);
        expect(own.scores.subarray(0, cut)).toEqual(votes.scores.subarray(0, cut));
        expect(own.trends.subarray(0, cut)).toEqual(votes.trends.subarray(0, cut));
        expect(alarmColumn([changed], [], DEFAULT_MARKET_LIMITS).subarray(0, cut)).toEqual(
          alarms.subarray(0, cut),
        );
      },
    ),
    { numRuns: 20 },
  );
});
