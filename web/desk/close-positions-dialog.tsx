import { type CloseTarget, closePositions } from '../api/actions.ts';
import type { CloseVerdict, DeskPosition } from '../api/types.ts';
import { baseName, plural } from '../format/words.ts';
import { ActionDialog, type Outcome } from '../ui/action-dialog.tsx';

interface ClosePositionsDialogProps {
  readonly target: CloseTarget;
  /** What the target names among the open positions now; follows the desk while the dialog is open. */
  readonly positions: readonly DeskPosition[];
  readonly onClose: () => void;
}

/** One position, or all that one desk holds in one call. */
export function ClosePositionsDialog({ target, positions, onClose }: ClosePositionsDialogProps) {
  const isAll = target.symbol === undefined;
  const names = positions.map(({ symbol, side }) => `${baseName(symbol)} ${side}`).join(', ');
  return (
    <ActionDialog
      title={
        isAll
          ? `Close all ${plural(positions.length, 'position')}?`
          : `Close the ${baseName(target.symbol ?? '')} ${target.side}?`
      }
      description={
        positions.length === 0
          ? 'It is closed already.'
          : `${names}: closed at market, whatever the desk thinks of it. Fees and slippage apply.`
      }
      confirmLabel={isAll ? `Close all ${positions.length} at market` : 'Close at market'}
      tone="danger"
      act={async (_form, post) => outcomeOf(await closePositions(post, target))}
      onClose={onClose}
    />
  );
}

function outcomeOf(verdicts: readonly CloseVerdict[]): Outcome {
  if (verdicts.length === 0) return { words: 'There was nothing left to close.' };
  return {
    tone: verdicts.every(({ outcome }) => outcome === 'sent') ? 'up' : 'down',
    words: (
      <ul className="space-y-1">
        {verdicts.map(({ positionId, symbol, side, outcome, message }) => (
          <li key={positionId}>
            <strong className={outcome === 'sent' ? '' : 'text-down'}>
              {baseName(symbol)} {side}: {outcome === 'sent' ? 'close sent' : outcome}
            </strong>{' '}
            {message}
          </li>
        ))}
      </ul>
    ),
  };
}
