import { useId } from 'react';
import type { ApprovalItem } from '#domain/approval.ts';
import type { ApprovalWord } from '../api/actions.ts';
import { openingName } from './approval-words.ts';

/** What is chosen for one opening; null while nothing is. */
export type Choice = Pick<ApprovalWord, 'decision'> | null;

const SHARES = [0.25, 0.5, 0.75] as const;
export const FIRST_SHARE = 0.5;

const CHOICES = [
  { decision: 'approve', label: 'Approve' },
  { decision: 'shrink', label: 'Shrink' },
  { decision: 'refuse', label: 'Refuse' },
] as const;

interface OpeningChoiceProps {
  readonly item: ApprovalItem;
  readonly choice: Choice;
  readonly share: number;
  readonly isClosed: boolean;
  readonly onChoose: (choice: Choice, share: number) => void;
}

/** Approve, shrink or refuse one opening: three radios, and the share beside the second. */
export function OpeningChoice({ item, choice, share, isClosed, onChoose }: OpeningChoiceProps) {
  const name = useId();
  return (
    <fieldset className="flex flex-wrap items-center gap-2" disabled={isClosed}>
      <legend className="sr-only">Your word on {openingName(item)}</legend>
      {CHOICES.map(({ decision, label }) => (
        <label
          key={decision}
          className="inline-flex min-h-8 cursor-pointer items-center gap-1.5 rounded-md border border-line-strong px-2.5 font-medium has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-disabled:cursor-not-allowed has-disabled:opacity-55 has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11"
        >
          <input
            type="radio"
            name={name}
            className="accent-current"
            checked={choice?.decision === decision}
            onChange={() => onChoose({ decision }, share)}
          />
          {label}
        </label>
      ))}
      <select
        aria-label={`Share to keep of ${openingName(item)}`}
        className="min-h-8 rounded-md border border-line-strong bg-surface px-2 disabled:opacity-55 pointer-coarse:min-h-11"
        value={share}
        onChange={(event) => onChoose({ decision: 'shrink' }, Number(event.currentTarget.value))}
      >
        {SHARES.map((part) => (
          <option key={part} value={part}>
            to {part * 100}%
          </option>
        ))}
      </select>
    </fieldset>
  );
}
