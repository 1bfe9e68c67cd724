import { describe, expect, test } from 'vitest';
import { deepestFall, equityLine, roundInstants, upToNow } from '../../../web/desk/equity-line.ts';
import { liquidationDistance, netProfitQuote, notionalQuote } from '../../../web/desk/position-figures.ts';
import { formatPlain, formatPrice, formatQuote, toneOf } from '../../../web/format/number.ts';
import { formatAge, formatDuration, formatMarketTime, formatWallTime } from '../../../web/format/time.ts';
import { fakeAccount, fakePositions } from '../../support/fake-books.ts';

const point = (atMs: number, equityQuote: string) => ({ atMs, equityQuote, balanceQuote: equityQuote });

describe('numbers on the screen', () => {
  test('signs gains and losses alike and leaves what rounds to zero unsigned', () => {
    expect(formatQuote('1234.5', { signed: true })).toBe('+1,234.50');
    expect(formatQuote('-1234.5', { signed: true })).toBe('−1,234.50');
    expect(formatQuote('-0.001', { signed: true })).toBe('0.00');
    expect(toneOf(-0.001)).toBe('flat');
  });

  test('gives a price the digits its size needs', () => {
    expect(formatPrice('67210.5')).toBe('67,210.50');
    expect(formatPrice('3.21544')).toBe('3.2154');
    expect(formatPrice('0.000012345')).toBe('0.000012345');
  });

  test('never rounds a small measured value to zero', () => {
    expect(formatPlain(0.00042)).toBe('0.00042');
    expect(formatPlain(null)).toBe('–');
  });

  test('writes instants in UTC with their clock, and durations in the unit that fits', () => {
    const atMs = Date.UTC(2025, 3, 7, 12, 4, 31);
    expect(formatMarketTime(atMs)).toBe('market 2025-04-07 12:04 UTC');
    expect(formatWallTime(atMs)).toBe('wall 2025-04-07 12:04:31 UTC');
    expect([0.4, 12, 1_240, 184_000].map(formatDuration)).toEqual(['0.4 ms', '12 ms', '1.24 s', '3m 04s']);
    expect([45_000, 7_500_000, 273_600_000].map(formatAge)).toEqual(['45s', '2h 05m', '3d 04h']);
  });
});

describe('the equity line', () => {
  test('is oldest first with one point for each second, the later reading winning', () => {
    const line = equityLine([point(3_000, '12'), point(1_000, '10'), point(1_400, '11')]);
    expect(line).toEqual([
      { timeSeconds: 1, value: 11 },
      { timeSeconds: 3, value: 12 },
    ]);
  });

  test('ends at the account as it stands, also when that was read before the last cycle', () => {
    const account = { ...fakeAccount(), equityQuote: '15', asOfMs: 9_000 };
    const points = [point(1_000, '10'), point(3_000, '12')];
    expect(equityLine(upToNow(points, account)).at(-1)).toEqual({ timeSeconds: 9, value: 15 });
    const earlier = equityLine(upToNow(points, { ...account, asOfMs: 2_000 }));
    expect(earlier.map(({ value }) => value)).toEqual([10, 15]);
    expect(upToNow(points, null)).toEqual(points);
    expect(upToNow([], account)).toEqual([]);
  });

  test('is labelled at round instants, whatever second its readings are of', () => {
    const hours = [0.01, 1.02, 2.9].map((hour) => Math.round(hour * 3_600));
    const line = hours.map((timeSeconds) => ({ timeSeconds, value: 1 }));
    const instants = roundInstants(line);
    expect(instants[0]).toBe(0);
    expect(instants.at(-1)).toBe(2.75 * 3_600);
    expect(new Set(instants.map((seconds) => seconds % 900))).toEqual(new Set([0]));
    expect(roundInstants([])).toEqual([]);
  });

  test('knows its deepest fall from a peak, and none on a line that only rises', () => {
    const line = equityLine([100, 120, 90, 110].map((value, index) => point(index * 1_000, String(value))));
    expect(deepestFall(line)).toBeCloseTo(0.25);
    expect(deepestFall(line.slice(0, 2))).toBe(0);
  });
});

describe('a position on the screen', () => {
  const [position] = fakePositions();

  test('shows its profit after fees and funding', () => {
    expect(netProfitQuote({ ...position!, unrealisedQuote: '10', feesQuote: '2', fundingQuote: '-1' })).toBe(
      9,
    );
  });

  test('is worth its quantity at the mark, and knows how far liquidation is', () => {
    const numbers = { ...position!, quantityBase: '2', markPriceQuote: '100', liquidationPriceQuote: '80' };
    expect(notionalQuote(numbers)).toBe(200);
    expect(liquidationDistance(numbers)).toBeCloseTo(0.2);
    expect(liquidationDistance({ ...numbers, liquidationPriceQuote: null })).toBeNull();
  });
});
