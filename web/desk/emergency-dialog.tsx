import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Desk } from '#domain/run.ts';
import { emergencyClose } from '../api/actions.ts';
import { askAllAgain } from '../api/ask-again.ts';
import { entriesQuery, positionsQuery } from '../api/queries.ts';
import type { EmergencyAnswer } from '../api/types.ts';
import { formatQuote } from '../format/number.ts';
import { baseName, plural } from '../format/words.ts';
import { ActionDialog, type Outcome } from '../ui/action-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { notionalQuote } from './position-figures.ts';

const WORD = 'CLOSE';

/** Halts, withdraws and closes in one deliberate step: it says what that will be, and wants its word typed. */
export function EmergencyDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <ActionDialog
      title={`Emergency: close all of ${desk.name}?`}
      description={<WhatItDoes deskId={desk.deskId} />}
      confirmLabel="Halt and close all"
      tone="danger"
      fields={
        <>
          <TextField
            label="Reason"
            name="reason"
            required
            maxLength={300}
            hint="It is kept in the audit log and shown on top of every page."
          />
          <TextField
            label={`Type ${WORD} to go on`}
            name="confirmation"
            required
            pattern={WORD}
            title={`The word ${WORD}, in capitals`}
          />
        </>
      }
      act={async (form, post) => {
        const answer = await emergencyClose(post, desk.deskId, String(form.get('reason')));
        askAllAgain(client);
        return outcomeOf(answer);
      }}
      onClose={onClose}
    />
  );
}

function WhatItDoes({ deskId }: { deskId: string }) {
  const positions = useQuery(positionsQuery(deskId)).data?.items;
  const entries = useQuery(entriesQuery(deskId)).data?.items;
  if (positions === undefined || entries === undefined) return <p>Reading what is open …</p>;
  const sumQuote = positions.reduce((sum, position) => sum + notionalQuote(position), 0);
  return (
    <ol className="list-decimal space-y-1 pl-5">
      <li>Halts the desk: nothing opens any more until a person arms it.</li>
      <li>
        Withdraws {plural(entries.length, 'entry', 'entries')} at work, and whatever else rests to open
        something.
      </li>
      <li>
        Closes {plural(positions.length, 'position')} at market
        {positions.length > 0 && `, ${formatQuote(sumQuote)} USDT of notional`}. Fees and slippage apply.
        {positions.length > 0 && (
          <ul className="mt-1 text-ink">
            {positions.map((position) => (
              <li key={position.positionId}>
                {baseName(position.symbol)} {position.side}: {formatQuote(notionalQuote(position))}
              </li>
            ))}
          </ul>
        )}
      </li>
    </ol>
  );
}

function outcomeOf({ items, entriesGivenUp, ordersCancelled, failed }: EmergencyAnswer): Outcome {
  const gone = items.filter(({ outcome }) => outcome === 'gone');
  const left = items.filter(({ outcome }) => outcome !== 'sent' && outcome !== 'gone');
  const isWhole = left.length + failed.length === 0;
  return {
    tone: isWhole ? 'up' : 'down',
    words: (
      <ul className="space-y-1">
        <li>
          <strong>The desk is halted.</strong>
        </li>
        <li>
          {plural(items.length - left.length - gone.length, 'close', 'closes')} sent,{' '}
          {plural(entriesGivenUp, 'entry', 'entries')} given up, {plural(ordersCancelled, 'order')} cancelled.
        </li>
        {gone.map(({ positionId, symbol, side, message }) => (
          <li key={positionId}>
            {baseName(symbol)} {side}: {message}
          </li>
        ))}
        {left.map(({ positionId, symbol, side, message }) => (
          <li key={positionId} className="text-down">
            {baseName(symbol)} {side} is not closed: {message}
          </li>
        ))}
        {failed.map((detail) => (
          <li key={detail} className="text-down">
            {detail}
          </li>
        ))}
      </ul>
    ),
  };
}
