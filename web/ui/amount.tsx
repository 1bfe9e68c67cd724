import { formatQuote, type Tone, toneOf } from '../format/number.ts';

export const TONE_TEXT: Record<Tone, string> = { up: 'text-up', down: 'text-down', flat: 'text-muted' };

/** A signed amount of money: losses in the same weight as gains, and never by colour alone. */
export function Amount({ value, className = '' }: { value: string | number; className?: string }) {
  return (
    <span className={`whitespace-nowrap ${TONE_TEXT[toneOf(Number(value))]} ${className}`}>
      {formatQuote(value, { signed: true })}
    </span>
  );
}
