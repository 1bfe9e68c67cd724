interface TypedFieldProps {
  readonly label: string;
  readonly type: 'number' | 'datetime-local';
  readonly shown: string;
  readonly onDone: (text: string) => void;
}

/** Takes effect when it is left or Enter is pressed: a half-typed number is no filter. */
export function TypedField({ label, type, shown, onDone }: TypedFieldProps) {
  const done = (input: HTMLInputElement) => {
    if (input.value !== shown && input.validity.valid) onDone(input.value);
  };
  return (
    <label className={`flex min-w-0 flex-col gap-1 ${type === 'datetime-local' ? 'col-span-2' : ''}`}>
      <span className="text-muted text-xs">{label}</span>
      <input
        type={type}
        defaultValue={shown}
        {...(type === 'number' ? { min: 0, max: 1_000_000, step: 'any', inputMode: 'decimal' as const } : {})}
        className="min-h-9 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-ink pointer-coarse:min-h-11"
        onBlur={(event) => done(event.currentTarget)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          done(event.currentTarget);
        }}
      />
    </label>
  );
}
