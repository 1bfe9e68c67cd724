/** A fake run as the API tells it. Its bodies are short: none is cut. */
import type { LlmCall } from '#domain/desk-event.ts';
import type { Span } from '#domain/run.ts';
import type { CallSketch, RunTrace, SpanSketch, WholeCall } from '#domain/run-trace.ts';
import { HIDDEN } from '#domain/secrets.ts';
import type { FakeRun } from './fake-run.ts';

export function fakeTrace(run: FakeRun): RunTrace & Pick<FakeRun, 'record'> {
  const spans = run.spans.map(uncut);
  const calls = run.calls.map((call) => fakeSketch(call, run.calls));
  return {
    run: { ...run.run, market: 'generator' },
    spans,
    calls,
    orders: run.record?.orders ?? [],
    hiddenFields: [...spans, ...calls].reduce((sum, { hiddenFields }) => sum + hiddenFields, 0),
    record: run.record,
  };
}

export function uncut(span: Span): SpanSketch {
  return { ...span, hiddenFields: hiddenIn(span), cut: { input: null, output: null } };
}

/** As many as there are marks: the store's own count knows which of them it made. */
function hiddenIn(told: Span | LlmCall): number {
  return JSON.stringify(told).split(HIDDEN).length - 1;
}

export function fakeSketch(call: LlmCall, calls: readonly LlmCall[]): CallSketch {
  const repaired = calls.find(
    ({ spanId, messages }) => spanId === call.spanId && messages.length === call.messages.length - 2,
  );
  return {
    ...call,
    hiddenFields: hiddenIn(call),
    messages: call.messages.map((message) => ({ ...message, bytes: message.content.length })),
    replyBytes: call.reply?.length ?? null,
    repairOf: repaired?.callId ?? null,
  };
}

export function fakeWholeCall({ calls }: FakeRun, path: string): WholeCall | undefined {
  const call = calls.find(({ callId }) => path.endsWith(`/${callId}`));
  return (
    call && {
      call: { ...call, hiddenFields: hiddenIn(call) },
      repairOf: null,
      repairedBy: null,
      parsed: null,
      prompt: null,
      verdict: null,
    }
  );
}
