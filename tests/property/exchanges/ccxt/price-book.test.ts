import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPriceBook, STREAM_FRESH_MS, type ToldPrice } from '#exchanges/ccxt/price-book.ts';
import type { PriceTick } from '#exchanges/ports/market-data.ts';

const START_MS = 1_760_000_000_000;
const LISTED = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'];

const price = fc.oneof(
  fc.double({ min: 0.0001, max: 200_000, noNaN: true }),
  fc.constantFrom(undefined, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const word = fc.record({
  afterMs: fc.integer({ min: 0, max: 1_000 }),
  symbol: fc.constantFrom(...LISTED, 'NO/USDT:USDT', '__proto__', undefined),
  ageMs: fc.oneof(
    fc.integer({ min: -3_000, max: 10_000 }),
    fc.constantFrom(Number.NaN, 0.5, Number.POSITIVE_INFINITY, undefined),
  ),
  last: price,
  markPrice: price,
  quoteVolume: price,
});

describe('price book', () => {
  it('keeps one sound price of each listed symbol and kind, of now, and never turns the time back', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 50, maxLength: 150 }), (words) => {
        let nowMs = START_MS;
        const heard: PriceTick[] = [];
        const book = createPriceBook({
          clock: { nowMs: () => nowMs },
          isListed: (symbol) => LISTED.includes(symbol),
          onPrice: (tick) => heard.push(tick),
        });
        let refused = 0;
        for (const { afterMs, ageMs, ...rest } of words) {
          nowMs += afterMs;
          const told: ToldPrice = { ...rest, timestamp: ageMs === undefined ? undefined : nowMs - ageMs };
          const before = heard.length;
          const isTaken = book.take(told);
          expect(isTaken).toBe(heard.length > before);
          if (!isTaken) refused += 1;
          for (const { priceQuote, atMs, symbol } of heard.slice(before)) {
            expect(LISTED).toContain(symbol);
            expect(priceQuote).toBeGreaterThan(0);
            expect(priceQuote).toBeLessThan(Number.POSITIVE_INFINITY);
            expect(nowMs - atMs).toBeLessThanOrEqual(STREAM_FRESH_MS);
            expect(atMs - nowMs).toBeLessThanOrEqual(1_000);
          }
        }
        expect(book.ignored).toBe(refused);
        for (const symbol of LISTED)
          for (const kind of ['last', 'mark'] as const) {
            const ticks = heard.filter((tick) => tick.symbol === symbol && tick.kind === kind);
            expect(book.newest(symbol, kind)).toEqual(ticks.at(-1) ?? null);
            const times = ticks.map(({ atMs }) => atMs);
            expect(times).toEqual([...times].sort((a, b) => a - b));
          }
        expect(book.quoteVolume24h(LISTED[0] ?? '') ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('calls a price fresh for five seconds of the venue’s time', () => {
    let nowMs = START_MS;
    const book = createPriceBook({ clock: { nowMs: () => nowMs }, isListed: () => true, onPrice: () => {} });
    book.take({ symbol: 'BTC/USDT:USDT', timestamp: nowMs, last: 1 });
    const tick = book.newest('BTC/USDT:USDT', 'last') ?? expect.fail('no price');
    nowMs += STREAM_FRESH_MS;
    expect(book.isFresh(tick)).toBe(true);
    nowMs += 1;
    expect(book.isFresh(tick)).toBe(false);
  });

  it('neither uses nor keeps a price from the future after the clock was set back', () => {
    let nowMs = START_MS;
    const symbol = 'BTC/USDT:USDT';
    const book = createPriceBook({ clock: { nowMs: () => nowMs }, isListed: () => true, onPrice: () => {} });
    book.take({ symbol, timestamp: nowMs, last: 1 });
    nowMs -= 60_000;
    expect(book.isFresh(book.newest(symbol, 'last') ?? expect.fail('no price'))).toBe(false);
    expect(book.take({ symbol, timestamp: nowMs, last: 2 })).toBe(true);
    expect(book.newest(symbol, 'last')).toMatchObject({ priceQuote: 2, atMs: nowMs });
    expect(book.lastPriceAtMs).toBe(nowMs);
    expect(book.take({ symbol, timestamp: nowMs - 1, last: 3 })).toBe(false);
  });
});
