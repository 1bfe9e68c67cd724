/** A small training on made-up bars, for tests of what is learned and kept. */
import type { NewQTable } from '#db/repositories/q-tables.ts';
import { DEFAULT_Q_PARAMETERS, type QTableFacts, type QTableParameters } from '#domain/q-table.ts';
import { HOUR_MS } from '#domain/time.ts';
import { toStore } from '#server/qtables/table-file.ts';
import { BTC, ETH, NOW_MS } from '#tests/support/agent-fixtures.ts';
import { onEveryTimeframe, walkCandles } from '#tests/support/training-bars.ts';
import { encodeSeries, trendReader } from '#tools/qtable/encode-series.ts';
import { finishTraining } from '#tools/qtable/finish-training.ts';
import { createTraining } from '#tools/qtable/training.ts';
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

const scene = sceneSeries();

/** A table of two episodes, as it is stored; `facts` is what it says of itself instead. */
export function trainedScene(seed: number, facts: Partial<QTableFacts> = {}): NewQTable {
  const options = { series: scene, parameters: { ...SCENE_PARAMETERS, episodes: 2 }, seed };
  const training = createTraining(options);
  for (let episode = 0; episode < 2; episode++) training.episode();
  const symbols = scene.map(({ symbol }) => symbol);
  const origin = { symbols, timeframe: '15m', source: 'made up', fromMs: 0, toMs: NOW_MS } as const;
  const table = finishTraining(training, options, { ...origin, symbols });
  return toStore({ ...table, facts: { ...table.facts, ...facts } }, 'trained');
}
