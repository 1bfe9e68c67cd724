import type { QTableFacts } from '#domain/q-table.ts';
import { ENCODING_VERSION } from './encode-state.ts';
import { scoreTable } from './score-table.ts';
import type { TrainedTable } from './table-bytes.ts';
import { dataHash, type Training, type TrainingOptions } from './training.ts';

/** What a table says of itself that its training does not know. */
export type TableOrigin = Pick<QTableFacts, 'symbols' | 'timeframe' | 'source' | 'fromMs' | 'toMs'>;

/** Points a learning curve is thinned to, the last one among them. */
const CURVE_POINTS = 200;

/** The table of a training that has walked all its episodes, with its scores. O(bars). */
export function finishTraining(
  { learner, spans, curve }: Training,
  { series, parameters, seed }: TrainingOptions,
  origin: TableOrigin,
): TrainedTable {
  const { values, visits } = learner;
  const score = (span: typeof spans.learned) => scoreTable(learner, series, span, parameters);
  return {
    ...{ values, visits },
    facts: {
      encodingVersion: ENCODING_VERSION,
      ...origin,
      dataHash: dataHash(series),
      ...{ seed, parameters },
      visitedStates: visits.filter((count) => count > 0).length,
      supportedStates: visits.filter((count) => count >= parameters.minVisits).length,
      scores: { inSample: score(spans.learned), outOfSample: score(spans.heldOut) },
      curve: thinned(curve),
    },
  };
}

function thinned<Point>(curve: readonly Point[]): Point[] {
  const step = Math.ceil(curve.length / CURVE_POINTS);
  return curve.filter((_, index) => (curve.length - 1 - index) % step === 0);
}
