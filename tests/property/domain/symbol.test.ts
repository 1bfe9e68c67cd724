import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { baseOf, MarketSymbol, parseSymbol, quoteOf } from '#domain/symbol.ts';

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  A: 'А',
  B: 'В',
  C: 'С',
  E: 'Е',
  H: 'Н',
  K: 'К',
  M: 'М',
  O: 'О',
  P: 'Р',
  T: 'Т',
  X: 'Х',
  S: 'Ѕ',
  I: 'І',
  U: 'Ս',
  D: 'Ꭰ',
};

/** What people type, what they paste, and what only looks like it. */
const texts = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('B', 'T', 'C', 'u', 's', 'd', 't', '1', '/', '-', ':', ' '),
    maxLength: 30,
  }),
);

function parsed(text: string): MarketSymbol | null {
  try {
    return parseSymbol(text);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'symbol_invalid') return null;
    throw thrown;
  }
}

describe('reading a symbol', () => {
  it('gives a valid symbol or the code symbol_invalid, never anything else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const symbol = parsed(text);
        if (symbol !== null) expect(MarketSymbol.parse(symbol)).toBe(symbol);
      }),
      { numRuns: 3_000 },
    );
  });

  it('reads what it gave as itself', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const symbol = parsed(text);
        if (symbol === null) return;
        expect(parseSymbol(symbol)).toBe(symbol);
        expect(parseSymbol(`${baseOf(symbol)}/${quoteOf(symbol)}`.toLowerCase())).toBe(
          `${baseOf(symbol)}/${quoteOf(symbol)}:${quoteOf(symbol)}`,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses a symbol of which one letter only looks right', () => {
    const letters = fc.constantFrom('BTC', 'ETHUSDT', 'SOL/USDT', 'XMR/USDT:USDT', 'AXSUSDT', 'DOTUSDT');
    fc.assert(
      fc.property(letters, fc.nat(), (symbol, at) => {
        const place = at % symbol.length;
        const twin = LOOK_ALIKES[symbol.charAt(place)];
        fc.pre(twin !== undefined);
        expect(parsed(`${symbol.slice(0, place)}${twin}${symbol.slice(place + 1)}`)).toBeNull();
      }),
    );
  });
});
