import type { LlmCall } from '#domain/desk-event.ts';
import { formatCount, formatUsd } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { plural, spaced } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';

/** Each HTTP attempt at a model, with what was sent and what came back, folded. */
export function ModelCalls({ calls }: { calls: readonly LlmCall[] }) {
  return (
    <section>
      <h3 className="mb-1 font-medium text-muted text-xs">{plural(calls.length, 'model call')}</h3>
      <ol className="flex flex-col gap-2">
        {calls.map((call) => (
          <li key={call.callId}>
            <ModelCall call={call} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function ModelCall({ call }: { call: LlmCall }) {
  return (
    <details className="rounded-md border border-line bg-raised">
      <summary className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 px-2.5 py-1.5 text-xs hover:bg-hover">
        <Badge tone={call.status === 'ok' ? 'up' : 'down'}>{spaced(call.status)}</Badge>
        <span className="font-medium">{call.model}</span>
        <span className="text-muted">
          attempt {call.attempt} · {formatDuration(call.durationMs)} · {usageWords(call)}
        </span>
        {call.httpStatus !== null && call.httpStatus !== 200 && <span>HTTP {call.httpStatus}</span>}
      </summary>
      <div className="flex flex-col gap-2 border-line border-t p-2.5">
        {call.error && <p className="text-down text-xs">{call.error}</p>}
        {call.messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages of a finished call never move
          <Speech key={index} speaker={message.role} text={message.content} />
        ))}
        {call.reply !== null && <Speech speaker="reply" text={call.reply} />}
      </div>
    </details>
  );
}

function Speech({ speaker, text }: { speaker: string; text: string }) {
  return (
    <div>
      <p className="text-muted text-xs">{speaker}</p>
      <pre className="max-h-72 overflow-auto whitespace-pre-wrap break-words font-mono text-xs">{text}</pre>
    </div>
  );
}

function usageWords(call: LlmCall): string {
  const { inputTokens, outputTokens, costUsd } = call;
  if (inputTokens === null || outputTokens === null) return 'usage unknown';
  const tokens = `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`;
  return `${tokens}, ${costUsd === null ? 'cost unknown' : formatUsd(costUsd)}`;
}
