import type { Trade } from '#domain/account.ts';

/** `BTC/USDT:USDT` → `BTC`, enough where every symbol shares its quote. */
export function baseName(symbol: string): string {
  return symbol.split('/')[0] ?? symbol;
}

/** `reward_under_minimum` → `reward under minimum` */
export function spaced(code: string): string {
  return code.replaceAll('_', ' ');
}

/** `halted` → `Halted` */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Who or what ended a trade. */
export const ENDED_BY: Record<Trade['exitReason'], string> = {
  stop: 'its stop',
  target: 'its target',
  exit: 'the desk',
  person: 'a person',
  liquidation: 'liquidation',
  external: 'an order from elsewhere',
};

/** Funding as the books keep it, positive when we paid, in words. */
export function fundingWords(fundingQuote: string): string {
  const amount = Number(fundingQuote);
  if (amount === 0) return 'no funding was due';
  return amount > 0 ? 'funding the desk paid' : 'funding the desk received';
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
