import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SpanSketch } from '#domain/run-trace.ts';
import { wholeSpanQuery } from '../api/queries.ts';
import { formatBytes } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { JsonView } from '../ui/json-view.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

/** Up to here a body is fetched as soon as its span is looked at. */
const FETCHED_UNASKED_BYTES = 256_000;

/** What a span saw or gave: at once where it is short, fetched where it is long, on demand where it is very long. */
export function SpanBody({ span, part }: { span: SpanSketch; part: 'input' | 'output' }) {
  const label = part === 'input' ? 'Input' : 'Output';
  const cut = span.cut[part];
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-medium text-muted text-xs">{label}</h3>
      {cut !== null ? (
        <LongBody key={span.spanId} span={span} part={part} cut={cut} label={label} />
      ) : span[part] === null || span[part] === undefined ? (
        <p className="min-h-12 rounded-md border border-line bg-raised p-3 text-muted text-xs">
          {part === 'output' && span.status === 'open'
            ? 'Comes when the node has finished'
            : 'Nothing was recorded'}
        </p>
      ) : (
        <JsonView value={span[part]} label={label} />
      )}
    </section>
  );
}

interface LongBodyProps {
  readonly span: SpanSketch;
  readonly part: 'input' | 'output';
  readonly cut: NonNullable<SpanSketch['cut']['input']>;
  readonly label: string;
}

function LongBody({ span, part, cut, label }: LongBodyProps) {
  const [isWanted, setWanted] = useState(cut.bytes <= FETCHED_UNASKED_BYTES);
  const whole = useQuery({ ...wholeSpanQuery(span), enabled: isWanted });
  if (whole.data) return <JsonView value={whole.data.span[part]} label={label} bytes={cut.bytes} />;
  if (whole.error) return <FailureNote error={whole.error} onRetry={() => void whole.refetch()} />;
  if (isWanted)
    return (
      <div className="min-h-40 rounded-md border border-line bg-raised">
        <SkeletonRows rows={4} className="h-5" />
      </div>
    );
  return (
    <div className="flex min-h-40 flex-col items-start gap-2 rounded-md border border-line bg-raised p-2">
      <pre className="max-w-full whitespace-pre-wrap break-all font-mono text-muted text-xs">
        {cut.preview}…
      </pre>
      <Button onClick={() => setWanted(true)}>Show all {formatBytes(cut.bytes)}</Button>
    </div>
  );
}
