/** How a drill tells prices and what they are of. */
import { baseOf } from '#domain/symbol.ts';

/** `95012.3`, `0.31642`: as many digits as a price of that size is quoted with. */
export function priceText(price: number): string {
  if (!Number.isFinite(price)) return 'unknown';
  const digits = Math.max(0, Math.min(8, 5 - Math.floor(Math.log10(Math.abs(price) || 1))));
  return String(Number(price.toFixed(digits)));
}

export function assetText(symbol: string): string {
  return symbol.includes('/') ? baseOf(symbol) : symbol;
}
