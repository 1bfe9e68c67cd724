import { BarMeter } from './bar-meter.ts';
import { checkSpikeOptions, type SpikeThresholds, STREAM_THRESHOLDS } from './spike-options.ts';

export type SpikeKind = 'price' | 'volume' | 'both';
export type SpikeDirection = 'up' | 'down';

export interface SpikeSignal {
  readonly symbol: string;
  readonly interval: string;
  /** Of the tick that crossed, or the close of the bar. */
  readonly atMs: number;
  readonly barOpenAtMs: number;
  /** Of the move; of a burst of volume alone the bar's own, and a bar that stands where it opened counts as up. */
  readonly direction: SpikeDirection;
  readonly kind: SpikeKind;
  /** The size in robust sigmas, above 0: of the move, of a burst of volume alone that of the volume. */
  readonly sigmas: number;
  /** Of what was traded in the bar, signed, whatever the kind; 0 where nothing is known of it. */
  readonly volumeSigmas: number;
}

/** What was not taken, by reason. */
export interface UntakenTicks {
  /** A price that is not above 0 and finite, a volume that is negative or not finite. */
  readonly unsound: number;
  /** Of a bar that is closed already. */
  readonly late: number;
  /** With a sequence number that is not above the one before. */
  readonly repeated: number;
  /** A price a hundred times away from the last one, with which no other of a later bar agreed. */
  readonly leapt: number;
}

/** Nothing trades so many times above or below its last price from one bar to the next: it is an error, or another unit. */
const LEAP = 100;

const PRICE_UP = 1;
const PRICE_DOWN = 2;
const VOLUME = 4;

/**
 * The spikes of one symbol and interval as they happen, from ticks, closed bars or both. A bar tells each of a rise, a fall
 * and a burst of volume at most once; when the second kind joins the first, `both` is told.
 * A tick takes two logarithms and allocates nothing unless there is a signal; a bar's end costs the baseline's update.
 * A symbol that stops says nothing: its last bar closes with the next tick or bar.
 */
export class SpikeDetector {
  readonly #of: { readonly symbol: string; readonly interval: string; readonly intervalMs: number };
  readonly #thresholds: SpikeThresholds;
  readonly #onSpike: (signal: SpikeSignal) => void;
  #meter: BarMeter;
  readonly #untaken = { unsound: 0, late: 0, repeated: 0, leapt: 0 };
  /** The bar that ticks are forming; NaN when there is none. */
  #openAtMs = Number.NaN;
  #openQuote = Number.NaN;
  #lastQuote = Number.NaN;
  #lastTickAtMs = Number.NaN;
  #volumeBase = 0;
  #sequence = Number.NaN;
  #told = 0;
  /** What was told of the bar closed last, where ticks alone closed it; null else. */
  #toldOfTicks: number | null = null;
  #takenQuote = Number.NaN;
  /** The price that was not believed, and its bar; NaN when the last one was. */
  #leaptQuote = Number.NaN;
  #leaptOpenAtMs = Number.NaN;

  /** @throws RangeError when a threshold is not above 0, or the baseline has fewer than 10 bars. */
  constructor(
    of: { readonly symbol: string; readonly interval: string; readonly intervalMs: number },
    onSpike: (signal: SpikeSignal) => void,
    thresholds: SpikeThresholds = STREAM_THRESHOLDS,
  ) {
    checkSpikeOptions('SpikeDetector', thresholds);
    this.#of = of;
    this.#thresholds = thresholds;
    this.#onSpike = onSpike;
    this.#meter = new BarMeter(of.intervalMs, thresholds);
  }

  get untaken(): UntakenTicks {
    return this.#untaken;
  }

  /**
   * A trade, or a price alone (`volumeBase` 0). Within its bar an older tick's volume counts and its price does not.
   * `sequence`: the venue's ascending number of the trade, by which repeats are known; NaN where it has none.
   */
  tick(atMs: number, priceQuote: number, volumeBase: number, sequence = Number.NaN): void {
    const isSound = priceQuote > 0 && priceQuote < Infinity && volumeBase >= 0 && volumeBase < Infinity;
    if (!isSound || !Number.isFinite(atMs)) {
      this.#untaken.unsound += 1;
      return;
    }
    if (sequence <= this.#sequence) {
      this.#untaken.repeated += 1;
      return;
    }
    this.#sequence = sequence;
    const openAtMs = atMs - (atMs % this.#of.intervalMs);
    if (openAtMs < this.#openAtMs || openAtMs <= this.#meter.closedOpenAtMs) {
      this.#untaken.late += 1;
      return;
    }
    if (!this.#believes(openAtMs, priceQuote)) return;
    if (openAtMs !== this.#openAtMs) this.#startBar(openAtMs, priceQuote);
    this.#volumeBase += volumeBase;
    if (!(atMs < this.#lastTickAtMs)) {
      this.#lastTickAtMs = atMs;
      this.#lastQuote = priceQuote;
    }
    this.#told |= this.#judge(atMs, openAtMs, this.#openQuote, this.#lastQuote, this.#volumeBase, this.#told);
  }

  /**
   * A closed bar as the venue tells it. It stands over what ticks made of the same bar, forming or just closed; of an older
   * one it is late. A volume of 0, or one that is no volume, is none.
   */
  bar(openAtMs: number, openQuote: number, closeQuote: number, volumeBase: number): void {
    if (!(closeQuote > 0 && closeQuote < Infinity) || !Number.isFinite(openAtMs)) {
      this.#untaken.unsound += 1;
      return;
    }
    const isLate = openAtMs < this.#meter.closedOpenAtMs;
    if (!isLate && !this.#believes(openAtMs, closeQuote)) return;
    if (openAtMs > this.#openAtMs) this.#closeFormed();
    let told = openAtMs === this.#openAtMs ? this.#told : 0;
    if (openAtMs === this.#meter.closedOpenAtMs && this.#toldOfTicks !== null && this.#meter.reopen())
      told = this.#toldOfTicks;
    if (openAtMs <= this.#meter.closedOpenAtMs) {
      this.#untaken.late += 1;
      return;
    }
    const volume = volumeBase < Infinity ? volumeBase : Number.NaN;
    this.#judge(openAtMs + this.#of.intervalMs, openAtMs, openQuote, closeQuote, volume, told);
    this.#meter.close(openAtMs, closeQuote, volume);
    this.#toldOfTicks = null;
    if (openAtMs === this.#openAtMs) this.#openAtMs = Number.NaN;
  }

  #startBar(openAtMs: number, priceQuote: number): void {
    this.#closeFormed();
    this.#openAtMs = openAtMs;
    this.#openQuote = priceQuote;
    this.#lastTickAtMs = Number.NaN;
    this.#volumeBase = 0;
    this.#told = 0;
  }

  #closeFormed(): void {
    if (Number.isNaN(this.#openAtMs)) return;
    this.#meter.close(this.#openAtMs, this.#lastQuote, this.#volumeBase);
    this.#toldOfTicks = this.#told;
    this.#openAtMs = Number.NaN;
  }

  /**
   * Whether a price may stand after the last one. One that leapt may when another of a later bar agrees: then the unit has
   * changed, nothing before it is an example of what is usual, and the warm-up begins anew.
   */
  #believes(openAtMs: number, priceQuote: number): boolean {
    if (!isLeap(this.#takenQuote, priceQuote)) {
      this.#leaptQuote = Number.NaN;
    } else if (openAtMs > this.#leaptOpenAtMs && isNear(this.#leaptQuote, priceQuote)) {
      this.#meter = new BarMeter(this.#of.intervalMs, this.#thresholds);
      this.#openAtMs = Number.NaN;
      this.#toldOfTicks = null;
      this.#leaptQuote = Number.NaN;
    } else {
      if (!isNear(this.#leaptQuote, priceQuote)) {
        this.#leaptQuote = priceQuote;
        this.#leaptOpenAtMs = openAtMs;
      }
      this.#untaken.leapt += 1;
      return false;
    }
    this.#takenQuote = priceQuote;
    return true;
  }

  /** Tells what is new of the bar as it stands, and gives the flags of all that is seen. */
  #judge(
    atMs: number,
    openAtMs: number,
    openQuote: number,
    lastQuote: number,
    volumeBase: number,
    told: number,
  ): number {
    const priceSigmas = this.#meter.priceSigmas(openAtMs, lastQuote);
    const volumeSigmas = this.#meter.volumeSigmas(openAtMs, volumeBase);
    let seen = 0;
    if (priceSigmas >= this.#thresholds.priceSigmas) seen |= PRICE_UP;
    else if (-priceSigmas >= this.#thresholds.priceSigmas) seen |= PRICE_DOWN;
    if (volumeSigmas >= this.#thresholds.volumeSigmas) seen |= VOLUME;
    if ((seen & ~told) === 0) return seen;
    const isMove = (seen & (PRICE_UP | PRICE_DOWN)) !== 0;
    const isUp = isMove ? priceSigmas > 0 : lastQuote >= openQuote;
    this.#onSpike({
      symbol: this.#of.symbol,
      interval: this.#of.interval,
      atMs,
      barOpenAtMs: openAtMs,
      direction: isUp ? 'up' : 'down',
      kind: !isMove ? 'volume' : (seen & VOLUME) !== 0 ? 'both' : 'price',
      sigmas: isMove ? Math.abs(priceSigmas) : volumeSigmas,
      volumeSigmas,
    });
    return seen;
  }
}

function isLeap(fromQuote: number, toQuote: number): boolean {
  return toQuote > fromQuote * LEAP || toQuote * LEAP < fromQuote;
}

/** False when there is nothing to be near to. */
function isNear(knownQuote: number, priceQuote: number): boolean {
  return knownQuote > 0 && !isLeap(knownQuote, priceQuote);
}
