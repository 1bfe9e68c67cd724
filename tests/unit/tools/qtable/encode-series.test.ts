import { describe, expect, it } from 'vitest';
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { closedBars } from '#exchanges/replay/symbol-candles.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { onEveryTimeframe, walkCandles } from '#tests/support/training-bars.ts';
import { framesOf, marketOf } from '#tests/unit/tools/signals/made-market.ts';
import { encodeSeries, NO_STATE, trendReader } from '#tools/qtable/encode-series.ts';
import { encodeState, MARKET_STATE_COUNT, stateBuckets } from '#tools/qtable/encode-state.ts';
import { assessSymbol } from '#tools/signals/assess-symbol.ts';

const LOOK_BACK = 120;
const BARS = 16 * (LOOK_BACK + 1) + 400;
const WIDTH_MS = TIMEFRAME_MS['15m'];
const eth = walkCandles(ETH, BARS, 3);
const btc = walkCandles(BTC, BARS, 8);

function encoded(bars: CandleSeries, backdrop: CandleSeries | null = btc) {
  const read = backdrop === null ? null : trendReader(onEveryTimeframe(backdrop), LOOK_BACK);
  return encodeSeries(onEveryTimeframe(bars), {
    ...{ timeframe: '15m', lookBackBars: LOOK_BACK },
    btcTrend: (nowMs) => read?.(nowMs) ?? 'unknown',
  });
}

/** What a desk is handed at an instant: the newest closed bars of each timeframe. */
function marketAt(bars: CandleSeries, nowMs: number): SymbolMarket {
  const series = [...onEveryTimeframe(bars).values()].map((one) => {
    const closed = closedBars(one, { fromMs: 0, toMs: nowMs });
    return sliceSeries(closed, closed.length - LOOK_BACK);
  });
  return marketOf(...(series as [CandleSeries, ...CandleSeries[]]));
}

describe('the states of a series', () => {
  const states = encoded(eth);

  it('are those of the signals a desk makes of the same bars, bar for bar', () => {
    let compared = 0;
    for (let i = BARS - 400; i < BARS; i += 3) {
      const atMs = eth.openAtMs[i]! + WIDTH_MS;
      const [market, backdrop] = [marketAt(eth, atMs), marketAt(btc, atMs)];
      const seen = { btc: backdrop, fastTimeframe: '15m' as Timeframe, atMs };
      const signal = assessSymbol(market, framesOf(market), seen);
      const btcTrend = assessSymbol(backdrop, framesOf(backdrop), seen).regime.trend;
      expect(encodeState({ signal, btcTrend, position: null }).index).toBe(states[i]! * 3);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('begin when the slowest timeframe has its look-back, and are many', () => {
    const first = states.findIndex((state) => state !== NO_STATE);
    expect(first).toBe(16 * LOOK_BACK - 1);
    const known = states.slice(first);
    expect(known.every((state) => state < MARKET_STATE_COUNT)).toBe(true);
    expect(new Set(known).size).toBeGreaterThan(20);
  });

  it('know no trend of Bitcoin without Bitcoin', () => {
    expect(stateBuckets(encoded(eth, null).at(-1)! * 3)).toMatchObject({ btc: 'unknown', position: 'none' });
  });

  it('are the same whatever comes later', () => {
    const cut = BARS - 150;
    for (const seed of [1, 2, 3]) {
      const other = walkCandles(ETH, BARS, seed + 50);
      const changed: CandleSeries = {
        ...eth,
        ...Object.fromEntries(
          (['open', 'high', 'low', 'close', 'volume'] as const).map((name) => [
            name,
            Float64Array.from(eth[name], (value, i) => (i < cut ? value : other[name][i]! * 7)),
          ]),
        ),
      };
      const again = encoded(changed);
      expect(again.slice(0, cut)).toEqual(states.slice(0, cut));
      expect(again.slice(cut)).not.toEqual(states.slice(cut));
    }
  });

  it('are missing where a look-back has a gap or an impossible bar', () => {
    const [broken, gapped] = [Float64Array.from(eth.close), BARS - 200];
    broken[gapped] = 0;
    const states = encoded({ ...eth, close: broken });
    expect(states[gapped - 1]).not.toBe(NO_STATE);
    expect(states.slice(gapped).every((state) => state === NO_STATE)).toBe(true);
  });

  it('cannot be made without the bars that are decided on', () => {
    const options = { timeframe: '1m', lookBackBars: LOOK_BACK, btcTrend: () => 'unknown' as const } as const;
    expect(() => encodeSeries(onEveryTimeframe(eth), options)).toThrow('there are no 1m bars');
  });
});
