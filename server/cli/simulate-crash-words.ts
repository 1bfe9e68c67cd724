/** How a drill tells prices, lengths and the way back of a market. */
import { percentText } from '#domain/percent.ts';
import { baseOf } from '#domain/symbol.ts';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { lengthText } from './simulate-crash-plan.ts';
import type { RecoveryStep } from './simulate-crash-story.ts';

/** `95012.3`, `0.31642`: as many digits as a price of that size is quoted with. */
export function priceText(price: number): string {
  if (!Number.isFinite(price)) return 'unknown';
  const digits = Math.max(0, Math.min(8, 5 - Math.floor(Math.log10(Math.abs(price) || 1))));
  return String(Number(price.toFixed(digits)));
}

export function assetText(symbol: string): string {
  return symbol.includes('/') ? baseOf(symbol) : symbol;
}

/** What a condition of the market's recovery has come to. */
export function conditionText({ condition, value, limit }: Omit<RecoveryStep, 'atMs'>): string {
  const words = CONDITION_WORDS[condition];
  return words === undefined ? `${condition} ${value} (${limit})` : words(value, limit);
}

const CONDITION_WORDS: Readonly<Record<string, (value: number | null, limit: number) => string>> = {
  released: (value) =>
    value === 0 ? 'no trigger is over its threshold' : `${value} trigger(s) over the threshold`,
  calm: (value, limit) =>
    `no fall over 5% within half an hour for ${lengthText(onMinute(value ?? 0))} of ${lengthText(limit)}`,
  liquidations: (value, limit) => `$${value ?? 'unknown'} liquidated in the hour, under $${limit} asked`,
  back: (value, limit) =>
    `BTC is back by ${percentText(value ?? 0)} of its fall, ${percentText(limit)} asked`,
  volume: (value, limit) =>
    `the hour's volume is ${percentText(value ?? 0)} of the usual, ${percentText(limit)} asked`,
};

function onMinute(ms: number): number {
  return Math.min(DAY_MS, Math.floor(ms / MINUTE_MS) * MINUTE_MS);
}
