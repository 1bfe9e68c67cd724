/** What Bybit's own numbers mean. @see https://bybit-exchange.github.io/docs/v5/error (read 2026-11-21) */
import {
  AUTH,
  CLOCK,
  DUPLICATE,
  NOT_FOUND,
  REJECTED,
  TURNED_AWAY,
  UNKNOWN,
  type VenueFailures,
} from '../failure-rule.ts';

export const BYBIT_FAILURES: VenueFailures = {
  rules: {
    // Two of older interfaces that it still answers with: a request that came too late, and a key that has ended.
    [-1]: CLOCK,
    [-2015]: AUTH,
    10001: REJECTED,
    10002: CLOCK,
    10003: AUTH,
    10004: AUTH,
    10005: AUTH,
    10006: TURNED_AWAY,
    10007: AUTH,
    10008: AUTH,
    10009: AUTH,
    10010: AUTH,
    10017: REJECTED,
    10018: TURNED_AWAY,
    10024: REJECTED,
    10027: REJECTED,
    10028: REJECTED,
    10029: REJECTED,
    33004: AUTH,
    110001: NOT_FOUND,
    // It has ended already: what it has become is asked for next.
    110008: NOT_FOUND,
    110010: NOT_FOUND,
    110030: DUPLICATE,
    110072: DUPLICATE,
    // "The order is processing and cannot be operated on": nothing was done, and it may be tried again.
    110079: TURNED_AWAY,
  },
  otherwise(venueCode) {
    if (venueCode === 0) return null;
    // The numbers of the trading rules refuse; of any other, time-outs and faults of the venue among them, nothing is known.
    return venueCode >= 110_000 && venueCode < 120_000 ? REJECTED : UNKNOWN;
  },
  // Position mode, margin mode, margin, leverage.
  alreadySo: new Set([110025, 110026, 110027, 110043]),
  tooOften: new Set([10006, 10018]),
};
