import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, decimalText } from '#domain/decimal.ts';
import { deepestFall } from '#tools/performance/equity-figures.ts';

/** Few values, close to each other and far, so that peaks, recoveries and equal falls come often. */
const equities = fc.array(
  fc.oneof(
    fc.constantFrom('100', '100.000000000000000001', '99.999999999999999999', '90', '110'),
    fc.integer({ min: 1, max: 200_000 }).map((cents) => String(cents / 100)),
  ),
  { minLength: 1, maxLength: 40 },
);

test('is the largest of all differences between a reading and one after it, to the last digit', () => {
  fc.assert(
    fc.property(equities, (quotes) => {
      const points = quotes.map((equityQuote, at) => ({ atMs: at, equityQuote }));
      const falls = quotes.flatMap((peak, at) => quotes.slice(at).map((low) => decimal(peak).minus(low)));
      const deepest = falls.reduce((most, fall) => (fall.gt(most) ? fall : most), decimal(0));
      const found = deepestFall(points);
      expect(found?.quote ?? '0').toBe(decimalText(deepest));
      if (found === null) return;
      const { peakAtMs, troughAtMs, recoveredAtMs } = found;
      const peak = quotes[peakAtMs] ?? '0';
      expect(decimalText(decimal(peak).minus(quotes[troughAtMs] ?? '0'))).toBe(found.quote);
      const back = quotes.findIndex((quote, at) => at > troughAtMs && decimal(quote).gte(peak));
      expect(recoveredAtMs).toBe(back < 0 ? null : back);
    }),
    { numRuns: 500 },
  );
});
