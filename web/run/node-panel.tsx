import type { LlmCall } from '#domain/desk-event.ts';
import type { Span } from '#domain/run.ts';
import { formatDuration, formatWallTime } from '../format/time.ts';
import { baseName, plural } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { JsonTree } from '../ui/json-tree.tsx';
import { ModelCalls } from './model-calls.tsx';
import { callsOf, type NodeReading } from './node-reading.ts';

/** Everything one node saw, said and cost. */
export function NodePanel({ reading, calls }: { reading: NodeReading; calls: readonly LlmCall[] }) {
  const { span } = reading;
  if (!span)
    return (
      <EmptyState title={`${reading.name} was not reached`}>
        The run went another way, or has not come this far yet.
      </EmptyState>
    );
  const own = callsOf(reading, calls);
  return (
    <div className="flex flex-col gap-4 p-3">
      <NodeHeader reading={reading} span={span} />
      {span.error && (
        <div className="rounded-md border border-down/45 bg-down-soft p-3" role="alert">
          <p className="font-mono text-down text-xs">{span.error.code}</p>
          <p className="mt-0.5">{span.error.message}</p>
        </div>
      )}
      <div className="grid gap-4 md:grid-cols-2">
        <Body title="Output" value={span.output} isOpen={span.status === 'open'} />
        <Body title="Input" value={span.input} isOpen={false} />
      </div>
      {own.length > 0 && <ModelCalls calls={own} />}
      {reading.attempts.length > 1 && <Attempts attempts={reading.attempts} />}
    </div>
  );
}

export function nodeTitle({ name, symbol }: NodeReading): string {
  return symbol === null ? name : `${name} · ${baseName(symbol)}`;
}

function NodeHeader({ reading, span }: { reading: NodeReading; span: Span }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-muted text-xs">
      <Badge tone={reading.kind === 'agent' ? 'agent' : 'neutral'}>{reading.kind}</Badge>
      <Badge tone={span.status === 'ok' ? 'up' : span.status === 'open' ? 'accent' : 'down'}>
        {span.status === 'open' ? 'running' : span.status}
      </Badge>
      {span.decidedBy && (
        <Badge tone={span.decidedBy === 'model' ? 'agent' : 'neutral'}>decided by {span.decidedBy}</Badge>
      )}
      <span>
        began {formatWallTime(span.startedAtMs)}
        {span.durationMs !== null && `, took ${formatDuration(span.durationMs)}`}
      </span>
    </p>
  );
}

function Body({ title, value, isOpen }: { title: string; value: unknown; isOpen: boolean }) {
  const isEmpty = value === null || value === undefined;
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-medium text-muted text-xs">{title}</h3>
      <div className="max-h-[28rem] min-h-12 overflow-auto rounded-md border border-line bg-raised p-2">
        {isEmpty ? (
          <p className="p-1 text-faint text-xs">
            {isOpen ? 'Comes when the node has finished' : 'Nothing was recorded'}
          </p>
        ) : (
          <JsonTree value={value} openDepth={2} />
        )}
      </div>
    </section>
  );
}

function Attempts({ attempts }: { attempts: readonly Span[] }) {
  return (
    <section>
      <h3 className="mb-1 font-medium text-muted text-xs">{plural(attempts.length, 'attempt')}</h3>
      <ol className="divide-y divide-line rounded-md border border-line text-xs">
        {attempts.map((span) => (
          <li key={span.spanId} className="flex flex-wrap gap-x-3 px-2 py-1.5">
            <span>{span.status}</span>
            <span className="text-muted">{formatWallTime(span.startedAtMs)}</span>
            {span.durationMs !== null && (
              <span className="text-muted">{formatDuration(span.durationMs)}</span>
            )}
            {span.error && <span>{span.error.message}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
