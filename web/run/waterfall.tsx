import type { Span } from '#domain/run.ts';
import { formatDuration } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { nodeKey } from './node-reading.ts';

const FILLS: Record<Span['status'], string> = {
  open: 'fill-accent lamp-live',
  ok: 'fill-muted',
  failed: 'fill-down',
  lost: 'fill-down',
};

interface WaterfallProps {
  readonly spans: readonly Span[];
  /** Where an open span's bar ends; the wall time of the last reading. */
  readonly nowMs: number;
  readonly selectedKey: string | null;
  readonly onSelect: (key: string) => void;
}

/** When each node worked, on one scale, so that what took long is seen and not searched for. */
export function Waterfall({ spans, nowMs, selectedKey, onSelect }: WaterfallProps) {
  const ordered = [...spans].sort((left, right) => left.startedAtMs - right.startedAtMs);
  const fromMs = ordered[0]?.startedAtMs ?? 0;
  const endOf = (span: Span) => span.startedAtMs + (span.durationMs ?? Math.max(0, nowMs - span.startedAtMs));
  const totalMs = Math.max(1, ...ordered.map((span) => endOf(span) - fromMs));
  return (
    <ol className="p-1.5">
      {ordered.map((span) => {
        const key = nodeKey(span.name, span.symbol);
        const startShare = ((span.startedAtMs - fromMs) / totalMs) * 100;
        const lengthShare = Math.max(0.6, ((endOf(span) - span.startedAtMs) / totalMs) * 100);
        return (
          <li key={span.spanId}>
            <button
              type="button"
              onClick={() => onSelect(key)}
              aria-pressed={key === selectedKey}
              className="grid min-h-7 w-full grid-cols-[6.5rem_minmax(0,1fr)_4.25rem] items-center gap-2 rounded px-1.5 text-left text-xs hover:bg-hover aria-pressed:bg-accent-soft pointer-coarse:min-h-9"
            >
              <span className={`truncate ${span.kind === 'agent' ? 'text-agent' : ''}`}>
                {span.symbol === null ? span.name : `${span.name} ${baseName(span.symbol)}`}
              </span>
              <svg className="h-2.5 w-full rounded-sm bg-hover" aria-hidden="true">
                <rect
                  x={`${Math.min(startShare, 99.4)}%`}
                  width={`${lengthShare}%`}
                  height="100%"
                  className={
                    span.status === 'ok' && span.kind === 'agent' ? 'fill-agent' : FILLS[span.status]
                  }
                />
              </svg>
              <span className="text-right text-muted">
                {span.durationMs === null ? span.status : formatDuration(span.durationMs)}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
