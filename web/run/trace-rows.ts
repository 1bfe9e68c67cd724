/** A run's trace as a tree, line by line: nodes, their spans where there are several, and the calls they made. Pure. */
import type { CallSketch, SpanSketch } from '#domain/run-trace.ts';
import { baseName, plural, spaced } from '../format/words.ts';

export interface TraceRow {
  readonly key: string;
  readonly level: 1 | 2 | 3;
  readonly label: string;
  readonly note: string | null;
  readonly look: 'queue' | 'tool' | 'agent' | 'call' | 'failed' | 'open';
  /** Wall time; null while it goes on. */
  readonly startMs: number;
  readonly endMs: number | null;
  /** What is shown beside it when it is chosen. */
  readonly spanId: string | null;
  /** Null for what holds nothing. */
  readonly isOpen: boolean | null;
}

export function traceRows(
  spans: readonly SpanSketch[],
  calls: readonly CallSketch[],
  isOpen: (key: string) => boolean,
): TraceRow[] {
  const byNode = grouped(inOrder(spans), ({ name }) => name);
  const callsBySpan = grouped(calls, ({ spanId }) => spanId);
  return [...byNode].flatMap(([name, own]) => {
    const [only] = own;
    if (own.length === 1 && only !== undefined) return spanRows(only, 1, callsBySpan, isOpen);
    const isGroupOpen = isOpen(name);
    const group = groupRow(name, own, isGroupOpen);
    return isGroupOpen ? [group, ...own.flatMap((span) => spanRows(span, 2, callsBySpan, isOpen))] : [group];
  });
}

export function inOrder(spans: readonly SpanSketch[]): SpanSketch[] {
  return spans.toSorted((left, right) => left.startedAtMs - right.startedAtMs);
}

function groupRow(name: string, spans: readonly SpanSketch[], isOpen: boolean): TraceRow {
  const ends = spans.map(endOf);
  const failed = spans.filter(({ status }) => status === 'failed' || status === 'lost').length;
  const [first] = spans;
  return {
    ...{ key: name, level: 1, label: `${name} × ${spans.length}`, isOpen, spanId: null },
    note: failed > 0 ? `${failed} failed` : null,
    look: failed > 0 ? 'failed' : first ? lookOf(first) : 'tool',
    startMs: Math.min(...spans.map(({ startedAtMs }) => startedAtMs)),
    endMs: ends.includes(null) ? null : Math.max(...ends.map((end) => end ?? 0)),
  };
}

function spanRows(
  span: SpanSketch,
  level: 1 | 2,
  callsBySpan: ReadonlyMap<string, readonly CallSketch[]>,
  isOpen: (key: string) => boolean,
): TraceRow[] {
  const calls = callsBySpan.get(span.spanId) ?? [];
  const isSpanOpen = calls.length === 0 ? null : isOpen(span.spanId);
  const row: TraceRow = {
    ...{ key: span.spanId, level, spanId: span.spanId, isOpen: isSpanOpen },
    label:
      span.symbol === null
        ? span.name
        : level === 1
          ? `${span.name} ${baseName(span.symbol)}`
          : baseName(span.symbol),
    note: span.status === 'ok' ? (calls.length > 0 ? plural(calls.length, 'call') : null) : span.status,
    look: lookOf(span),
    startMs: span.startedAtMs,
    endMs: endOf(span),
  };
  return isSpanOpen ? [row, ...calls.map((call) => callRow(call, level === 1 ? 2 : 3))] : [row];
}

function callRow(call: CallSketch, level: 2 | 3): TraceRow {
  const isGood = call.status === 'ok' || call.status === 'cached';
  return {
    ...{ key: call.callId, level, spanId: call.spanId, isOpen: null },
    label: call.model,
    note: isGood ? (call.repairOf === null ? null : 'repair') : spaced(call.status),
    look: isGood ? 'call' : 'failed',
    startMs: call.startedAtMs,
    endMs: call.startedAtMs + call.durationMs,
  };
}

function endOf({ startedAtMs, durationMs }: SpanSketch): number | null {
  return durationMs === null ? null : startedAtMs + durationMs;
}

function lookOf({ status, kind }: SpanSketch): TraceRow['look'] {
  if (status === 'open') return 'open';
  return status === 'ok' ? kind : 'failed';
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
