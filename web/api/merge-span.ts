import type { Span } from '#domain/run.ts';

/** Replaces the span in place, keeping bodies already loaded: the stream sends spans without them. */
export function mergeSpan(spans: readonly Span[], told: Span): Span[] {
  const known = spans.find((span) => span.spanId === told.spanId);
  if (!known) return [...spans, told];
  // An opening that arrives after its closing, by a resumed stream, must not reopen the span.
  if (known.status !== 'open' && told.status === 'open') return [...spans];
  const merged = { ...told, input: told.input ?? known.input, output: told.output ?? known.output };
  return spans.map((span) => (span === known ? merged : span));
}
