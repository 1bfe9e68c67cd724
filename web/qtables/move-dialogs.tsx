import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { askAgain } from '../api/ask-again.ts';
import { promoteQTable, Q_TABLES_KEY, rollBackQTable } from '../api/q-table-queries.ts';
import type { QTableMove, QTableSummary } from '../api/q-table-types.ts';
import { formatPercent } from '../format/number.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { versionWords } from './q-words.ts';

interface PromoteDialogProps {
  readonly table: QTableSummary;
  readonly promoted: number | null;
  readonly onClose: () => void;
}

/** Lets every desk of the database decide with a version, and says so first. */
export function PromoteDialog({ table: { version, facts }, promoted, onClose }: PromoteDialogProps) {
  const client = useQueryClient();
  const { trades, returnFraction } = facts.scores.outOfSample;
  return (
    <ActionDialog
      title={`Promote version ${version}?`}
      confirmLabel={`Promote version ${version}`}
      tone="danger"
      description={
        <Meaning>
          Every desk of this database decides with version {version}
          {promoted !== null && ` in place of version ${promoted}`} from its next cycle on. On its held-out
          part it{' '}
          {returnFraction === null
            ? `made ${trades} trades: too few to say anything`
            : `came to ${formatPercent(returnFraction, { signed: true })} in ${trades} trades`}
          .
        </Meaning>
      }
      fields={<ReasonField />}
      act={async (form, post) => {
        const { from, to } = await promoteQTable(post, version, String(form.get('reason')));
        askAgain(client, Q_TABLES_KEY);
        return {
          words: `Desks decide with ${versionWords(to)} from their next cycle on; before it was ${versionWords(from)}.`,
        };
      }}
      onClose={onClose}
    />
  );
}

interface RollbackDialogProps {
  /** What was seen when it was asked for: the answer changes what the page knows under the open dialog. */
  readonly move: QTableMove;
  readonly onClose: () => void;
}

export function RollbackDialog({ move, onClose }: RollbackDialogProps) {
  const client = useQueryClient();
  const { from, to } = move;
  return (
    <ActionDialog
      title={`Roll back version ${from}?`}
      confirmLabel={to === null ? 'Roll back to no table' : `Roll back to version ${to}`}
      tone="danger"
      description={
        <Meaning>
          {to === null
            ? 'No table is promoted any more: from its next cycle on no desk of this database hears one.'
            : `Every desk of this database decides with version ${to} again, from its next cycle on.`}{' '}
          It is refused if somebody has moved the desks meanwhile.
        </Meaning>
      }
      fields={<ReasonField />}
      act={async (form, post) => {
        const done = await rollBackQTable(post, move, String(form.get('reason')));
        askAgain(client, Q_TABLES_KEY);
        return {
          words: `Version ${done.from} is rolled back: ${versionWords(done.to)} from the next cycle on.`,
        };
      }}
      onClose={onClose}
    />
  );
}

function Meaning({ children }: { children: ReactNode }) {
  return (
    <>
      <p>{children}</p>
      <p className="mt-2">
        A table moves the conviction of a proposal by 0.15 at most and opens nothing by itself; a cycle under
        way goes on with what it began with.
      </p>
    </>
  );
}

function ReasonField() {
  return (
    <TextField
      label="Reason"
      name="reason"
      required
      maxLength={300}
      hint="It is kept beside the move and in the audit log."
    />
  );
}
