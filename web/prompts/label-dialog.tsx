import { useQueryClient } from '@tanstack/react-query';
import { moveLabel, removeLabel } from '../api/prompt-actions.ts';
import { PROMPTS_KEY } from '../api/prompt-queries.ts';
import { withPageTimes } from '../format/time.ts';
import { sentence } from '../format/words.ts';
import { ActionDialog, type Outcome } from '../ui/action-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { EffectNote } from './effect-note.tsx';
import { PRODUCTION } from './prompt-words.ts';

export interface LabelMove {
  readonly label: string;
  readonly from: number | null;
  /** Null takes the label away. */
  readonly to: number | null;
}

interface LabelDialogProps {
  readonly name: string;
  readonly move: LabelMove;
  readonly onClose: () => void;
}

/** Asks before a label moves or goes, and says what that means for the cycles. */
export function LabelDialog({ name, move, onClose }: LabelDialogProps) {
  const client = useQueryClient();
  const { label, from, to } = move;
  const isBack = label === PRODUCTION && from !== null && to !== null && to < from;

  async function act(form: FormData): Promise<Outcome> {
    const done =
      to === null
        ? await removeLabel(name, label).then(() => `${label} is removed`)
        : (await moveLabel(name, label, { version: to, message: String(form.get('message')) })).message;
    await client.invalidateQueries({ queryKey: PROMPTS_KEY });
    return { words: `${sentence(withPageTimes(done))}.` };
  }

  return (
    <ActionDialog
      title={titleOf(move, isBack)}
      confirmLabel={to === null ? `Remove ${label}` : isBack ? `Roll back to version ${to}` : `Move ${label}`}
      tone={label === PRODUCTION ? 'danger' : 'primary'}
      description={<MoveWords name={name} move={move} />}
      fields={
        to !== null && (
          <TextField
            label="Reason"
            name="message"
            required
            maxLength={300}
            defaultValue={isBack ? `back to version ${to}` : ''}
          />
        )
      }
      act={act}
      onClose={onClose}
    />
  );
}

function titleOf({ label, to }: LabelMove, isBack: boolean): string {
  if (to === null) return `Remove ${label}?`;
  return isBack ? `Roll back to version ${to}?` : `Make version ${to} ${label}?`;
}

function MoveWords({ name, move: { label, from, to } }: { name: string; move: LabelMove }) {
  if (to === null) return <p>Version {from} no longer runs beside production.</p>;
  const where = from === null ? `Version ${to}` : `Version ${to} in place of version ${from}`;
  if (label === PRODUCTION)
    return (
      <p>
        {where} <EffectNote name={name} />. A cycle under way goes on with what it began with. It is refused
        where the version’s dry run fails.
      </p>
    );
  return <p>{where} runs beside production from the next cycle on: in full, and without orders.</p>;
}
