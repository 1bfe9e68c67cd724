import type { LineageGap } from '#domain/lineage.ts';
import { withPageTimes } from '../format/time.ts';
import { sentence } from '../format/words.ts';

/** What of the chain cannot be shown any more, and why. */
export function MissingLinks({ missing }: { missing: readonly LineageGap[] }) {
  if (missing.length === 0) return null;
  return (
    <ul
      aria-label="Missing links"
      className="m-3 mb-0 space-y-1 rounded-md border border-watch/45 bg-watch-soft p-3"
    >
      {missing.map(({ link, subject, message }) => (
        <li key={`${link} ${subject}`}>
          <span className="font-medium text-watch">{sentence(link)} missing</span>: {withPageTimes(message)}
        </li>
      ))}
    </ul>
  );
}
