/** Which prices of one source are believed: a jump waits for the next price to stand with it. */
import type { EpochMs } from '#domain/time.ts';

/** A trade, whose four prices are one, or a closed bar, whose instant is its close. */
export interface PricePiece {
  readonly atMs: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface Belief {
  /** What is believed now, the older first. */
  readonly believed: readonly PricePiece[];
  /** What was waiting and is now known to have been wrong. */
  readonly refuted: PricePiece | null;
}

export interface PriceBelief {
  take(piece: PricePiece): Belief;
  /** The jump that still waits. */
  readonly waiting: PricePiece | null;
}

const NOTHING: Belief = { believed: [], refuted: null };

/**
 * A close within `jumpFraction` of the one believed last is believed at once. One further off waits: the next price
 * refutes it by coming back, or confirms it by standing as far off, and then the nearer of the two is believed. The
 * same price of the same instant says nothing new. With an infinite `jumpFraction` everything is believed.
 */
export function createPriceBelief({ jumpFraction }: { readonly jumpFraction: number }): PriceBelief {
  let known: PricePiece | null = null;
  let waiting: PricePiece | null = null;
  const isNear = (price: number, other: number) => Math.abs(price - other) <= jumpFraction * other;

  function believe(
    pieces: readonly PricePiece[],
    stillWaiting: PricePiece | null,
    refuted: PricePiece | null,
  ) {
    known = pieces.at(-1) ?? known;
    waiting = stillWaiting;
    return { believed: pieces, refuted };
  }

  function compare(piece: PricePiece, first: PricePiece): Belief {
    if (piece.atMs === first.atMs && piece.close === first.close) return NOTHING;
    if (isNear(piece.close, first.close)) return believe([first, piece], null, null);
    if (known === null || piece.close > known.close !== first.close > known.close)
      return believe([], piece, first);
    const isFurther = Math.abs(piece.close - known.close) > Math.abs(first.close - known.close);
    return isFurther ? believe([first], piece, null) : believe([piece], null, first);
  }

  return {
    get waiting() {
      return waiting;
    },
    take(piece) {
      if (jumpFraction === Number.POSITIVE_INFINITY || (known && isNear(piece.close, known.close)))
        return believe([piece], null, waiting);
      if (waiting) return compare(piece, waiting);
      waiting = piece;
      return NOTHING;
    },
  };
}
