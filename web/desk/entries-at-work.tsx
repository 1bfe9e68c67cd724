import { useQuery } from '@tanstack/react-query';
import type { EntryProgress } from '#domain/working-entry.ts';
import { entriesQuery } from '../api/queries.ts';
import { formatPrice, formatQuantity } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { SideBadge } from '../ui/side-badge.tsx';

/** Entries that go out over time, above the positions they become; nothing where none is at work. */
export function EntriesAtWork() {
  const { data } = useQuery(entriesQuery(useDesk().deskId));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <ul aria-label="Entries at work" className="divide-line border-line divide-y border-b">
      {data.items.map((entry) => (
        <li key={entry.entryId} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm">
          <strong className="font-semibold">{baseName(entry.proposal.symbol)}</strong>
          <SideBadge side={entry.proposal.side} leverage={entry.proposal.leverage} />
          <span>{progressWords(entry)}</span>
          <span className="text-faint">until {formatTime(entry.deadlineAtMs)} market time</span>
        </li>
      ))}
    </ul>
  );
}

function progressWords({ style, slices, quantityBase, filledBase, restsAtQuote }: EntryProgress): string {
  const way = style === 'twap' ? `TWAP in ${slices} slices` : 'limit';
  const rests = restsAtQuote === null ? '' : `, rests at ${formatPrice(restsAtQuote)}`;
  return `${way}: ${formatQuantity(filledBase)} of ${formatQuantity(quantityBase)} filled${rests}`;
}
