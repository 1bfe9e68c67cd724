import type { InputHTMLAttributes, SelectHTMLAttributes } from 'react';

const CONTROL =
  'min-h-9 w-full disabled:cursor-not-allowed disabled:bg-hover disabled:opacity-70 rounded-md border border-line-strong bg-surface px-2.5 text-ink placeholder:text-faint pointer-coarse:min-h-11';

interface Labelled {
  readonly label: string;
  readonly hint?: string;
}

/** Blanks alone do not fill a required field. */
const SOME_WORDS = '.*\\S.*';

export function TextField({ label, hint, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="flex flex-col gap-1">
      <span className={rest.type === 'search' ? 'text-muted text-xs' : 'font-medium'}>{label}</span>
      <input
        className={CONTROL}
        autoComplete="off"
        {...(rest.required && { pattern: SOME_WORDS, title: 'At least one word' })}
        {...rest}
      />
      {hint && <span className="text-muted text-xs">{hint}</span>}
    </label>
  );
}

interface ChoiceProps extends Labelled, SelectHTMLAttributes<HTMLSelectElement> {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

export function ChoiceField({ label, hint, choices, ...rest }: ChoiceProps) {
  return (
    <label className="flex min-w-0 flex-col gap-1">
      <span className="text-muted text-xs">{label}</span>
      <select className={CONTROL} {...rest}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      {hint && <span className="text-muted text-xs">{hint}</span>}
    </label>
  );
}
