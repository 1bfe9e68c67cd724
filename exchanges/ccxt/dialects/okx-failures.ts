/** What OKX's own numbers mean. @see https://www.okx.com/docs-v5/en/#error-code (read 2026-11-21) */
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
  type VenueFailures,
} from '../failure-rule.ts';

const each = (numbers: readonly number[], rule: FailureRule) =>
  Object.fromEntries(numbers.map((number) => [number, rule]));

export const OKX_FAILURES: VenueFailures = {
  rules: {
    // A body, a header or a parameter it could not read, and an account that may not trade.
    ...each([50000, 50002, 50006, 50014, 50015, 50016, 50024, 50025, 50027, 50028, 50030, 50115], REJECTED),
    ...each([50011, 50040, 50061], TURNED_AWAY),
    // Time-outs and a venue too busy to say, whatever HTTP status they come under.
    ...each([50004, 50013, 51054, 51412], UNKNOWN),
    ...each([50102, 50112], CLOCK),
    ...each(
      [50100, 50101, 50103, 50104, 50105, 50106, 50107, 50110, 50111, 50113, 50114, 50119, 50120],
      AUTH,
    ),
    ...each([51001, 51015], NO_SYMBOL),
    // A client order id, and one of a conditional order, that is in use.
    ...each([51011, 51016, 51065, 51068], DUPLICATE),
    // It does not exist, or has ended already: what it has become is asked for next.
    ...each([51063, 51400, 51401, 51402, 51410, 51603], NOT_FOUND),
  },
  otherwise(venueCode) {
    if (venueCode === 0) return null;
    // The numbers of trading and of the account's settings refuse; of any other, time-outs among them, nothing is known.
    return (venueCode >= 51_000 && venueCode < 55_000) || (venueCode >= 59_000 && venueCode < 60_000)
      ? REJECTED
      : UNKNOWN;
  },
  alreadySo: new Set(),
  tooOften: new Set([50011, 50061]),
};
