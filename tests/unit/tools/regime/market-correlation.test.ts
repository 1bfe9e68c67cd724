import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { BTC, ETH, SOL } from '#tests/support/agent-fixtures.ts';
import { seriesFromCloses, wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { marketOf } from '#tests/unit/tools/signals/made-market.ts';
import { correlationsOf, pairOf } from '#tools/regime/market-correlation.ts';

const btc = wanderingSeries(200, 1, { timeframe: '1h', symbol: BTC });
const like = (symbol: string, closes: readonly number[]): CandleSeries =>
  seriesFromCloses([...closes], { timeframe: '1h', symbol });
const markets = new Map(
  [
    btc,
    like(
      ETH,
      [...btc.close].map((price) => 1 / price),
    ),
    like(SOL, Array<number>(200).fill(5)),
  ].map((series) => [series.symbol, marketOf(series)]),
);

describe('correlations of a snapshot', () => {
  it('are told once for each pair, whichever comes first, and not for a symbol with itself', () => {
    const told = correlationsOf(markets, [BTC, ETH], [BTC, ETH]);
    expect([...told.keys()]).toEqual([pairOf(ETH, BTC)]);
    expect(told.get(pairOf(BTC, ETH))).toBeCloseTo(-1, 9);
    expect(correlationsOf(markets, [ETH], [BTC])).toEqual(correlationsOf(markets, [BTC], [ETH]));
  });

  it('are absent where a symbol did not move or is not in the snapshot', () => {
    expect(correlationsOf(markets, [BTC], [SOL, 'DOGE/USDT:USDT'])).toEqual(new Map());
  });
});
