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

/** Trading and account settings: it was looked at and refused. A span is written `[first, last]`. */
const PLAIN_REJECTIONS: readonly (readonly [first: number, last: number])[] = [
  // Parameters, sizes, prices, margin, limits of a position or of an account, an instrument that does not trade.
  ...span(51000, [51002, 51010], 51012, 51014, [51017, 51031], 51046, 51047, 51051, [51072, 51074]),
  ...span([51090, 51096], [51098, 51112], [51115, 51122], [51124, 51139], 51155, 51156, 51159, 51162),
  ...span(51163, 51166, 51169, 51174, 51185, [51201, 51205]),
  // Conditional orders: triggers on the wrong side of the price, sizes, kinds.
  ...span([51250, 51265], [51267, 51280], [51321, 51325], [51327, 51330]),
  // Cancelling and amending.
  ...span([51403, 51409], [51500, 51503], 51506, [51508, 51511], [51600, 51602], [51732, 51736]),
  // The account: modes, margin, leverage.
  ...span(54000, 54001, 54008, 54009, 54011, [54072, 54074], 59000, 59001, [59100, 59109], 59128),
  ...span(59200, 59201, 59300, 59301),
];

function span(...spans: readonly (number | readonly [number, number])[]): (readonly [number, number])[] {
  return spans.map((one) => (typeof one === 'number' ? [one, one] : one));
}

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
    // An order that timed out has a number among those of trading (51149): of one nobody wrote down nothing is known.
    return PLAIN_REJECTIONS.some(([first, last]) => venueCode >= first && venueCode <= last)
      ? REJECTED
      : UNKNOWN;
  },
  alreadySo: new Set(),
  tooOften: new Set([50011, 50061]),
};
