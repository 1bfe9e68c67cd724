/** A run's spans and model calls as one flat log. Pure. */
import type { CallSketch, SpanSketch } from '#domain/run-trace.ts';
import { formatDuration } from '../format/time.ts';
import { baseName, spaced } from '../format/words.ts';

export const LOG_KINDS = ['agent', 'tool', 'call'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

export interface LogLine {
  readonly key: string;
  readonly atMs: number;
  readonly kind: LogKind;
  readonly what: string;
  readonly state: string;
  readonly isFault: boolean;
  /** What went wrong, or how it begins what came out. */
  readonly words: string;
  readonly spanId: string;
}

export interface LogFilter {
  readonly kind: LogKind | null;
  readonly onlyFaults: boolean;
  /** Any case, anywhere in a line. */
  readonly text: string;
}

const MOST_WORDS = 240;

export function logLines(spans: readonly SpanSketch[], calls: readonly CallSketch[]): LogLine[] {
  return [...spans.map(spanLine), ...calls.map(callLine)].sort((left, right) => left.atMs - right.atMs);
}

export function filterLog(lines: readonly LogLine[], { kind, onlyFaults, text }: LogFilter): LogLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (kind === null || line.kind === kind) &&
      (!onlyFaults || line.isFault) &&
      (wanted === '' || `${line.what} ${line.state} ${line.words}`.toLowerCase().includes(wanted)),
  );
}

function spanLine(span: SpanSketch): LogLine {
  const { spanId, name, symbol, status, kind, durationMs, decidedBy, error } = span;
  const by = decidedBy === null || decidedBy === 'code' ? '' : ` by ${decidedBy}`;
  return {
    ...{ key: spanId, spanId, atMs: span.startedAtMs, kind },
    what: symbol === null ? name : `${name} ${baseName(symbol)}`,
    state:
      status === 'open'
        ? 'running'
        : `${status}${by}${durationMs === null ? '' : `, ${formatDuration(durationMs)}`}`,
    isFault: status === 'failed' || status === 'lost',
    words: error === null ? bodyWords(span) : `${error.code}: ${error.message}`,
  };
}

function bodyWords({ output, cut }: SpanSketch): string {
  if (cut.output !== null) return `${cut.output.preview}…`;
  return output === null || output === undefined ? '' : JSON.stringify(output).slice(0, MOST_WORDS);
}

function callLine(call: CallSketch): LogLine {
  const isFault = call.status !== 'ok' && call.status !== 'cached';
  return {
    ...{ key: call.callId, spanId: call.spanId, atMs: call.startedAtMs, kind: 'call', isFault },
    what: `${call.agent}${call.symbol === null ? '' : ` ${baseName(call.symbol)}`} asked ${call.model}`,
    state: `${spaced(call.status)}, ${formatDuration(call.durationMs)}`,
    words: call.error ?? call.reply ?? '',
  };
}
