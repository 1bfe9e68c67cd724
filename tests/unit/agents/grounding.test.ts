import { describe, expect, it } from 'vitest';
import { isFaithful, ungroundedEvidence, ungroundedSymbols } from '#agents/grounding.ts';

describe('a quoted value', () => {
  it.each([
    [61.2345, 61.2345],
    [61.2, 61.2345],
    [61, 61.2345],
    [1.1, 1.1432],
    [-0.0043, -0.004321],
    [64_000, 64_213.5],
    [0, 0],
  ])('%d is faithful to %d', (quoted, measured) => {
    expect(isFaithful(quoted, measured)).toBe(true);
  });

  it.each([
    [62, 61.2345],
    [60, 61.2345],
    [-61.2345, 61.2345],
    [0, 0.0004],
    [0.0043, -0.004321],
    [6.12, 61.2345],
    [0.1, 0],
    [Number.NaN, 61.2345],
  ])('%d is not faithful to %d', (quoted, measured) => {
    expect(isFaithful(quoted, measured)).toBe(false);
  });

  it('under a key that was not measured is ungrounded', () => {
    const evidence = [{ key: 'rsi14@1d', value: 50, note: '' }];
    expect(ungroundedEvidence(evidence, new Map([['rsi14@4h', 50]]))).toEqual([
      { about: 'evidence', message: '"rsi14@1d" was not measured in this run' },
    ]);
  });
});

describe('a symbol in prose', () => {
  it('is ungrounded when the question does not know it', () => {
    const prose = ['BTC/USDT:USDT leads', 'DOGE/USDT:USDT follows'];
    expect(ungroundedSymbols(prose, ['BTC/USDT:USDT'])).toEqual([
      { about: 'symbol', message: 'DOGE/USDT:USDT is not part of the question' },
    ]);
  });
});
