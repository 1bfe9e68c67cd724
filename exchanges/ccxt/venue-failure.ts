/**
 * What a failed call to a venue means: our code for it, and for a sent order whether it may stand all the same.
 * The venue's own number decides where we know it, else the HTTP status of a 5xx, else ccxt's class. Never its words.
 */
import { dialectOf } from './dialects/dialect-of.ts';
import {
  AUTH,
  CLOCK,
  DUPLICATE,
  type FailureRule,
  NO_SYMBOL,
  NOT_FOUND,
  REJECTED,
  TURNED_AWAY,
  UNKNOWN,
} from './failure-rule.ts';
import { refusalOf } from './wire-replies.ts';

/** ccxt's classes, most of them by inheritance: the nearest one that stands here counts. */
export const CLASS_RULES: Readonly<Record<string, FailureRule>> = {
  BadSymbol: NO_SYMBOL,
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

export function failureRule(thrown: unknown, exchangeId: string): FailureRule {
  const refusal = refusalOf(thrown);
  const { failures } = dialectOf(exchangeId);
  const venueCode = refusal?.venueCode ?? 0;
  const known = failures.rules[venueCode];
  if (known) return known;
  if (refusal && (refusal.httpStatus === 429 || refusal.httpStatus === 418)) return TURNED_AWAY;
  if (refusal && refusal.httpStatus >= 500) return UNKNOWN;
  return failures.otherwise(venueCode) ?? classRule(thrown);
}

/** A bare `TypeError` or socket error of a body that was cut short is as unknown as a time-out. */
function classRule(thrown: unknown): FailureRule {
  for (let made = thrown?.constructor; made?.name; made = Object.getPrototypeOf(made)) {
    const rule = CLASS_RULES[made.name];
    if (rule) return rule;
  }
  return UNKNOWN;
}
