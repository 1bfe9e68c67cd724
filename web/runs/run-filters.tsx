import type { Desk } from '#domain/run.ts';
import { KINDS, OUTCOMES, type RunFilter, STATUSES } from '../api/run-filter.ts';
import { baseName, sentence } from '../format/words.ts';
import { ChoiceField } from '../ui/field.tsx';

interface RunFiltersProps {
  readonly filter: RunFilter;
  readonly desks: readonly Desk[];
  readonly symbols: readonly string[];
  readonly onChange: (name: keyof RunFilter, value: string) => void;
}

export function RunFilters({ filter, desks, symbols, onChange }: RunFiltersProps) {
  const nameOf = (deskId: string) => desks.find((desk) => desk.deskId === deskId)?.name ?? deskId;
  const fields = [
    { name: 'outcome', label: 'Outcome', values: OUTCOMES, word: sentence },
    { name: 'status', label: 'Status', values: STATUSES, word: sentence },
    { name: 'kind', label: 'Kind', values: KINDS, word: sentence },
    { name: 'symbol', label: 'Symbol', values: symbols, word: baseName },
    { name: 'deskId', label: 'Desk', values: desks.map(({ deskId }) => deskId), word: nameOf },
  ] as const;
  return (
    <search className="grid grid-cols-2 gap-2 border-line border-b p-3 sm:grid-cols-5">
      {fields.map(({ name, label, values, word }) => (
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
