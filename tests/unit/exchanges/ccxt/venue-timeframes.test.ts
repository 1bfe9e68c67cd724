import { expect, it } from 'vitest';
import { venueTimeframes } from '#exchanges/ccxt/venue-timeframes.ts';

it('asks a venue for each timeframe it gives', () => {
  const timeframes = venueTimeframes('venue', ['1s', '1m', '3m', '15m', '1h', '4h', '1M']);
  expect(timeframes).toMatchObject({ finest: '1m', fast: '3m', snapshot: ['3m', '15m', '1h', '4h'] });
  expect(timeframes.askedFor('15m')).toBe('15m');
});

it('builds what is missing from the coarsest finer one', () => {
  const timeframes = venueTimeframes('venue', ['1m', '5m', '15m', '1h']);
  expect(timeframes.fast).toBe('3m');
  expect(timeframes.askedFor('3m')).toBe('1m');
  expect(timeframes.askedFor('4h')).toBe('1h');
});

it('takes a slower fast timeframe where 3m cannot be built', () => {
  expect(venueTimeframes('venue', ['5m', '1h']).snapshot).toEqual(['5m', '15m', '1h', '4h']);
  expect(venueTimeframes('venue', ['15m', '1h']).snapshot).toEqual(['15m', '1h', '4h']);
});

it('refuses a venue whose candles are too coarse', () => {
  expect(() => venueTimeframes('venue', ['1h', '4h'])).toThrow(
    expect.objectContaining({ code: 'interval_unbuildable', message: expect.stringContaining('15m') }),
  );
});
