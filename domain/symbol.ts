import { z } from 'zod';
import { AppError } from './errors.ts';

/** A linear perpetual in ccxt's unified form, such as `BTC/USDT:USDT`. */
export const MarketSymbol = z
  .string()
  .regex(/^[A-Z0-9]{1,20}\/[A-Z0-9]{2,10}:[A-Z0-9]{2,10}$/, 'must look like BTC/USDT:USDT');
export type MarketSymbol = z.infer<typeof MarketSymbol>;

/** BTC and ETH carry other limits than the rest (REQUIREMENTS, Risk). */
export type AssetClass = 'major' | 'alt';

const QUOTES = ['USDT', 'USDC', 'BUSD', 'USD'] as const;

/** `BTC/USDT:USDT` → `BTC`. */
export function baseOf(symbol: MarketSymbol): string {
  return symbol.slice(0, symbol.indexOf('/'));
}

/** `BTC/USDT:USDT` → `USDT`. */
export function quoteOf(symbol: MarketSymbol): string {
  return symbol.slice(symbol.indexOf('/') + 1, symbol.indexOf(':'));
}

/** `BTC/USDT:USDT` → `BTCUSDT`, the form of Binance and of candle files. */
export function venueSymbol(symbol: MarketSymbol): string {
  return baseOf(symbol) + quoteOf(symbol);
}

export function assetClassOf(symbol: MarketSymbol): AssetClass {
  const base = baseOf(symbol);
  return base === 'BTC' || base === 'ETH' ? 'major' : 'alt';
}

/**
 * Reads what people type: `btc`, `BTCUSDT`, `BTC/USDT`, `BTC-USDT` or `BTC/USDT:USDT`.
 * Letters outside A-Z are refused rather than folded, so that a look-alike never becomes a real symbol.
 * @throws AppError `symbol_invalid`
 */
export function parseSymbol(text: string): MarketSymbol {
  const trimmed = text.trim();
  if (!/^[A-Za-z0-9/:-]+$/.test(trimmed)) throw invalidSymbol(text);
  const upper = trimmed.toUpperCase().replace('-', '/');
  if (MarketSymbol.safeParse(upper).success) return upper;
  const pair = /^([A-Z0-9]{1,20})\/([A-Z0-9]{2,10})$/.exec(upper);
  if (pair) return `${pair[1]}/${pair[2]}:${pair[2]}`;
  if (!/^[A-Z0-9]{1,20}$/.test(upper)) throw invalidSymbol(text);
  const quote = QUOTES.find((candidate) => upper.endsWith(candidate) && upper.length > candidate.length);
  if (quote) return `${upper.slice(0, -quote.length)}/${quote}:${quote}`;
  return `${upper}/USDT:USDT`;
}

function invalidSymbol(text: string): AppError {
  return new AppError(
    'symbol_invalid',
    `symbol "${text}" is not readable: write BTC, BTCUSDT or BTC/USDT:USDT`,
    {
      context: { symbol: text },
    },
  );
}
