import { ChoiceField } from './field.tsx';
import { shownInstant, typedInstant } from './instant-text.ts';
import { TypedField } from './typed-field.tsx';

export interface FilterChoice {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly word: (value: string) => string;
}

interface FilterRowProps {
  readonly choices: readonly FilterChoice[];
  /** Instants of UTC. */
  readonly instants?: readonly { readonly name: string; readonly label: string }[];
  readonly filter: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
}

/** Choices and instants that narrow a list; each can be left at any. */
export function FilterRow({ choices, instants = [], filter, onChange }: FilterRowProps) {
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
      {instants.map(({ name, label }) => {
        const shown = shownInstant(filter[name]);
        return (
          <TypedField
            key={`${name} ${shown}`}
            label={label}
            type="datetime-local"
            shown={shown}
            onDone={(text) => onChange(name, typedInstant(text))}
          />
        );
      })}
    </search>
  );
}
