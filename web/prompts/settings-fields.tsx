import type { ChangeEvent } from 'react';
import type { Draft, TextProblem } from '../api/prompt-types.ts';
import { TextField } from '../ui/field.tsx';

interface SettingsFieldsProps {
  readonly config: Draft['config'];
  readonly problems: readonly TextProblem[];
  readonly onChange: (config: Draft['config']) => void;
}

/** How the model is asked with this version. */
export function SettingsFields({ config, problems, onChange }: SettingsFieldsProps) {
  const isFaulty = (name: string) => problems.some(({ location }) => location === `config.${name}`);
  return (
    <div className="grid grid-cols-2 gap-3 border-line border-b p-3">
      <TextField
        label="Temperature"
        hint="0 to 2; empty leaves the provider’s own"
        inputMode="decimal"
        aria-invalid={isFaulty('temperature')}
        value={shown(config.temperature)}
        onChange={(event) => onChange({ ...config, temperature: numberIn(event) })}
      />
      <TextField
        label="Most output tokens"
        hint="64 to 32,000"
        inputMode="numeric"
        aria-invalid={isFaulty('maxOutputTokens')}
        value={shown(config.maxOutputTokens)}
        onChange={(event) => onChange({ ...config, maxOutputTokens: numberIn(event) })}
      />
    </div>
  );
}

function shown(value: number | string | null): string {
  return value === null ? '' : String(value);
}

/** A number where it is one as it is written, else the letters, so that nothing typed is lost. */
function numberIn({ target }: ChangeEvent<HTMLInputElement>): number | string | null {
  const text = target.value.trim();
  if (text === '') return null;
  return String(Number(text)) === text ? Number(text) : target.value;
}
