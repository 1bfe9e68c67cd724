import type { Opinion } from '#domain/opinion.ts';
import type { CallSketch, SpanSketch } from '#domain/run-trace.ts';
import { formatDuration, formatWallTime } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { HiddenFields } from './hidden-fields.tsx';
import { ModelCalls } from './model-calls.tsx';
import { SpanBody } from './span-body.tsx';

export interface SpanDetailProps {
  readonly span: SpanSketch;
  /** Every go at its node, this one among them. */
  readonly attempts: readonly SpanSketch[];
  readonly calls: readonly CallSketch[];
  /** What its agent said, from the run's record; null where nobody was asked or the record is not written. */
  readonly opinion: Opinion | null;
  readonly isRunOver: boolean;
}

/** Everything one span saw, said and cost. */
export function SpanDetail({ span, attempts, calls, opinion, isRunOver }: SpanDetailProps) {
  return (
    <div className="flex flex-col gap-4 p-3">
      <SpanHeader span={span} />
      {span.error && (
        <div className="rounded-md border border-down/45 bg-down-soft p-3" role="alert">
          <p className="font-mono text-down text-xs">{span.error.code}</p>
          <p className="mt-0.5">{span.error.message}</p>
        </div>
      )}
      <div className="grid gap-4 md:grid-cols-2">
        <SpanBody span={span} part="output" />
        <SpanBody span={span} part="input" />
      </div>
      {calls.length > 0 && <ModelCalls calls={calls} opinion={opinion} isRunOver={isRunOver} />}
      {attempts.length > 1 && <Attempts attempts={attempts} />}
    </div>
  );
}

function SpanHeader({ span }: { span: SpanSketch }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-muted text-xs">
      <Badge tone={span.kind === 'agent' ? 'agent' : 'neutral'}>{span.kind}</Badge>
      <Badge tone={span.status === 'ok' ? 'up' : span.status === 'open' ? 'accent' : 'down'}>
        {span.status === 'open' ? 'running' : span.status}
      </Badge>
      {span.decidedBy && (
        <Badge tone={span.decidedBy === 'model' ? 'agent' : 'neutral'}>decided by {span.decidedBy}</Badge>
      )}
      <HiddenFields count={span.hiddenFields} />
      <span>
        began {formatWallTime(span.startedAtMs)}
        {span.durationMs !== null && `, took ${formatDuration(span.durationMs)}`}
      </span>
    </p>
  );
}

function Attempts({ attempts }: { attempts: readonly SpanSketch[] }) {
  return (
    <section>
      <h3 className="mb-1 font-medium text-muted text-xs">{plural(attempts.length, 'attempt')}</h3>
      <ol className="divide-y divide-line rounded-md border border-line text-xs">
        {attempts.slice(0, MOST_ATTEMPTS).map((span) => (
          <li key={span.spanId} className="flex flex-wrap gap-x-3 px-2 py-1.5">
            <span>{span.status}</span>
            <span className="text-muted">{formatWallTime(span.startedAtMs)}</span>
            {span.durationMs !== null && (
              <span className="text-muted">{formatDuration(span.durationMs)}</span>
            )}
            {span.error && <span>{span.error.message}</span>}
          </li>
        ))}
        {attempts.length > MOST_ATTEMPTS && (
          <li className="px-2 py-1.5 text-muted">{attempts.length - MOST_ATTEMPTS} more are in the log</li>
        )}
      </ol>
    </section>
  );
}

const MOST_ATTEMPTS = 20;
