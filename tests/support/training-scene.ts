/** A small training on made-up bars, for tests of what is learned and kept. */
import { DEFAULT_Q_PARAMETERS, type QTableParameters } from '#domain/q-table.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { onEveryTimeframe, walkCandles } from '#tests/support/training-bars.ts';
import { encodeSeries, trendReader } from '#tools/qtable/encode-series.ts';
import { type TrainingSeries, trainingSeries } from '#tools/qtable/training-series.ts';

export const LOOK_BACK = 100;
export const SCENE_BARS = 16 * LOOK_BACK + 2_000;

export const SCENE_PARAMETERS: QTableParameters = {
  ...DEFAULT_Q_PARAMETERS,
  ...{ episodes: 12, minVisits: 2, lookBackBars: LOOK_BACK, embargoMs: 6 * HOUR_MS },
};

export function sceneSeries(seed = 5): TrainingSeries[] {
  const btc = onEveryTimeframe(walkCandles(BTC, SCENE_BARS, seed));
  return [BTC, ETH].map((symbol, index) => {
    const fine = symbol === BTC ? btc.get('15m')! : walkCandles(symbol, SCENE_BARS, seed + index);
    const states = encodeSeries(onEveryTimeframe(fine), {
      ...{ timeframe: '15m', lookBackBars: LOOK_BACK, btcTrend: trendReader(btc, LOOK_BACK) },
    });
    return trainingSeries(fine, states, [], 0.0001);
  });
}
