/**
 * What a failed call to a venue means: our code for it, and for a sent order whether it may stand all the same.
 * The venue's own number decides where we know it, else the HTTP status of a 5xx, else ccxt's class. Never its words.
 */
import type { ErrorCode } from '#domain/errors.ts';
import { refusalOf } from './wire-replies.ts';

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

const REJECTED: FailureRule = { code: 'order_rejected', outcome: 'nothing' };
const DUPLICATE: FailureRule = { code: 'order_duplicate', outcome: 'nothing' };
const NOT_FOUND: FailureRule = { code: 'order_not_found', outcome: 'nothing' };
const AUTH: FailureRule = { code: 'venue_auth', outcome: 'nothing' };
const CLOCK: FailureRule = { code: 'clock_skew', outcome: 'nothing' };
/** Turned away before it was looked at: for load, or while the address is banned. */
const TURNED_AWAY: FailureRule = { code: 'venue_unavailable', outcome: 'nothing' };
const UNKNOWN: FailureRule = { code: 'venue_unavailable', outcome: 'unknown' };

/** ccxt's classes, most of them by inheritance: the nearest one that stands here counts. */
export const CLASS_RULES: Readonly<Record<string, FailureRule>> = {
  BadSymbol: { code: 'symbol_unknown', outcome: 'nothing' },
  AuthenticationError: AUTH,
  OrderNotFound: NOT_FOUND,
  DuplicateOrderId: DUPLICATE,
  InsufficientFunds: REJECTED,
  InvalidOrder: REJECTED,
  OperationRejected: REJECTED,
  BadRequest: REJECTED,
  ArgumentsRequired: REJECTED,
  NotSupported: REJECTED,
  InvalidNonce: CLOCK,
  DDoSProtection: TURNED_AWAY,
  RateLimitExceeded: TURNED_AWAY,
  OnMaintenance: TURNED_AWAY,
  ExchangeError: REJECTED,
  RequestTimeout: UNKNOWN,
  OperationFailed: UNKNOWN,
};

/**
 * Binance USD-M's numbers whose meaning ccxt's class does not give, above all behind another base URL.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code (read 2026-11-21)
 */
export const BINANCE_RULES: Readonly<Record<number, FailureRule>> = {
  [-1000]: UNKNOWN,
  [-1001]: UNKNOWN,
  [-1002]: AUTH,
  [-1003]: TURNED_AWAY,
  [-1006]: UNKNOWN,
  [-1007]: UNKNOWN,
  [-1008]: TURNED_AWAY,
  [-1015]: TURNED_AWAY,
  [-1016]: TURNED_AWAY,
  [-1021]: CLOCK,
  [-1022]: AUTH,
  [-1121]: { code: 'symbol_unknown', outcome: 'nothing' },
  [-2011]: NOT_FOUND,
  [-2013]: NOT_FOUND,
  [-2014]: AUTH,
  [-2015]: AUTH,
  [-4111]: DUPLICATE,
  [-4116]: DUPLICATE,
};

export function failureRule(thrown: unknown, exchangeId: string): FailureRule {
  const refusal = refusalOf(thrown);
  const isBinance = exchangeId.startsWith('binance');
  const known = isBinance && refusal?.venueCode ? BINANCE_RULES[refusal.venueCode] : undefined;
  if (known) return known;
  if (refusal && (refusal.httpStatus === 429 || refusal.httpStatus === 418)) return TURNED_AWAY;
  if (refusal && refusal.httpStatus >= 500) return UNKNOWN;
  // A number of Binance's below zero is its word that it did not do what was asked.
  if (isBinance && refusal?.venueCode && refusal.venueCode < 0) return REJECTED;
  return classRule(thrown);
}

/** A bare `TypeError` or socket error of a body that was cut short is as unknown as a time-out. */
function classRule(thrown: unknown): FailureRule {
  for (let made = thrown?.constructor; made?.name; made = Object.getPrototypeOf(made)) {
    const rule = CLASS_RULES[made.name];
    if (rule) return rule;
  }
  return UNKNOWN;
}
