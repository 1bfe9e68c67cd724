import { robustSigmas } from './robust-baseline.ts';
import { RollingBaseline } from './rolling-baseline.ts';
import {
  LEAST_BASELINE_BARS,
  LEAST_LOG_VOLUME_SIGMA,
  LEAST_RETURN_SIGMA,
  type SpikeThresholds,
} from './spike-options.ts';

/**
 * How unusual a bar of one symbol and interval is, in robust sigmas of the closed bars before it: the one arithmetic of
 * spikes, of a series as of a stream. A bar never enters its own yardstick, and an older spike hardly moves it.
 *
 * Bars that are missing are not made up. A move over n bars is held against what is usual over n: its log return over √n.
 * After a gap longer than the baseline nothing is known any more, and the warm-up begins anew.
 */
export class BarMeter {
  readonly #intervalMs: number;
  readonly #baselineBars: number;
  readonly #returns: RollingBaseline;
  readonly #logVolumes: RollingBaseline;
  #openAtMs = Number.NEGATIVE_INFINITY;
  #closeQuote = Number.NaN;
  #beforeOpenAtMs = Number.NEGATIVE_INFINITY;
  #beforeCloseQuote = Number.NaN;
  #canReopen = false;

  constructor(intervalMs: number, { baselineBars }: Pick<SpikeThresholds, 'baselineBars'>) {
    this.#intervalMs = intervalMs;
    this.#baselineBars = baselineBars;
    this.#returns = new RollingBaseline(baselineBars, LEAST_RETURN_SIGMA);
    this.#logVolumes = new RollingBaseline(baselineBars, LEAST_LOG_VOLUME_SIGMA);
  }

  /** The open of the bar closed last; −Infinity before the first. */
  get closedOpenAtMs(): number {
    return this.#openAtMs;
  }

  /** Of a price in the bar that opens then, from the last close; signed. 0 in the warm-up and after too long a gap. */
  priceSigmas(openAtMs: number, priceQuote: number): number {
    if (!this.#isKnown(this.#returns, openAtMs)) return 0;
    return robustSigmas(this.#returnTo(openAtMs, priceQuote), this.#returns);
  }

  /** Of what was traded in a bar; signed. 0 in the warm-up, without volume, and where hardly a bar has any. */
  volumeSigmas(openAtMs: number, volumeBase: number): number {
    if (!(volumeBase > 0) || !this.#isKnown(this.#logVolumes, openAtMs)) return 0;
    return robustSigmas(Math.log(volumeBase), this.#logVolumes);
  }

  /** Takes a closed bar into what is usual; it must be newer than the last one. Volume 0 or NaN: none is known of. */
  close(openAtMs: number, closeQuote: number, volumeBase: number): void {
    const isBroken = this.#barsSince(openAtMs) > this.#baselineBars;
    if (isBroken) {
      this.#returns.clear();
      this.#logVolumes.clear();
    }
    this.#beforeOpenAtMs = this.#openAtMs;
    this.#beforeCloseQuote = this.#closeQuote;
    this.#canReopen = !isBroken;
    if (!isBroken) this.#returns.push(this.#returnTo(openAtMs, closeQuote));
    this.#logVolumes.push(volumeBase > 0 ? Math.log(volumeBase) : Number.NaN);
    this.#openAtMs = openAtMs;
    this.#closeQuote = closeQuote;
  }

  /** Takes the bar closed last back, so that it can be measured and closed with better numbers. Whether it could be. */
  reopen(): boolean {
    if (!this.#canReopen) return false;
    this.#canReopen = false;
    this.#returns.undoPush();
    this.#logVolumes.undoPush();
    this.#openAtMs = this.#beforeOpenAtMs;
    this.#closeQuote = this.#beforeCloseQuote;
    return true;
  }

  #isKnown(usual: RollingBaseline, openAtMs: number): boolean {
    if (!usual.isFull || usual.count < LEAST_BASELINE_BARS) return false;
    return this.#barsSince(openAtMs) <= this.#baselineBars;
  }

  #barsSince(openAtMs: number): number {
    return (openAtMs - this.#openAtMs) / this.#intervalMs;
  }

  #returnTo(openAtMs: number, priceQuote: number): number {
    return Math.log(priceQuote / this.#closeQuote) / Math.sqrt(this.#barsSince(openAtMs));
  }
}
