import type { Quote } from '#domain/opinion.ts';
import { markQuotes } from './mark-quotes.ts';

/** A model's words with its numbers marked: those it was shown, and those from nowhere. */
export function MarkedText({ text, quotes }: { text: string; quotes: readonly Quote[] }) {
  return markQuotes(text, quotes).map(({ words, isGrounded }, index) =>
    isGrounded === null ? (
      words
    ) : (
      <mark
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
        key={index}
        title={isGrounded ? 'the model was shown this number' : 'the model was not shown this number'}
        className={
          isGrounded
            ? 'rounded bg-up-soft text-up'
            : 'rounded bg-down-soft text-down underline decoration-wavy'
        }
      >
        {words}
      </mark>
    ),
  );
}
