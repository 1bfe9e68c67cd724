/** What the breaker says: a reason for each trigger that is not clear. */
import type { PositionSide } from '#domain/account.ts';
import { percentText } from '#domain/percent.ts';
import type { BreakerReason } from '#domain/trading-state.ts';
import type { AssetTrigger } from './asset-trigger.ts';

/** A fall hurts longs; forced closes and a currency off its peg go through positions of either side. */
export const HURT_BY_FALL = ['long'] as const satisfies readonly PositionSide[];
export const HURT_BY_BOTH = ['long', 'short'] as const satisfies readonly PositionSide[];

export interface MarketReason extends BreakerReason {
  /** What stands for the value; null where it is of no one symbol. */
  readonly symbol: string | null;
}

/** `BTC fell 15% from its 1 h high, the threshold is 15%`. */
export function fallMessage(subject: string, fall: { value: number; limit: number; hours: number }): string {
  const { value, limit, hours } = fall;
  return `${subject} fell ${percentText(value)} from its ${hours} h high, the threshold is ${percentText(limit)}`;
}

export function pegMessage(symbol: string, { value, limit }: { value: number; limit: number }): string {
  return `${symbol} is ${percentText(value)} off its peg, the threshold is ${percentText(limit)}`;
}

export function liquidationMessage({ value, limit }: { value: number; limit: number }): string {
  const millions = (usd: number) => `$${(usd / 1e6).toFixed(1)}M`;
  return `${millions(value)} were liquidated in an hour, the threshold is ${millions(limit)}`;
}

/** Nothing that can be measured is not clear but unseen: it could be falling. */
export function blindReason(message: string): MarketReason {
  return { trigger: 'market_blind', level: 'watch', value: 0, limit: 1, symbol: null, message };
}

/** A trigger and how it is put in words. */
export interface SpokenTrigger {
  readonly trigger: Pick<AssetTrigger, 'name' | 'limit' | 'level' | 'symbol'>;
  readonly hurts: readonly PositionSide[];
  readonly message: (values: { readonly value: number; readonly limit: number }) => string;
}

/** Why it is not clear; nothing while it is. */
export function reasonOf({ trigger, hurts, message }: SpokenTrigger): MarketReason[] {
  const { name, limit, symbol } = trigger;
  const { level, value } = trigger.level;
  if (level === 'clear') return [];
  return [
    { trigger: name, level, value, limit, symbol, message: message({ value, limit }), hurts: [...hurts] },
  ];
}
