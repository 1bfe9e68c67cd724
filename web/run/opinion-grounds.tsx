import type { Opinion } from '#domain/opinion.ts';
import { plural } from '../format/words.ts';
import { QuoteMarks } from './quote-marks.tsx';

/** What was doubted in a model's reply, and each number of its words with whether the model was shown it. */
export function OpinionGrounds({ opinion }: { opinion: Opinion }) {
  const { doubts = [], quotes = [] } = opinion;
  if (doubts.length === 0 && quotes.length === 0) return null;
  const loose = quotes.filter(({ isGrounded }) => !isGrounded).length;
  return (
    <section className="flex flex-col gap-1 text-xs" aria-label={`Grounds of ${opinion.agent}`}>
      {doubts.length > 0 && (
        <div className="rounded-md border border-watch/45 bg-watch-soft p-2">
          <h4 className="font-medium text-watch">The model’s reply was discarded; the rules answered</h4>
          <ul className="list-inside list-disc break-words">
            {doubts.map((doubt) => (
              <li key={doubt}>{doubt}</li>
            ))}
          </ul>
        </div>
      )}
      {quotes.length > 0 && (
        <details>
          <summary className="min-h-6 text-muted">
            {plural(quotes.length, 'number')} in the model’s words,{' '}
            {loose === 0 ? 'all shown to it' : `${loose} from nowhere`}
          </summary>
          <QuoteMarks quotes={quotes} />
        </details>
      )}
    </section>
  );
}
