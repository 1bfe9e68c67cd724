import type { Trade } from '#domain/account.ts';
import type { AbstentionReason } from '#domain/opinion.ts';

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

/** Why the rules answered in a model's place. */
export const ABSTAINED: Record<AbstentionReason, string> = {
  no_model: 'the provider refuses the key or does not know the model',
  prompt_unusable: 'the prompt of this run cannot be used',
  budget_spent: 'the budget is spent',
  model_down: 'the model did not answer lately and is left alone for a while',
  rate_limited: 'the provider asked to wait (429)',
  timed_out: 'the answer did not come in time',
  unreachable: 'the connection failed or broke off',
  provider_failed: 'the provider failed',
  completion_unreadable: 'the provider sent something that is no answer',
  call_unstored: 'the call could not be stored',
  refused: 'the model refused',
  filtered: 'the provider filtered the answer',
  reply_empty: 'the reply was empty',
  reply_too_long: 'the reply was longer than any answer',
  reply_truncated: 'the reply broke off',
  reply_not_json: 'the reply was no JSON',
  reply_wrong_shape: 'the reply had another shape',
  ungrounded_symbol: 'the reply named a symbol that is no part of the question',
  ungrounded_evidence: 'the reply quoted a value that was not measured',
  ungrounded_number: 'the reply held a number that was not shown',
  reply_invalid: 'the reply could not be read',
  ungrounded: 'the reply quoted what was not measured',
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

/** A tick that meets a running cycle is left out. */
export function skippedWords(cycles: number): string {
  if (cycles === 0) return 'no cycle was skipped';
  return `${plural(cycles, 'cycle was', 'cycles were')} skipped because one was running`;
}

/** `net of fees and funding, in USDT`, or as it is where the unit is not known yet. */
export function inQuote(words: string, quote: string | null): string {
  return quote === null ? words : `${words}, in ${quote}`;
}
