import { describe, expect, it } from 'vitest';
import { isTradingHour, parseTradingHours, TradingWindow } from '#tools/risk/trading-hours.ts';

const MONDAY_MS = Date.UTC(2025, 3, 7);
const at = (days: number, hours: number, minutes = 0) =>
  MONDAY_MS + ((days * 24 + hours) * 60 + minutes) * 60_000;
const isOpen = (text: string, atMs: number) => isTradingHour(parseTradingHours(text) ?? [], atMs);

describe('trading hours', () => {
  it('are all hours where none are configured', () => {
    expect(isTradingHour(null, MONDAY_MS)).toBe(true);
  });

  it('begin with their first minute and end before their last', () => {
    const hours = 'Mon-Fri 08:00-20:00';
    expect(isOpen(hours, at(0, 8) - 1)).toBe(false);
    expect(isOpen(hours, at(0, 8))).toBe(true);
    expect(isOpen(hours, at(4, 20) - 1)).toBe(true);
    expect(isOpen(hours, at(4, 20))).toBe(false);
    expect(isOpen(hours, at(5, 12))).toBe(false);
  });

  it('may be several, of every day, of one, and over the end of a day or of the week', () => {
    const hours = '22:00-02:00, sat 10:00-11:00';
    expect(
      [at(0, 1), at(0, 2), at(3, 23), at(5, 10, 30), at(6, 23, 59)].map((ms) => isOpen(hours, ms)),
    ).toEqual([true, false, true, true, true]);
    expect(isOpen('Sat-Mon 00:00-24:00', at(1, 0))).toBe(false);
    expect([5, 6, 0].map((day) => isOpen('Sat-Mon 00:00-24:00', at(day, 12)))).toEqual([true, true, true]);
    expect(isOpen('Sun 23:00-01:00', at(0, 0, 59))).toBe(true);
    expect(isOpen('Sun 23:00-01:00', at(0, 1))).toBe(false);
  });

  it.each([
    '',
    'always',
    '8-20',
    'Mon 08:00',
    'Mon-Fry 08:00-20:00',
    '25:00-26:00',
    '08:60-09:00',
    '24:00-02:00',
    '08:00-20:00,',
  ])('cannot be read from "%s"', (text) => {
    expect(parseTradingHours(text)).toBeUndefined();
  });

  it('are windows by their schema, whatever was written', () => {
    for (const text of ['00:00-24:00', '22:00-02:00', 'Sun 23:00-01:00', 'Fri-Tue 23:59-23:59'])
      expect(TradingWindow.array().safeParse(parseTradingHours(text)).success).toBe(true);
  });
});
