import { ChoiceField, TextField } from '../ui/field.tsx';
import { LEVELS, type LogFilter } from './log-filter.ts';

interface LogFiltersProps {
  readonly filter: LogFilter;
  readonly roles: readonly string[];
  readonly onChange: (name: 'level' | 'q' | 'run' | 'role', value: string) => void;
}

export function LogFilters({ filter, roles, onChange }: LogFiltersProps) {
  return (
    <search className="grid grid-cols-2 items-end gap-3 p-3 lg:grid-cols-[9rem_minmax(0,1fr)_minmax(0,16rem)_9rem]">
      <ChoiceField
        label="Level"
        value={filter.level ?? ''}
        choices={[
          { value: '', label: 'Every level' },
          ...LEVELS.slice(0, -1).map((level) => ({ value: level, label: `${level} and graver` })),
        ]}
        onChange={({ target }) => onChange('level', target.value)}
      />
      <TextField
        label="Text"
        type="search"
        placeholder="in message or fields"
        value={filter.text}
        onChange={({ target }) => onChange('q', target.value)}
      />
      <TextField
        label="Run"
        type="search"
        placeholder="id or a part of it"
        value={filter.runId}
        onChange={({ target }) => onChange('run', target.value)}
      />
      <ChoiceField
        label="Role"
        value={filter.role}
        choices={[
          { value: '', label: 'Every role' },
          ...[...new Set([...roles, ...(filter.role === '' ? [] : [filter.role])])].map((role) => ({
            value: role,
            label: role,
          })),
        ]}
        onChange={({ target }) => onChange('role', target.value)}
      />
    </search>
  );
}
