import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candle, seriesOf } from '#domain/candle.ts';
import { HOUR_MS, MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { graverLevel } from '#domain/trading-state.ts';
import { accountOf, BTC } from '#tests/support/agent-fixtures.ts';
import { AS_OF_MS, crashed, snapshotOf } from '#tests/unit/tools/breaker/made-crash.ts';
import { assessBreaker, DEFAULT_THRESHOLDS, fallFromHigh } from '#tools/breaker/assess-breaker.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const timeframes = fc.constantFrom<Timeframe>('1m', '3m', '15m', '1h', '4h');
const bars = fc.array(
  fc.record({
    high: fc.integer({ min: 2, max: 1_000 }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  { maxLength: 60 },
);

function rowsOf(
  shape: readonly { high: number; share: number }[],
  timeframe: Timeframe,
  skewMs: number,
): Candle[] {
  const widthMs = TIMEFRAME_MS[timeframe];
  return shape.map(({ high, share }, i) => {
    const close = high * share;
    const openAtMs = AS_OF_MS - skewMs - (shape.length - i) * widthMs;
    return { openAtMs, open: close, high, low: close, close, volume: 1 };
  });
}

/** The same question asked of rows, forwards, without stopping early. */
function naiveFall(rows: readonly Candle[], widthMs: number, windowMs: number): number | null {
  const inside = rows.filter(({ openAtMs }) => openAtMs + widthMs > AS_OF_MS - windowMs);
  const last = rows.at(-1);
  if (inside.length === 0 || last === undefined) return null;
  const high = Math.max(...inside.map((row) => row.high));
  return Math.max(0, (high - last.close) / high);
}

describe('the fall from a high', () => {
  it('is that of a plain search over all bars', () => {
    const windows = fc.integer({ min: 1, max: 600 }).map((minutes) => minutes * MINUTE_MS);
    const skews = fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE_MS);
    fc.assert(
      fc.property(bars, timeframes, windows, skews, (shape, timeframe, windowMs, skewMs) => {
        const rows = rowsOf(shape, timeframe, skewMs);
        const fall = fallFromHigh(seriesOf(BTC, timeframe, rows), windowMs, AS_OF_MS);
        expect(fall).toBe(naiveFall(rows, TIMEFRAME_MS[timeframe], windowMs));
        if (fall !== null) expect(fall >= 0 && fall < 1).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never gets smaller with a longer window', () => {
    fc.assert(
      fc.property(bars, timeframes, (shape, timeframe) => {
        const series = seriesOf(BTC, timeframe, rowsOf(shape, timeframe, 0));
        const falls = [1, 2, 4, 8, 24].map((hours) => fallFromHigh(series, hours * HOUR_MS, AS_OF_MS) ?? 0);
        expect(falls).toEqual(falls.toSorted((left, right) => left - right));
      }),
    );
  });
});

describe('the breaker', () => {
  const shares = fc.integer({ min: 0, max: 95 }).map((hundredths) => hundredths / 100);
  const assess = (falls: readonly number[], equityQuote: string) =>
    assessBreaker({
      snapshot: snapshotOf(
        ...['BTC', 'ETH', 'SOL'].map((base, i) =>
          crashed(`${base}/USDT:USDT`, { fall: falls[i] ?? 0, agoMs: 30 * MINUTE_MS }),
        ),
      ),
      thresholds: DEFAULT_THRESHOLDS,
      limits: DEFAULT_LIMITS,
      account: accountOf({ equityQuote }),
      equityMarks: { dayStartQuote: '10000', peakQuote: '10000' },
    });
  const equities = fc.integer({ min: -500, max: 11_000 }).map(String);

  it('has the gravest level of its reasons, is clear only without any, and halts on none but a trip', () => {
    fc.assert(
      fc.property(fc.tuple(shares, shares, shares), equities, (falls, equity) => {
        const { level, reasons, accountAsks } = assess(falls, equity);
        expect(level).toBe(reasons.map((reason) => reason.level).reduce(graverLevel, 'clear'));
        expect(level === 'clear').toBe(reasons.length === 0);
        if (accountAsks === 'halted') expect(level).toBe('tripped');
        if (accountAsks === 'reducing') expect(level).not.toBe('clear');
      }),
      { numRuns: 300 },
    );
  });

  it('is never calmed by a deeper fall or a greater loss', () => {
    fc.assert(
      fc.property(
        fc.tuple(shares, shares, shares),
        shares,
        fc.integer({ min: 0, max: 10_000 }),
        fc.nat({ max: 2_000 }),
        (falls, more, equity, loss) => {
          const before = assess(falls, String(equity)).level;
          const after = assess(
            falls.map((fall) => Math.max(fall, more)),
            String(equity - loss),
          ).level;
          expect(graverLevel(before, after)).toBe(after);
        },
      ),
      { numRuns: 300 },
    );
  });
});
