import { describe, expect, it } from 'vitest';
import { type Candle, seriesOf } from '#domain/candle.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';

const START_MS = Date.UTC(2025, 0, 1);
const BARS = 10;
const NOW_MS = START_MS + BARS * 5 * MINUTE_MS;

function soundRows(): Candle[] {
  return Array.from({ length: BARS }, (_, bar) => ({
    openAtMs: START_MS + bar * 5 * MINUTE_MS,
    open: 100,
    high: 102,
    low: 99,
    close: 101,
    volume: 0,
  }));
}

/** Codes and messages for sound rows after `spoil` changed them. */
function faultsAfter(spoil: (rows: Candle[]) => Candle[], nowMs = NOW_MS, barsWanted = 1) {
  return validateSeries(seriesOf('BTC/USDT:USDT', '5m', spoil(soundRows())), { nowMs, barsWanted });
}

function withBar(index: number, change: Partial<Candle>): (rows: Candle[]) => Candle[] {
  return (rows) => rows.map((row, bar) => (bar === index ? { ...row, ...change } : row));
}

describe('validateSeries', () => {
  it('finds nothing in consecutive closed bars with zero volume', () => {
    expect(faultsAfter((rows) => rows, NOW_MS, BARS)).toEqual([]);
  });

  it('accepts the newest closed bar until the next one has closed', () => {
    expect(faultsAfter((rows) => rows, NOW_MS + 5 * MINUTE_MS - 1)).toEqual([]);
    expect(faultsAfter((rows) => rows, NOW_MS + 5 * MINUTE_MS).map((fault) => fault.code)).toEqual(['stale']);
  });

  it.each<[string, (rows: Candle[]) => Candle[], string]>([
    ['gap', (rows) => rows.toSpliced(4, 1), '2025-01-01T00:25:00.000Z follows 2025-01-01T00:15:00.000Z'],
    ['duplicate', (rows) => rows.toSpliced(4, 0, rows[4]!), '2025-01-01T00:20:00.000Z stands there twice'],
    ['negative', withBar(3, { volume: -2 }), 'volume -2, limit 0'],
    ['impossible_range', withBar(3, { high: 98 }), 'high 98 below low 99'],
    ['impossible_range', withBar(3, { close: 103 }), 'close 103 outside low 99 to high 102'],
    ['impossible_range', withBar(3, { open: Number.NaN }), 'open NaN'],
    ['impossible_range', withBar(3, { high: Number.POSITIVE_INFINITY }), 'high Infinity'],
    ['impossible_range', withBar(3, { volume: Number.NaN }), 'volume NaN'],
    ['impossible_range', withBar(3, { low: 0 }), 'low 0, a price must be positive'],
  ])('tells %s with the bar and the value', (code, spoil, words) => {
    const faults = faultsAfter(spoil);
    expect(faults.map((fault) => fault.code)).toEqual([code]);
    expect(faults[0]?.message).toContain(words);
    expect(faults[0]?.message).toContain('BTC/USDT:USDT 5m');
  });

  it('tells bars out of order, and the gap the swap leaves behind', () => {
    const faults = faultsAfter((rows) => rows.with(4, rows[5]!).with(5, rows[4]!));
    expect(faults.map((fault) => fault.code).sort()).toEqual(['gap', 'out_of_order']);
  });

  it('tells bars that do not open on the grid, even when they follow each other evenly', () => {
    const faults = faultsAfter((rows) => rows.map((row) => ({ ...row, openAtMs: row.openAtMs + 1 })));
    expect(faults.map((fault) => fault.code)).toContain('misaligned');
  });

  it('tells a bar that has not closed yet', () => {
    const faults = faultsAfter((rows) => rows, NOW_MS - 1);
    expect(faults.map((fault) => fault.code)).toEqual(['unclosed']);
    expect(faults[0]?.message).toContain('closes at 2025-01-01T00:50:00.000Z');
  });

  it('tells fewer bars than wanted, and none at all', () => {
    expect(faultsAfter((rows) => rows, NOW_MS, 11)[0]).toMatchObject({ code: 'too_short' });
    expect(faultsAfter(() => [], NOW_MS, 0).map((fault) => fault.code)).toEqual(['too_short']);
  });

  it('tells each code once with the number of further occurrences', () => {
    const faults = faultsAfter((rows) => rows.map((row) => ({ ...row, volume: -1 })));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toContain('(and 9 more)');
  });

  it('tells a time no date can hold instead of throwing', () => {
    const codes = faultsAfter(withBar(3, { openAtMs: 1e300 })).map((fault) => fault.code);
    expect(codes).toContain('misaligned');
    expect(codes).toContain('unclosed');
  });
});
