import { useState } from 'react';
import type { QTableSummary } from '../api/q-table-types.ts';
import { ControlButton } from '../ui/control-button.tsx';
import { PromoteDialog } from './move-dialogs.tsx';

/** Nothing for the version that holds already. */
export function PromoteButton({ table, promoted }: { table: QTableSummary; promoted: number | null }) {
  const [isAsked, setAsked] = useState(false);
  const { version } = table;
  return (
    <>
      {version !== promoted && (
        <ControlButton aria-label={`Promote version ${version}`} onClick={() => setAsked(true)}>
          Promote
        </ControlButton>
      )}
      {isAsked && <PromoteDialog {...{ table, promoted }} onClose={() => setAsked(false)} />}
    </>
  );
}
