import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candle, candleAt, seriesOf } from '#domain/candle.ts';
import { canBuildFrom, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';

const START_MS = Date.UTC(2025, 0, 1);

const bar = fc.tuple(
  fc.double({ min: 1, max: 2, noNaN: true }),
  fc.double({ min: 1, max: 2, noNaN: true }),
  fc.double({ min: 0, max: 9, noNaN: true }),
);

/** Fine bars from any aligned start, some of them missing, and a coarser timeframe. */
const market = fc
  .record({
    fine: fc.constantFrom<Timeframe>('1m', '3m', '5m', '15m'),
    coarse: fc.constantFrom<Timeframe>('15m', '30m', '1h'),
    startBar: fc.nat(40),
    bars: fc.array(bar, { minLength: 1, maxLength: 200 }),
    missing: fc.uniqueArray(fc.nat(199), { maxLength: 4 }),
  })
  .filter(({ fine, coarse }) => canBuildFrom(fine, coarse))
  .map(({ fine, coarse, startBar, bars, missing }) => {
    const rows = bars.map(([open, close, volume], index) => ({
      openAtMs: START_MS + (startBar + index) * TIMEFRAME_MS[fine],
      open,
      high: Math.max(open, close),
      low: Math.min(open, close),
      close,
      volume,
    }));
    return { fine, coarse, rows: rows.filter((_, index) => !missing.includes(index)) };
  });

/** The same by grouping objects, as a check from another direction. */
function groupedByHand(rows: readonly Candle[], fine: Timeframe, coarse: Timeframe): Candle[] {
  const groups = new Map<number, Candle[]>();
  for (const row of rows) {
    const group = Math.floor(row.openAtMs / TIMEFRAME_MS[coarse]);
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return [...groups.values()]
    .filter((group) => group.length === TIMEFRAME_MS[coarse] / TIMEFRAME_MS[fine])
    .map((group) => ({
      openAtMs: group[0]!.openAtMs,
      open: group[0]!.open,
      high: Math.max(...group.map((row) => row.high)),
      low: Math.min(...group.map((row) => row.low)),
      close: group.at(-1)!.close,
      volume: group.reduce((sum, row) => sum + row.volume, 0),
    }));
}

describe('coarse bars built from any fine bars', () => {
  it('are the whole groups and nothing else', () => {
    fc.assert(
      fc.property(market, ({ fine, coarse, rows }) => {
        const built = buildTimeframe(seriesOf('BTC/USDT:USDT', fine, rows), coarse);
        const byIndex = Array.from({ length: built.length }, (_, index) => candleAt(built, index));
        expect(byIndex).toEqual(fine === coarse ? rows : groupedByHand(rows, fine, coarse));
      }),
    );
  });

  it('do not change when later fine bars are added', () => {
    fc.assert(
      fc.property(market, fc.nat(200), ({ fine, coarse, rows }, cut) => {
        const early = buildTimeframe(seriesOf('BTC/USDT:USDT', fine, rows.slice(0, cut)), coarse);
        const late = buildTimeframe(seriesOf('BTC/USDT:USDT', fine, rows), coarse);
        expect([...late.close.subarray(0, early.length)]).toEqual([...early.close]);
        expect([...late.openAtMs.subarray(0, early.length)]).toEqual([...early.openAtMs]);
      }),
    );
  });

  it('leave a gap fault where a bar between two others could not be built', () => {
    fc.assert(
      fc.property(market, ({ fine, coarse, rows }) => {
        const built = buildTimeframe(seriesOf('BTC/USDT:USDT', fine, rows), coarse);
        fc.pre(built.length > 1);
        const spanMs = built.openAtMs[built.length - 1]! - built.openAtMs[0]!;
        const isWhole = spanMs / TIMEFRAME_MS[coarse] === built.length - 1;
        const faults = validateSeries(built, { nowMs: Number.MAX_SAFE_INTEGER, barsWanted: 1 });
        expect(faults.some((fault) => fault.code === 'gap')).toBe(!isWhole);
      }),
    );
  });

  it('stay faulty where one fine bar is impossible, whichever of its numbers it is', () => {
    const impossible = fc.constantFrom(-1, -1e-9, Number.NaN, Infinity, -Infinity);
    const column = fc.constantFrom('open', 'high', 'low', 'close', 'volume');
    fc.assert(
      fc.property(market, fc.nat(199), column, impossible, ({ fine, coarse, rows }, pick, name, value) => {
        fc.pre(rows.length > 0);
        const broken = rows.map((row, index) =>
          index === pick % rows.length ? { ...row, [name]: value } : row,
        );
        const brokenAtMs = broken[pick % rows.length]!.openAtMs;
        const built = buildTimeframe(seriesOf('BTC/USDT:USDT', fine, broken), coarse);
        const barAtMs = brokenAtMs - (brokenAtMs % TIMEFRAME_MS[coarse]);
        fc.pre(built.openAtMs.includes(barAtMs));
        const codes = validateSeries(built, { nowMs: Number.MAX_SAFE_INTEGER, barsWanted: 1 }).map(
          (fault) => fault.code,
        );
        expect(codes.some((code) => code === 'negative' || code === 'impossible_range')).toBe(true);
      }),
    );
  });
});
