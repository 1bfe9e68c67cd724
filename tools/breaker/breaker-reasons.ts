/** What the breaker says: a reason for each trigger that is not clear. */
import { percentText } from '#domain/percent.ts';
import type { BreakerReason } from '#domain/trading-state.ts';

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
