import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '#domain/time.ts';
import { decodeFunding } from '#exchanges/replay/decode-funding.ts';
import { fundingAt, settlementsBetween } from '#exchanges/replay/replay-funding.ts';

const START_MS = Date.UTC(2025, 0, 1);
const EVERY_8H = [0, 8, 16].map((hours, index) => ({
  atMs: START_MS + hours * HOUR_MS,
  rateFraction: 0.0001 * (index + 1),
}));

describe('decodeFunding', () => {
  it('reads settlements with negative and tiny rates', () => {
    const text = 'funding_time,funding_rate\n1735689600000,-0.00016657\n1735718400005,1e-05\n';
    expect(decodeFunding(Buffer.from(text), 'f.csv')).toEqual([
      { atMs: 1735689600000, rateFraction: -0.00016657 },
      { atMs: 1735718400005, rateFraction: 0.00001 },
    ]);
  });

  it('refuses settlements out of order with the line', () => {
    const text = 'funding_time,funding_rate\n1735718400000,0.0001\n1735689600000,0.0001\n';
    expect(() => decodeFunding(Buffer.from(text), 'f.csv')).toThrow('f.csv, line 3: funding_time');
  });
});

describe('settlementsBetween', () => {
  it('leaves out the beginning and keeps the end', () => {
    const found = settlementsBetween(EVERY_8H, START_MS, START_MS + 16 * HOUR_MS);
    expect(found.map(({ atMs }) => atMs)).toEqual([START_MS + 8 * HOUR_MS, START_MS + 16 * HOUR_MS]);
  });
});

describe('fundingAt', () => {
  it('gives the last settled rate and the next settlement', () => {
    expect(fundingAt(EVERY_8H, START_MS + 9 * HOUR_MS)).toEqual({
      rateFraction: 0.0002,
      nextAtMs: START_MS + 16 * HOUR_MS,
    });
  });

  it('counts a settlement at its own instant', () => {
    expect(fundingAt(EVERY_8H, START_MS + 8 * HOUR_MS)).toMatchObject({ rateFraction: 0.0002 });
  });

  it('follows a venue that settles more often', () => {
    const every4h = [0, 4, 8].map((hours) => ({
      atMs: START_MS + hours * HOUR_MS + 5,
      rateFraction: 0.0001,
    }));
    expect(fundingAt(every4h, START_MS + 9 * HOUR_MS)?.nextAtMs).toBe(START_MS + 12 * HOUR_MS);
  });

  it('is null before the first settlement and when settlements stop coming', () => {
    expect(fundingAt(EVERY_8H, START_MS - 1)).toBeNull();
    expect(fundingAt([], START_MS)).toBeNull();
    expect(fundingAt(EVERY_8H, START_MS + 31 * HOUR_MS)).not.toBeNull();
    expect(fundingAt(EVERY_8H, START_MS + 32 * HOUR_MS)).toBeNull();
  });
});
