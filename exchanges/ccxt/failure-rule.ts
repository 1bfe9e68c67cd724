/** What a failed call means for whoever sent an order, and how a venue's own numbers are read. */
import type { ErrorCode } from '#domain/errors.ts';

export interface FailureRule {
  readonly code: Extract<
    ErrorCode,
    | 'order_rejected'
    | 'order_duplicate'
    | 'order_not_found'
    | 'venue_auth'
    | 'venue_unavailable'
    | 'clock_skew'
    | 'symbol_unknown'
  >;
  /** What a sent order has left behind: `nothing`, or `unknown`, and then only a look-up can tell. */
  readonly outcome: 'nothing' | 'unknown';
}

/** How a venue's own numbers are read, where ccxt's class does not say it. */
export interface VenueFailures {
  readonly rules: Readonly<Record<number, FailureRule>>;
  /** For a number that no rule names; null leaves it to ccxt's class. */
  readonly otherwise: (venueCode: number) => FailureRule | null;
  /** "No need to change": what was asked is so already. */
  readonly alreadySo: ReadonlySet<number>;
  /** Too many calls, said with a number under an HTTP status that does not say it. */
  readonly tooOften: ReadonlySet<number>;
}

export const REJECTED: FailureRule = { code: 'order_rejected', outcome: 'nothing' };
export const DUPLICATE: FailureRule = { code: 'order_duplicate', outcome: 'nothing' };
export const NOT_FOUND: FailureRule = { code: 'order_not_found', outcome: 'nothing' };
export const AUTH: FailureRule = { code: 'venue_auth', outcome: 'nothing' };
export const CLOCK: FailureRule = { code: 'clock_skew', outcome: 'nothing' };
export const NO_SYMBOL: FailureRule = { code: 'symbol_unknown', outcome: 'nothing' };
/** Turned away before it was looked at: for load, or while the address is banned. */
export const TURNED_AWAY: FailureRule = { code: 'venue_unavailable', outcome: 'nothing' };
export const UNKNOWN: FailureRule = { code: 'venue_unavailable', outcome: 'unknown' };
