import { type CloseTarget, closePositions } from '../api/actions.ts';
import type { CloseAnswer, CloseVerdict, DeskPosition } from '../api/types.ts';
import { formatQuantity } from '../format/number.ts';
import { baseName, plural } from '../format/words.ts';
import { ActionDialog, type Outcome } from '../ui/action-dialog.tsx';

interface ClosePositionsDialogProps {
  readonly target: CloseTarget;
  /** The desk's open positions now; they change while the dialog is open. */
  readonly open: readonly DeskPosition[];
  readonly onClose: () => void;
}

/** One position, or all that one desk holds in one call. */
export function ClosePositionsDialog({ target, open, onClose }: ClosePositionsDialogProps) {
  const { positionId } = target;
  const isAll = positionId === undefined;
  const meant = isAll ? open : open.filter((position) => position.positionId === positionId);
  return (
    <ActionDialog
      title={
        isAll
          ? `Close all ${plural(meant.length, 'position')}?`
          : `Close the ${baseName(target.symbol ?? '')} ${target.side}?`
      }
      description={meant.length === 0 ? <Gone {...{ target, open }} /> : costWords(meant)}
      confirmLabel={isAll ? `Close all ${meant.length} at market` : 'Close at market'}
      tone="danger"
      isMoot={meant.length === 0}
      act={async (_form, post) => outcomeOf(await closePositions(post, target))}
      onClose={onClose}
    />
  );
}

function costWords(positions: readonly DeskPosition[]): string {
  return `${positions.map(nameOf).join(', ')}: closed at market, whatever the desk thinks of it. Fees and slippage apply.`;
}

function Gone({ target, open }: Pick<ClosePositionsDialogProps, 'target' | 'open'>) {
  const standing = open.find(({ symbol }) => symbol === target.symbol);
  return (
    <>
      <p>It is closed already.</p>
      {standing && <p>The {nameOf(standing)} that is open now is another one, and this leaves it alone.</p>}
    </>
  );
}

function nameOf({ symbol, side }: Pick<CloseVerdict, 'symbol' | 'side'>): string {
  return `${baseName(symbol)} ${side}`;
}

function outcomeOf({ items: verdicts, entriesGivenUp }: CloseAnswer): Outcome {
  if (verdicts.length + entriesGivenUp === 0) return { words: 'There was nothing left to close.' };
  return {
    tone: verdicts.every(({ outcome }) => outcome === 'sent') ? 'up' : 'down',
    words: (
      <ul className="space-y-1">
        {verdicts.map(({ positionId, outcome, message, quantityBase, ...position }) => (
          <li key={positionId}>
            <strong className={outcome === 'sent' ? '' : 'text-down'}>
              {nameOf(position)}: {outcome === 'sent' ? 'close sent' : `not closed, ${outcome}`}
            </strong>
            {outcome === 'sent' ? `, ${formatQuantity(quantityBase)} at market` : `: ${message}`}
          </li>
        ))}
        {entriesGivenUp > 0 && <li>{plural(entriesGivenUp, 'entry', 'entries')} at work given up</li>}
      </ul>
    ),
  };
}
