import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SystemState } from '#domain/desk-event.ts';
import type { TradingMode } from '#domain/trading-state.ts';
import { arm, halt } from '../api/actions.ts';
import { STATE_KEY } from '../api/queries.ts';
import { sentence } from '../format/words.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { ControlButton } from '../ui/control-button.tsx';
import { TextField } from '../ui/field.tsx';

const QUESTIONS = {
  halt: {
    title: 'Halt trading?',
    description: 'Nothing is opened from now on, here and in every other process. Stops and targets stay.',
    confirmLabel: 'Halt trading',
    tone: 'danger',
    act: halt,
    outcome: 'Trading is halted. It stays so, through restarts, until a person arms it.',
  },
  arm: {
    title: 'Arm the desk?',
    description: 'The desk may open positions again, as far as the breaker and the risk limits let it.',
    confirmLabel: 'Arm the desk',
    tone: 'primary',
    act: arm,
    outcome: 'The desk is armed.',
  },
} as const;

function overriding(reasons: SystemState['breaker']['reasons']): string {
  const stood = reasons.filter(({ level }) => level === 'tripped').map(({ message }) => message);
  return `The breaker is tripped: ${stood.join('; ')}. Armed now, the desk trades against it: falls are measured anew from this moment, and trip it again.`;
}

/** Halt when trading, arm when not; both while reducing. */
export function StateControls({ mode, breaker }: { mode: TradingMode; breaker: SystemState['breaker'] }) {
  const [asked, setAsked] = useState<keyof typeof QUESTIONS | null>(null);
  const client = useQueryClient();
  const question = asked && QUESTIONS[asked];
  return (
    <div className="flex shrink-0 gap-2 max-sm:flex-col">
      {mode !== 'halted' && (
        <ControlButton tone="danger" icon="stop" onClick={() => setAsked('halt')}>
          Halt
        </ControlButton>
      )}
      {mode !== 'active' && (
        <ControlButton tone="primary" icon="play" onClick={() => setAsked('arm')}>
          Arm the desk
        </ControlButton>
      )}
      {question && (
        <ActionDialog
          title={question.title}
          description={
            asked === 'arm' && breaker.level === 'tripped'
              ? overriding(breaker.reasons)
              : question.description
          }
          confirmLabel={question.confirmLabel}
          tone={question.tone}
          fields={
            <TextField
              label="Reason"
              name="reason"
              required
              maxLength={300}
              hint="It is kept in the audit log and shown on top of every page."
            />
          }
          act={async (form, post) => {
            const { changed, message, warning } = await question.act(post, String(form.get('reason')));
            await client.invalidateQueries({ queryKey: STATE_KEY });
            if (warning !== null) return { words: sentence(warning) };
            return { words: changed ? question.outcome : sentence(message) };
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
