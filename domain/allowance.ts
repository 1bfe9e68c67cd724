/** What code leaves open before an agent answers: told to a model, so that it asks for nothing that is out of reach. */
import type { DecimalText } from './decimal.ts';

/** One limit of the desk, what is used of it and what is left; `left` is never negative. */
export interface LimitRoom {
  readonly limit: string;
  readonly unit: string;
  readonly used: DecimalText;
  readonly most: DecimalText;
  readonly left: DecimalText;
}

/** What an open of a given size puts at stake, fees of both sides included. */
export interface Stake {
  readonly notionalQuote: DecimalText;
  readonly lossAtStopQuote: DecimalText;
  /** Null where there is no equity to measure it by. */
  readonly lossAtStopFraction: number | null;
  readonly rewardToRisk: number | null;
}

/** How far the Context agent's conviction reaches. Convictions are -1..1, positive for long. */
export interface ConvictionReach {
  /** What a full conviction adds. */
  readonly weight: number;
  /** Fused from points and Q-advice, without the agent. */
  readonly without: number;
  /** The least and the most that can come of it. */
  readonly least: number;
  readonly most: number;
  /** What an open of the signal's side needs; null where the signal allows none. */
  readonly openNeeds: number | null;
}
