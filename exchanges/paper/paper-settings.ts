/** How hard the paper venue is on us. Fractions are 0..1; README.md of this folder gives the rules in words. */
export interface PaperSettings {
  /** Half the spread: what every taker pays over the reference price, before impact. */
  readonly halfSpreadFraction: number;
  /** How far taking a whole bar's volume would move the price; impact is linear in the share taken. */
  readonly impactFraction: number;
  /** The most of a bar's volume all our orders of a symbol may fill together. */
  readonly volumeShareFraction: number;
  /** Fee on a liquidated notional, instead of the taker fee; never more than what is left of the margin. */
  readonly liquidationFeeFraction: number;
  /** Finished orders that can still be found. */
  readonly finishedOrdersKept: number;
  /** Finished orders whose client id is still known, so that it is refused and never said to be unseen. */
  readonly finishedClientIdsKept: number;
  /** Fills and fundings kept after a reader has gone past them; unread ones are always kept. */
  readonly readActivityKept: number;
}

export const PAPER_SETTINGS: PaperSettings = {
  halfSpreadFraction: 0.0001,
  impactFraction: 0.01,
  volumeShareFraction: 0.1,
  liquidationFeeFraction: 0.005,
  finishedOrdersKept: 500,
  finishedClientIdsKept: 5_000,
  readActivityKept: 200,
};
