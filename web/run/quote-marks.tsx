import type { Quote } from '#domain/opinion.ts';

/** Each number of a model's words, with whether the model was shown it. */
export function QuoteMarks({ quotes }: { quotes: readonly Quote[] }) {
  if (quotes.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1 pt-1" aria-label="Numbers in the model’s words">
      {quotes.map((quote, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the quotes of a finished opinion never move
        <li key={index}>
          <QuoteMark quote={quote} />
        </li>
      ))}
    </ul>
  );
}

function QuoteMark({ quote: { field, said, isGrounded } }: { quote: Quote }) {
  return (
    <span
      title={field}
      className={`inline-flex gap-1 rounded border px-1 font-mono ${isGrounded ? 'border-line text-muted' : 'border-down/45 bg-down-soft text-down'}`}
    >
      {said}
      <span className="font-sans">{isGrounded ? 'shown' : 'not shown'}</span>
    </span>
  );
}
