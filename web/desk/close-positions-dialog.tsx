import type { Position } from '#domain/account.ts';
import { closePositions } from '../api/actions.ts';
import type { CloseVerdict } from '../api/types.ts';
import { baseName, plural } from '../format/words.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';

/** One position by its symbol, or all of them in one call. */
export function ClosePositionsDialog({
  positions,
  onClose,
}: {
  positions: readonly Position[];
  onClose: () => void;
}) {
  const [only] = positions;
  const symbol = positions.length === 1 && only ? only.symbol : null;
  const names = positions.map((position) => baseName(position.symbol)).join(', ');
  return (
    <ActionDialog
      title={symbol ? `Close the ${names} position?` : `Close all ${plural(positions.length, 'position')}?`}
      description={`${names}: closed at market, whatever the desk thinks of it. Fees and slippage apply.`}
      confirmLabel={symbol ? 'Close at market' : 'Close all at market'}
      tone="danger"
      act={async (_form, idempotencyKey) => {
        return <CloseOutcome verdicts={await closePositions(symbol, idempotencyKey)} />;
      }}
      onClose={onClose}
    />
  );
}

function CloseOutcome({ verdicts }: { verdicts: readonly CloseVerdict[] }) {
  if (verdicts.length === 0) return 'There was nothing left to close.';
  return (
    <ul className="space-y-1">
      {verdicts.map(({ symbol, outcome, message }) => (
        <li key={symbol}>
          <strong className={outcome === 'sent' ? '' : 'text-down'}>
            {baseName(symbol)}: {outcome}
          </strong>{' '}
          {message}
        </li>
      ))}
    </ul>
  );
}
