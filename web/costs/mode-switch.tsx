import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelModes, SpendingMode } from '#domain/spending.ts';
import { switchMode } from '../api/actions.ts';
import { modelsQuery, STATE_KEY } from '../api/queries.ts';
import { formatWallTime } from '../format/time.ts';
import { sentence } from '../format/words.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { MODES, modeMeaning } from './mode-words.ts';

interface ModeSwitchProps {
  readonly modes: ModelModes;
  /** There is a model that can be asked. */
  readonly isConfigured: boolean;
}

/** The three modes with what each does, the one in force marked, and the way to another. */
export function ModeSwitch({ modes, isConfigured }: ModeSwitchProps) {
  const [asked, setAsked] = useState<SpendingMode | 'configured' | null>(null);
  return (
    <div className="flex flex-col gap-2">
      <ul className="divide-y divide-line rounded-md border border-line">
        {MODES.map((mode) => (
          <li key={mode} className="flex min-h-12 items-center gap-3 px-3 py-1.5">
            <div className="min-w-0 grow">
              <p className="flex items-center gap-2">
                <strong className="font-semibold">{sentence(mode)}</strong>
                {modes.effective === mode && <Badge tone="accent">in force</Badge>}
              </p>
              <p className="text-muted text-xs">{modeMeaning(mode, modes, isConfigured)}</p>
            </div>
            {modes.effective !== mode && (
              <Button
                disabled={mode === 'saving' && modes.savingModel === null}
                aria-label={`Switch to ${mode}`}
                onClick={() => setAsked(mode)}
              >
                Switch
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
        <span>{originWords(modes)}</span>
        {modes.mode !== null && (
          <Button tone="quiet" onClick={() => setAsked('configured')}>
            Take the switch back
          </Button>
        )}
      </p>
      {asked !== null && <SwitchDialog {...{ modes, isConfigured, asked }} onClose={() => setAsked(null)} />}
    </div>
  );
}

interface SwitchDialogProps extends ModeSwitchProps {
  readonly asked: SpendingMode | 'configured';
  readonly onClose: () => void;
}

function SwitchDialog({ modes, isConfigured, asked, onClose }: SwitchDialogProps) {
  const client = useQueryClient();
  // Fixed when asked: the answer changes the modes under the open dialog.
  const [description] = useState(() =>
    asked === 'configured'
      ? `Every process goes by its own LLM_MODE again, from its next run on; here it is ${modes.configured}.`
      : `From the next run on, in every process of this database: ${modeMeaning(asked, modes, isConfigured)}. It stays so through restarts until it is switched again.`,
  );
  return (
    <ActionDialog
      title={asked === 'configured' ? 'Take the switch back?' : `Switch to ${asked}?`}
      description={description}
      confirmLabel={asked === 'configured' ? 'Take it back' : `Switch to ${asked}`}
      act={async () => {
        const next = await switchMode(asked === 'configured' ? null : asked);
        client.setQueryData(modelsQuery.queryKey, next);
        await client.invalidateQueries({ queryKey: STATE_KEY });
        return { words: `The mode ${next.effective} holds from the next run on.` };
      }}
      onClose={onClose}
    />
  );
}

function originWords({ mode, switchedBy, switchedAtMs, configured }: ModelModes): string {
  if (mode === null || switchedAtMs === null) return `As configured here (LLM_MODE=${configured}).`;
  return `Switched to ${mode} by ${switchedBy ?? 'somebody'}, ${formatWallTime(switchedAtMs)}; configured here is ${configured}.`;
}
