/** Counts of bars by the size the detector gave them, so that one pass answers for every threshold. */
import { LABEL, type Labels } from './label-spikes.ts';

export const STEP_SIGMAS = 0.25;
const BINS = 80;

export class Tally {
  /** Bars that have a label, and those of them that are spikes. */
  bars = 0;
  spikes = 0;
  readonly #told = new Float64Array(BINS);
  readonly #true = new Float64Array(BINS);
  /** False ones that were as large with hindsight and did not hold, and those that were not half as large. */
  readonly #unheld = new Float64Array(BINS);
  readonly #usual = new Float64Array(BINS);

  /** `sigmas`: what the detector said of the bar. */
  add({ label, sigmas: hindsight }: Labels, i: number, sigmas: number, labelSigmas: number): void {
    const truth = label[i]!;
    if (truth === LABEL.unknown) return;
    const isSpike = truth !== LABEL.none;
    this.bars += 1;
    if (isSpike) this.spikes += 1;
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(Math.abs(sigmas) / STEP_SIGMAS)));
    this.#told[bin]! += 1;
    if (isSpike && Math.sign(sigmas) === truth) this.#true[bin]! += 1;
    const size = hindsight[i]! * Math.sign(sigmas);
    if (!isSpike && size >= labelSigmas) this.#unheld[bin]! += 1;
    else if (!isSpike && size < labelSigmas / 2) this.#usual[bin]! += 1;
  }

  at(threshold: number): Rates {
    const from = Math.round(threshold / STEP_SIGMAS);
    const sum = (bins: Float64Array) => bins.subarray(from).reduce((all, count) => all + count, 0);
    const signals = sum(this.#told);
    const hits = sum(this.#true);
    return {
      threshold,
      signals,
      truePositiveRate: hits / this.spikes,
      falsePositiveRate: (signals - hits) / (this.bars - this.spikes),
      falseShare: (signals - hits) / signals,
      unheldShare: sum(this.#unheld) / signals,
      usualShare: sum(this.#usual) / signals,
    };
  }
}

export interface Rates {
  readonly threshold: number;
  readonly signals: number;
  /** Of the labelled spikes, those that got a signal on their own bar and in their direction. */
  readonly truePositiveRate: number;
  /** Of the bars that are no spike, those that got a signal. */
  readonly falsePositiveRate: number;
  /** Of the signals, those that are no labelled spike; and of them the ones that did not hold, and the plainly usual. */
  readonly falseShare: number;
  readonly unheldShare: number;
  readonly usualShare: number;
}
