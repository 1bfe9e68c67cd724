/** One series of prices of one asset from one place: how far it stands under its highs, and what of it is believed. */
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';
import { createPriceBelief, type PricePiece } from './believe-price.ts';
import type { MarketLimits } from './market-limits.ts';
import { createWindowHigh } from './window-high.ts';

export interface SourceAbout {
  /** As it is shown, such as `BTC/USDT:USDT`. */
  readonly symbol: string;
  /** What the price is of, such as `BTC`. */
  readonly asset: string;
  /** Where it comes from. Two sources of one asset with different places can vouch for each other. */
  readonly place: string;
  /** Length of a bar; 0 for single prints. */
  readonly widthMs: number;
}

/** How far a price stands under the highest one of a window, as fractions of that. */
export interface Fall {
  /** By what is believed: the last print, or a bar's close. */
  readonly held: number;
  /** By the lowest price seen in the last piece; deeper than `held` where a bar has a wick. */
  readonly deepest: number;
}

/** What one piece did. */
export interface PieceTaken {
  /** False when nothing new is believed. */
  readonly changed: boolean;
  /** A price that would have counted and was not believed, in the end. */
  readonly wrong: WrongPrice | null;
}

export interface WrongPrice {
  readonly atMs: EpochMs;
  readonly price: number;
  /** The believed price it is off from. */
  readonly from: number;
  readonly kind: 'single_print' | 'wick';
}

/** Prices come in the order of time; what is unsound or late is counted and otherwise as if it had not come. */
export interface PriceSource extends SourceAbout {
  readonly lastAtMs: EpochMs;
  /** The price believed last; NaN before the first. */
  readonly price: number;
  readonly ignored: number;
  take(piece: PricePiece): PieceTaken;
  /** Of the windows given at the start, by index. */
  fall(window: number): Fall;
  /** The highest price that it, or a finer or short series of its place, had in the window that ends at its last piece. */
  high(window: number): number;
  /** The same of this series alone, in the window that ends at `atMs`. */
  ownHigh(window: number, atMs: EpochMs): number;
  /** What the fall would be if the price that waits were believed; 0 when none waits. */
  waitingFall(window: number): number;
  /** Distance from 1, either way. */
  offOne(): Fall;
  waitingOffOne(): number;
  isLive(nowMs: EpochMs): boolean;
  /** Falls are measured from highs after this instant from now on, and told anew with the next piece. */
  forgive(untilMs: EpochMs): void;
}

/** A longer bar may close far from its open by right. */
const LONGEST_JUDGED_BAR_MS = 5 * MINUTE_MS;
const NO_FALL: Fall = { held: 0, deepest: 0 };
const UNCHANGED: PieceTaken = { changed: false, wrong: null };
const CHANGED: PieceTaken = { changed: true, wrong: null };

export function createPriceSource(
  about: SourceAbout,
  options: {
    readonly windowsMs: readonly number[];
    readonly plausibility: MarketLimits['plausibility'];
    /** Series of the asset, this one and later ones among them. */
    readonly sources: readonly PriceSource[];
  },
): PriceSource {
  const { widthMs } = about;
  const { printJumpFraction, barJumpFraction, silentAfterMs } = options.plausibility;
  const windows = options.windowsMs.map((windowMs) => ({
    highs: createWindowHigh({ windowMs }),
    held: 0,
    deepest: 0,
  }));
  const belief = createPriceBelief({ jumpFraction: jumpFraction() });
  const silentMs = widthMs === 0 ? silentAfterMs : 2 * widthMs;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let seenSinceMs = 0;
  let price = Number.NaN;
  let low = Number.NaN;
  let high = Number.NaN;
  let ignored = 0;

  function jumpFraction(): number {
    if (widthMs === 0) return printJumpFraction;
    return widthMs <= LONGEST_JUDGED_BAR_MS ? barJumpFraction : Number.POSITIVE_INFINITY;
  }

  function add(piece: PricePiece): void {
    price = piece.close;
    low = piece.low;
    high = Math.max(piece.open, piece.close);
    // Taken from a wick that no body comes near, a high would be a fall that nobody saw.
    if (piece.high <= high * (1 + barJumpFraction)) high = piece.high;
    for (const [w, window] of windows.entries()) {
      const before = Math.max(highAt(w, piece.atMs), piece.open);
      window.highs.add(piece.atMs, high);
      window.held = Math.max(0, under(highAt(w, piece.atMs), price));
      // The bar's own high may have come after its low; its open cannot.
      window.deepest = Math.max(window.held, under(before, low));
    }
  }

  const ownHigh = (w: number, atMs: EpochMs) => windows[w]?.highs.at(atMs) ?? 0;
  const highOf = (w: number) => highAt(w, lastAtMs);

  /** Prints that began within the window, or came back after a hole, fall from what the bars of their place have seen. */
  function highAt(w: number, atMs: EpochMs): number {
    let top = ownHigh(w, atMs);
    if (atMs - seenSinceMs >= (options.windowsMs[w] ?? 0)) return top;
    for (const other of options.sources) {
      const isOfPlace = other.place === about.place && other.symbol === about.symbol;
      if (isOfPlace && other.widthMs <= LONGEST_JUDGED_BAR_MS) top = Math.max(top, other.ownHigh(w, atMs));
    }
    return top;
  }

  return {
    ...about,
    get lastAtMs() {
      return lastAtMs;
    },
    get price() {
      return price;
    },
    get ignored() {
      return ignored;
    },
    take(piece) {
      if (piece.atMs < lastAtMs || !isSound(piece)) {
        ignored += 1;
        return UNCHANGED;
      }
      if (piece.atMs - lastAtMs > silentMs) seenSinceMs = piece.atMs;
      lastAtMs = piece.atMs;
      const { believed, refuted } = belief.take(piece);
      const from = price;
      for (const one of believed) add(one);
      if (refuted)
        return { changed: believed.length > 0, wrong: { ...printOf(refuted), from, kind: 'single_print' } };
      if (believed.length === 0) return UNCHANGED;
      if (believed.at(-1) === piece && piece.high > high)
        return { changed: true, wrong: { atMs: piece.atMs, price: piece.high, from: price, kind: 'wick' } };
      return CHANGED;
    },
    fall: (w) => windows[w] ?? NO_FALL,
    high: highOf,
    ownHigh,
    waitingFall: (w) => (belief.waiting && highOf(w) > 0 ? under(highOf(w), belief.waiting.close) : 0),
    offOne: () => ({
      held: Math.abs(price - 1),
      deepest: Math.max(Math.abs(low - 1), Math.abs(high - 1)),
    }),
    waitingOffOne: () => (belief.waiting ? Math.abs(belief.waiting.close - 1) : 0),
    isLive: (nowMs) => !Number.isNaN(price) && nowMs - lastAtMs <= silentMs,
    forgive(untilMs) {
      for (const window of windows) {
        window.highs.forget(untilMs);
        window.held = 0;
        window.deepest = 0;
      }
    },
  };
}

function under(top: number, price: number): number {
  return (top - price) / top;
}

function printOf({ atMs, close }: PricePiece): { atMs: EpochMs; price: number } {
  return { atMs, price: close };
}

/** Every price above 0 and finite, and the bar's own order kept. NaN compares as false. */
function isSound({ atMs, open, high, low, close }: PricePiece): boolean {
  const isOrdered = low <= open && low <= close && open <= high && close <= high;
  return low > 0 && isOrdered && high < Number.POSITIVE_INFINITY && Number.isFinite(atMs);
}
