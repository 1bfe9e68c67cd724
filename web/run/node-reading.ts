import type { NodeKind, NodeName } from '#domain/run.ts';
import type { CallSketch, SpanSketch } from '#domain/run-trace.ts';

export type NodeState = 'idle' | 'running' | 'ok' | 'failed' | 'lost';

/** One box of the drawn cycle with what the trace says of it. */
export interface NodeReading {
  readonly key: string;
  readonly name: NodeName;
  readonly kind: NodeKind;
  readonly symbol: string | null;
  readonly state: NodeState;
  /** The newest span; a resumed run repeats the node it died in. Null when the run never came here. */
  readonly span: SpanSketch | null;
  readonly attempts: readonly SpanSketch[];
}

const AGENTS: ReadonlySet<NodeName> = new Set(['guardian', 'scanner', 'context', 'risk', 'executor']);

export function nodeKey(name: NodeName, symbol: string | null): string {
  return symbol === null ? name : `${name}:${symbol}`;
}

/** The symbols the context agent was asked about, in the order it was asked. */
export function contextSubjects(spans: readonly SpanSketch[]): string[] {
  const asked = spans.filter((span) => span.name === 'context').map((span) => span.symbol);
  return [...new Set(asked.filter((symbol) => symbol !== null))];
}

export function readNode(name: NodeName, symbol: string | null, spans: readonly SpanSketch[]): NodeReading {
  const attempts = spans
    .filter((span) => span.name === name && span.symbol === symbol)
    .sort((left, right) => left.startedAtMs - right.startedAtMs);
  const span = attempts.at(-1) ?? null;
  return {
    key: nodeKey(name, symbol),
    name,
    symbol,
    kind: AGENTS.has(name) ? 'agent' : 'tool',
    state: span === null ? 'idle' : span.status === 'open' ? 'running' : span.status,
    span,
    attempts,
  };
}

/** The box a reader wants to see first: the one that failed, else the last that is under way or done before the record. */
export function mostTelling(spans: readonly SpanSketch[]): string | null {
  const ordered = [...spans].sort((left, right) => left.startedAtMs - right.startedAtMs);
  const told =
    ordered.find((span) => span.status === 'failed' || span.status === 'lost') ??
    ordered.findLast((span) => span.name !== 'record') ??
    ordered.at(-1);
  return told ? nodeKey(told.name, told.symbol) : null;
}

/** Reads a key of the address back into its node; an unknown one is a node that was not reached. */
export function readKey(key: string, spans: readonly SpanSketch[]): NodeReading {
  const span = spans.find((row) => key === nodeKey(row.name, row.symbol));
  const name = span?.name ?? (key.split(':')[0] as NodeName);
  return readNode(name, span?.symbol ?? null, spans);
}

export function callsOf(reading: NodeReading, calls: readonly CallSketch[]): CallSketch[] {
  const spanIds = new Set(reading.attempts.map((span) => span.spanId));
  return calls.filter((call) => spanIds.has(call.spanId));
}
