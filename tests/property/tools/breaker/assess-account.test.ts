import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from '#domain/decimal.ts';
import { graverLevel } from '#domain/trading-state.ts';
import { type AccountInput, assessAccount } from '#tools/breaker/assess-account.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const cents = (minimum: number) =>
  fc.integer({ min: minimum, max: 2_000_000 }).map((count) => decimalText(count / 100));
const marks = fc.option(cents(1), { nil: null });
const bps = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((count) => count / 10_000);
const limitSets = fc.record({
  dailyLoss: fc.record({
    warnFraction: bps(1, 100),
    reduceFraction: bps(100, 200),
    haltFraction: bps(200, 300),
  }),
  drawdown: fc.record({ warnFraction: bps(1, 500), haltFraction: bps(500, 1_000) }),
});
const SEVERITY = { none: 0, reducing: 1, halted: 2 };
const severity = (input: AccountInput) => SEVERITY[assessAccount(input).asks ?? 'none'];

describe('what the losses of an account ask for', () => {
  it('follows from its reasons: a halt exactly with one that tripped, nothing where none is told', () => {
    fc.assert(
      fc.property(
        cents(-100_000),
        marks,
        marks,
        limitSets,
        (equityQuote, dayStartQuote, peakQuote, limits) => {
          const equityMarks = { dayStartQuote, peakQuote };
          const { level, reasons, asks } = assessAccount({ account: { equityQuote }, equityMarks, limits });
          expect(level).toBe(reasons.map((reason) => reason.level).reduce(graverLevel, 'clear'));
          expect(asks === 'halted').toBe(reasons.some((reason) => reason.level === 'tripped'));
          if (asks !== null) expect(reasons).not.toEqual([]);
          for (const { value, limit, level: own } of reasons)
            expect(own === 'tripped').toBe(value! >= limit!);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never gets lighter when equity falls, or when a mark rises', () => {
    fc.assert(
      fc.property(cents(-100_000), cents(1), cents(1), cents(0), (equity, day, peak, more) => {
        const at = (equityQuote: string, dayStartQuote: string, peakQuote: string) =>
          severity({
            account: { equityQuote },
            equityMarks: { dayStartQuote, peakQuote },
            limits: DEFAULT_LIMITS,
          });
        const higher = (text: string) => decimalText(Number(text) + Number(more));
        const asked = at(equity, day, peak);
        expect(at(decimalText(Number(equity) - Number(more)), day, peak)).toBeGreaterThanOrEqual(asked);
        expect(at(equity, higher(day), peak)).toBeGreaterThanOrEqual(asked);
        expect(at(equity, day, higher(peak))).toBeGreaterThanOrEqual(asked);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the exact share of a plain count in cents, at each limit and one cent beside it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(-1, 0, 1), (hundreds, beside) => {
        const start = hundreds * 10_000;
        const asked = (lostShare: number) =>
          assessAccount({
            account: { equityQuote: decimalText((start - (start * lostShare) / 100 + beside) / 100) },
            equityMarks: { dayStartQuote: decimalText(start / 100), peakQuote: null },
            limits: DEFAULT_LIMITS,
          }).asks;
        expect(asked(3)).toBe(beside > 0 ? 'reducing' : 'halted');
        expect(asked(2)).toBe(beside > 0 ? null : 'reducing');
      }),
      { numRuns: 500 },
    );
  });
});
