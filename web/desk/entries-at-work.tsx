import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EntryProgress } from '#domain/working-entry.ts';
import { withdrawEntry } from '../api/actions.ts';
import { askAgain } from '../api/ask-again.ts';
import { entriesQuery } from '../api/queries.ts';
import { formatPrice, formatQuantity } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { SideBadge } from '../ui/side-badge.tsx';

/** Entries that go out over time, above the positions they become; nothing where none is at work. */
export function EntriesAtWork() {
  const { data } = useQuery(entriesQuery(useDesk().deskId));
  const [asked, setAsked] = useState<EntryProgress | null>(null);
  const client = useQueryClient();
  if (data === undefined || data.items.length === 0) return null;
  return (
    <ul aria-label="Entries at work" className="divide-line border-line divide-y border-b">
      {data.items.map((entry) => (
        <li key={entry.entryId} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm">
          <strong className="font-semibold">{baseName(entry.proposal.symbol)}</strong>
          <SideBadge side={entry.proposal.side} leverage={entry.proposal.leverage} />
          <span>{progressWords(entry)}</span>
          <span className="text-faint">until {formatTime(entry.deadlineAtMs)} market time</span>
          <Button
            className="ml-auto"
            aria-label={`Withdraw the ${nameOf(entry)} entry`}
            onClick={() => setAsked(entry)}
          >
            Withdraw
          </Button>
        </li>
      ))}
      {asked && (
        <ActionDialog
          title={`Withdraw the ${nameOf(asked)} entry?`}
          description="What rests of it is taken off the venue and nothing more is sent. What has filled stays, with its stop and target."
          confirmLabel="Withdraw"
          tone="danger"
          act={async (_form, post) => {
            const { notes } = await withdrawEntry(post, asked.entryId);
            askAgain(client, ['books']);
            const failed = notes.find(({ action }) => action === 'failed');
            return failed
              ? { words: `${nameOf(asked)}: ${failed.detail}`, tone: 'down' }
              : { words: `${nameOf(asked)}: the entry is withdrawn.` };
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </ul>
  );
}

function nameOf({ proposal }: EntryProgress): string {
  return `${baseName(proposal.symbol)} ${proposal.side}`;
}

function progressWords({ style, slices, quantityBase, filledBase, restsAtQuote }: EntryProgress): string {
  const way = style === 'twap' ? `TWAP in ${slices} slices` : 'limit';
  const rests = restsAtQuote === null ? '' : `, rests at ${formatPrice(restsAtQuote)}`;
  return `${way}: ${formatQuantity(filledBase)} of ${formatQuantity(quantityBase)} filled${rests}`;
}
