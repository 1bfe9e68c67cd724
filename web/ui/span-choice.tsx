interface SpanChoiceProps<Name extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: Name; readonly label: string }[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}

/** A few choices of which one holds, side by side. */
export function SpanChoice<Name extends string>({ label, choices, chosen, onChoose }: SpanChoiceProps<Name>) {
  return (
    <fieldset className="inline-flex overflow-hidden rounded-md border border-line-strong">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === chosen}
          onClick={() => onChoose(choice.value)}
          className="min-h-8 border-line-strong border-l px-3 font-medium text-muted first-of-type:border-l-0 hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft aria-pressed:text-accent pointer-coarse:min-h-10"
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
