import { describe, expect, it } from 'vitest';
import { type CandleSeries, seriesOf } from '#domain/candle.ts';
import { MINUTE_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { loadHistories } from '#server/evaluation/load-histories.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { createScriptedMarket, START_MS } from '#tests/unit/exchanges/paper/scripted-market.ts';
import { instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';

const SPAN = { fromMs: START_MS, toMs: START_MS + 3 * MINUTE_MS };

function threeMinutes() {
  const market = createScriptedMarket([instrumentOf(BTC)], { close: 100, volumeBase: 10 });
  for (let minute = 0; minute < 3; minute += 1) market.minute({ [BTC]: [100, 101, 99, 100] });
  return market;
}

/** A table that has read this much of the venue's BTC, each bar at 200. */
function tableWith(read: readonly TimeSpan[]) {
  const bar = { openAtMs: START_MS, open: 200, high: 200, low: 200, close: 200, volume: 1 };
  return {
    coverage: async () => ({ read, bars: read }),
    between: async (): Promise<CandleSeries> => seriesOf(BTC, '1m', [bar]),
  };
}

const closesOf = async (market: MarketData, read: readonly TimeSpan[] | null) => {
  const stored = read === null ? {} : { stored: { venue: 'binanceusdm', candles: tableWith(read) } };
  const { histories } = await loadHistories([BTC], SPAN, { market, ...stored }, () => {});
  return [...(histories.get(BTC)?.series.close ?? [])];
};

describe('the candles after the decisions', () => {
  it('come out of the table where it has all of the span, and out of the market where it has not', async () => {
    const { data } = threeMinutes();
    expect(await closesOf(data, null)).toEqual([100, 100, 100]);
    expect(await closesOf(data, [SPAN])).toEqual([200]);
    expect(await closesOf(data, [{ ...SPAN, toMs: SPAN.toMs - MINUTE_MS }])).toEqual([100, 100, 100]);
    expect(await closesOf(data, [])).toEqual([100, 100, 100]);
  });

  it('come with the settlements of the span, and name what is not offered any more', async () => {
    const market = threeMinutes();
    market.fund(BTC, 0.001);
    const loaded: string[] = [];
    const { histories, missing } = await loadHistories([BTC, ETH], SPAN, { market: market.data }, (symbol) =>
      loaded.push(symbol),
    );
    expect(histories.get(BTC)?.fundings).toEqual([{ atMs: SPAN.toMs, rateFraction: 0.001 }]);
    expect({ missing, loaded }).toEqual({ missing: [ETH], loaded: [BTC, ETH] });
  });
});
