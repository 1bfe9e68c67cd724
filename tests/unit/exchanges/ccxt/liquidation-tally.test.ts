import { describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from '#domain/time.ts';
import { createLiquidationTally } from '#exchanges/ccxt/liquidation-tally.ts';

const START_MS = 1_760_000_000_000;
const BTC = 'BTC/USDT:USDT';

describe('liquidation tally', () => {
  let nowMs = START_MS;
  const createTally = () =>
    createLiquidationTally({
      clock: { nowMs: () => nowMs },
      contractSizeOf: (symbol) => (symbol === BTC ? 0.1 : null),
    });

  it('takes the value as it is told, else what the contracts are worth', () => {
    const tally = createTally();
    expect(tally.take({ symbol: BTC, timestamp: nowMs, quoteValue: 100 })).toBe(true);
    expect(tally.take({ symbol: BTC, timestamp: nowMs, contracts: 20, price: 50_000 })).toBe(true);
    expect(tally.reading()).toEqual({ heardUsd: 100_100, unbrokenSinceMs: nowMs });
  });

  it.each([
    ['no value', { quoteValue: undefined }],
    ['a value of nothing', { quoteValue: 0 }],
    ['a negative value', { quoteValue: -5 }],
    ['a value without end', { quoteValue: Number.POSITIVE_INFINITY }],
    ['no time', { timestamp: undefined }],
    ['a time to come', { timestamp: START_MS + 2 * SECOND_MS }],
    ['a time that is none', { timestamp: Number.NaN }],
    ['no symbol', { symbol: undefined }],
    ['a market that does not count in dollars', { symbol: 'ETH/BTC:BTC' }],
  ])('refuses %s, and has no reading of it', (_, wrong) => {
    nowMs = START_MS;
    const tally = createTally();
    expect(tally.take({ symbol: BTC, timestamp: nowMs, quoteValue: 1, ...wrong })).toBe(false);
    expect(tally.reading()).toBeNull();
  });

  it('keeps what it heard through an interruption, and says that something may be missing since', () => {
    nowMs = START_MS;
    const tally = createTally();
    tally.take({ symbol: BTC, timestamp: nowMs, quoteValue: 7 });
    nowMs += HOUR_MS / 2;
    tally.interrupt();
    expect(tally.reading()).toEqual({ heardUsd: 7, unbrokenSinceMs: nowMs });
    const againMs = nowMs;
    tally.take({ symbol: BTC, timestamp: nowMs, quoteValue: 8 });
    nowMs += SECOND_MS;
    expect(tally.reading()).toEqual({ heardUsd: 15, unbrokenSinceMs: againMs });
  });
});
