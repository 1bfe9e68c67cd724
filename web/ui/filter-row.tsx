import { ChoiceField } from './field.tsx';

export interface FilterChoice {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly word: (value: string) => string;
}

interface FilterRowProps {
  readonly choices: readonly FilterChoice[];
  readonly filter: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
}

/** Choices that narrow a list; each can be left at any. */
export function FilterRow({ choices, filter, onChange }: FilterRowProps) {
  return (
    <search className="grid grid-cols-2 gap-2 border-line border-b p-3 sm:grid-cols-4">
      {choices.map(({ name, label, values, word }) => (
        <ChoiceField
          key={name}
          label={label}
          value={filter[name] ?? ''}
          onChange={(event) => onChange(name, event.target.value)}
          choices={[{ value: '', label: 'Any' }, ...values.map((value) => ({ value, label: word(value) }))]}
        />
      ))}
    </search>
  );
}
