import type { Span } from '#domain/run.ts';
import type { SpanSketch } from '#domain/run-trace.ts';

/** Replaces the span in place, keeping what is known of its bodies: the stream sends spans without them. */
export function mergeSpan(spans: readonly SpanSketch[], told: Span): SpanSketch[] {
  const known = spans.find((span) => span.spanId === told.spanId);
  if (!known) return [...spans, { ...told, hiddenFields: 0, cut: { input: null, output: null } }];
  // An opening that arrives after its closing, by a resumed stream, must not reopen the span.
  if (known.status !== 'open' && told.status === 'open') return [...spans];
  const merged = { ...known, ...told, input: told.input ?? known.input, output: told.output ?? known.output };
  return spans.map((span) => (span === known ? merged : span));
}
