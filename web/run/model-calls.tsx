import { useState } from 'react';
import type { Opinion } from '#domain/opinion.ts';
import type { CallSketch } from '#domain/run-trace.ts';
import { formatCount, formatUsd } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { plural, spaced } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { type CallNote, callNotes } from './call-notes.ts';
import { HiddenFields } from './hidden-fields.tsx';
import { ModelCallBody } from './model-call-body.tsx';

interface ModelCallsProps {
  readonly calls: readonly CallSketch[];
  readonly opinion: Opinion | null;
  readonly isRunOver: boolean;
}

/** Each HTTP attempt at a model, with what was sent and what came back, folded. */
export function ModelCalls({ calls, opinion, isRunOver }: ModelCallsProps) {
  const notes = callNotes(calls, opinion);
  return (
    <section>
      <h3 className="mb-1 font-medium text-muted text-xs">{plural(calls.length, 'model call')}</h3>
      <ol className="flex flex-col gap-2">
        {calls.map((call) => (
          <li key={call.callId}>
            <ModelCall call={call} note={notes.get(call.callId)} isRunOver={isRunOver} />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface ModelCallProps {
  readonly call: CallSketch;
  readonly note: CallNote | undefined;
  readonly isRunOver: boolean;
}

function ModelCall({ call, note, isRunOver }: ModelCallProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="rounded-md border border-line bg-raised"
      onToggle={({ currentTarget, target }) => {
        if (target === currentTarget) setOpen(currentTarget.open);
      }}
    >
      <summary className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 px-2.5 py-1.5 text-xs hover:bg-hover">
        <Badge tone={call.status === 'ok' ? 'up' : call.status === 'cached' ? 'neutral' : 'down'}>
          {spaced(call.status)}
        </Badge>
        <span className="font-medium">{call.model}</span>
        <span className="text-muted">
          {call.status === 'cached' ? cachedWords(call) : attemptWords(call)}
        </span>
        {call.httpStatus !== null && call.httpStatus !== 200 && <span>HTTP {call.httpStatus}</span>}
        <HiddenFields count={call.hiddenFields} />
        {note?.isRepair && <span>repair of the reply above</span>}
        {note?.discarded && <Badge tone="watch">discarded: {note.discarded}</Badge>}
      </summary>
      {isOpen && <ModelCallBody call={call} isRunOver={isRunOver} />}
    </details>
  );
}

/** The very same request was answered before, and that answer was taken. */
function cachedWords({ answerAgeMs }: CallSketch): string {
  return `an answer ${formatDuration(answerAgeMs ?? 0)} old was taken again, at no cost`;
}

function attemptWords(call: CallSketch): string {
  const waited = call.waitedMs > 0 ? ` after ${formatDuration(call.waitedMs)}` : '';
  return `attempt ${call.attempt}${waited} · ${formatDuration(call.durationMs)} · ${usageWords(call)}`;
}

function usageWords(call: CallSketch): string {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, costUsd } = call;
  if (inputTokens === null || outputTokens === null) return 'usage unknown';
  const cached = cachedInputTokens ? ` (${formatCount(cachedInputTokens)} cached)` : '';
  const thought = reasoningTokens ? ` (${formatCount(reasoningTokens)} thought)` : '';
  const tokens = `${formatCount(inputTokens)} in${cached}, ${formatCount(outputTokens)} out${thought}`;
  return `${tokens}, ${costUsd === null ? 'cost unknown' : formatUsd(costUsd)}`;
}
