import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '#exchanges/replay/csv-reader.ts';

function read(text: string): number {
  return new CsvReader(Buffer.from(`${text},0\n`), 'f.csv').number('price');
}

describe('numbers of a CSV', () => {
  it('are the same doubles the language reads, for any double', () => {
    const doubles = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0));
    fc.assert(
      fc.property(doubles, (value) => {
        expect(read(String(value))).toBe(value);
      }),
    );
  });

  it('are the same doubles the language reads, for any run of digits with a point', () => {
    const digits = fc.stringMatching(/^-?\d{1,18}\.\d{1,24}$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(read(text)).toBe(Number(text));
      }),
    );
  });

  it('are refused unless they are plain decimal numbers', () => {
    const PLAIN = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
    const texts = fc
      .stringMatching(/^[-+.eE0-9 x]{0,12}$/)
      .filter((text) => !(PLAIN.test(text) && Number.isFinite(Number(text))));
    fc.assert(
      fc.property(texts, (text) => {
        expect(() => read(text)).toThrow('is not a number');
      }),
      { examples: ['.0', '.', '-.5', '5.', '5.e1', '+1', '1e', 'e5', ' 1', '1 ', ''].map((text) => [text]) },
    );
  });
});
