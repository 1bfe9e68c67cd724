/** A training from its first episode to its table: pure in its series, parameters and seed, and resumable at any episode. */
import { createHash } from 'node:crypto';
import type { QCurvePoint, QTableParameters } from '#domain/q-table.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { type Columns, packColumns, unpackColumns } from './column-bytes.ts';
import { STATE_COUNT } from './encode-state.ts';
import { createLearner, type Learner, learnFrom, type Walk } from './learner.ts';
import { BOOK, createBook } from './position-book.ts';
import { type Stretch, stretchesOf, type TrainingSeries } from './training-series.ts';

export interface TrainingSpans {
  /** What is learned from. */
  readonly learned: TimeSpan;
  /** What is only scored, an embargo later. */
  readonly heldOut: TimeSpan;
}

export interface Training {
  readonly learner: Learner;
  readonly spans: TrainingSpans;
  /** One for each episode that is over. */
  readonly curve: QCurvePoint[];
  /** Walks every symbol once. */
  episode(): void;
  /** Everything that changes from episode to episode. */
  checkpoint(): Uint8Array;
}

export interface TrainingOptions {
  readonly series: readonly TrainingSeries[];
  readonly parameters: QTableParameters;
  readonly seed: number;
}

/** With fewer, hardly a state is met twice. */
const LEAST_BARS = 100;
const FALLS_UNTIL = 0.8;
const MAGIC = 'VQC1';

/**
 * Begins a training, or goes on with one from its checkpoint: then the result has the same bytes as without the break.
 * @throws RangeError when a part of the span has too few bars with a state, and for a checkpoint of another training
 */
export function createTraining(options: TrainingOptions, checkpoint: Uint8Array | null = null): Training {
  const { series, parameters, seed } = options;
  const spans = trainingSpans(series, parameters);
  const walks = series.map((one) => ({
    walk: { series: one, met: new Uint8Array(one.stayCount), book: createBook() },
    stretches: stretchesOf(one, spans.learned),
  }));
  assertEnough(series, spans);
  const learner = createLearner({ states: STATE_COUNT, replaySize: parameters.replaySize, seed });
  const curve: QCurvePoint[] = [];
  const columns = { ...columnsOf(learner), ...metOf(walks.map(({ walk }) => walk)) };
  const key = trainingKey(options);
  if (checkpoint !== null) curve.push(...restore(checkpoint, key, columns));
  return {
    ...{ learner, spans, curve },
    episode() {
      const { firstExploration, lastExploration, lastLearningRate } = parameters;
      const fallen = fallenBy(curve.length, parameters.episodes);
      const explorationFraction = between(firstExploration, lastExploration, fallen);
      const learningRate = between(parameters.learningRate, lastLearningRate, fallen);
      curve.push({
        episode: curve.length + 1,
        explorationFraction,
        ...walkAll(learner, walks, { ...parameters, learningRate }, explorationFraction),
      });
    },
    checkpoint: () => packColumns(MAGIC, { key, curve }, columns),
  };
}

function walkAll(
  learner: Learner,
  walks: readonly { readonly walk: Walk; readonly stretches: readonly Stretch[] }[],
  parameters: QTableParameters,
  explorationFraction: number,
) {
  const sums = { rewardFraction: 0, profitFraction: 0, trades: 0 };
  for (const { walk, stretches } of walks) {
    walk.book.fill(0);
    for (const stretch of stretches)
      sums.rewardFraction += learnFrom(learner, walk, stretch, parameters, explorationFraction);
    sums.profitFraction += walk.book[BOOK.realised]!;
    sums.trades += walk.book[BOOK.trades]!;
  }
  return sums;
}

/** How far exploring and learning have fallen, in a straight line over the first four fifths of the episodes. */
function fallenBy(episode: number, episodes: number): number {
  return Math.min(1, episode / (FALLS_UNTIL * episodes));
}

function between(first: number, last: number, fraction: number): number {
  return first + (last - first) * fraction;
}

/**
 * The last part is held out, and an embargo before it belongs to neither: no trade that was learned from reaches into
 * what is scored.
 */
export function trainingSpans(
  series: readonly TrainingSeries[],
  { heldOutFraction, embargoMs }: Pick<QTableParameters, 'heldOutFraction' | 'embargoMs'>,
): TrainingSpans {
  const whole = series.flatMap((one) => stretchesOf(one, ALL_TIME).map((stretch) => spanOf(one, stretch)));
  const fromMs = Math.min(...whole.map((span) => span.fromMs));
  const toMs = Math.max(...whole.map((span) => span.toMs));
  if (whole.length === 0) throw new RangeError('no bar has its look-back');
  const heldOutMs = Math.ceil(toMs - (toMs - fromMs) * heldOutFraction);
  return { learned: { fromMs, toMs: heldOutMs - embargoMs }, heldOut: { fromMs: heldOutMs, toMs } };
}
const ALL_TIME: TimeSpan = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

function spanOf({ openAtMs, widthMs }: TrainingSeries, { from, to }: Stretch): TimeSpan {
  return { fromMs: openAtMs[from]!, toMs: openAtMs[to - 1]! + widthMs };
}

function assertEnough(series: readonly TrainingSeries[], spans: TrainingSpans): void {
  for (const [name, span] of [['learned', spans.learned] as const, ['heldOut', spans.heldOut] as const]) {
    const bars = series
      .flatMap((one) => stretchesOf(one, span))
      .reduce((sum, { from, to }) => sum + to - from, 0);
    if (bars >= LEAST_BARS) continue;
    const part = name === 'learned' ? 'to learn from' : 'to hold out';
    if (span.toMs <= span.fromMs)
      throw new RangeError(
        `nothing is left ${part} beside the held-out part and the embargo before it: name a longer span`,
      );
    throw new RangeError(
      `there are ${bars} bars with their look-back ${part}, between ${timeText(span.fromMs)} and ${timeText(span.toMs)}; at least ${LEAST_BARS} are needed: name a longer span`,
    );
  }
}

function timeText(atMs: EpochMs): string {
  return isoTime(Math.round(atMs)).slice(0, 16);
}

/** Names a training: the same data, parameters and seed, and no other, have the same. */
export function trainingKey({ series, parameters, seed }: TrainingOptions): string {
  const about = JSON.stringify({ parameters, seed, states: STATE_COUNT });
  return createHash('sha256').update(about).update(dataHash(series)).digest('hex');
}

/** SHA-256 over everything that is walked. */
export function dataHash(series: readonly TrainingSeries[]): string {
  const hash = createHash('sha256');
  for (const one of series) {
    hash.update(`${one.symbol} ${one.widthMs} ${one.length}\n`);
    for (const column of [one.openAtMs, one.open, one.close, one.states, one.longFunding, one.shortFunding])
      hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex');
}

function columnsOf({ values, visits, counters, ring }: Learner): Columns {
  return { values, visits, counters, ...ring };
}

function metOf(walks: readonly Walk[]): Columns {
  return Object.fromEntries(walks.map(({ met }, index) => [`met${index}`, met]));
}

/** Fills the columns with a checkpoint's, and gives its curve. */
function restore(checkpoint: Uint8Array, key: string, columns: Columns): readonly QCurvePoint[] {
  const { about, columns: kept } = unpackColumns(MAGIC, checkpoint);
  const head = about as { readonly key: string; readonly curve: readonly QCurvePoint[] };
  if (head.key !== key) throw new RangeError('the checkpoint is of another training');
  for (const [name, column] of Object.entries(columns)) column.set(kept[name] ?? []);
  return head.curve;
}
