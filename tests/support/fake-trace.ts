/** A fake run as the API tells it. Its bodies are short: none is cut. */
import type { LlmCall } from '#domain/desk-event.ts';
import type { Span } from '#domain/run.ts';
import type { CallSketch, RunTrace, SpanSketch, WholeCall } from '#domain/run-trace.ts';
import type { FakeRun } from './fake-run.ts';

export function fakeTrace(run: FakeRun): RunTrace & Pick<FakeRun, 'record'> {
  return {
    run: { ...run.run, market: 'generator' },
    spans: run.spans.map(uncut),
    calls: run.calls.map((call) => fakeSketch(call, run.calls)),
    orders: run.record?.orders ?? [],
    record: run.record,
  };
}

export function uncut(span: Span): SpanSketch {
  return { ...span, cut: { input: null, output: null } };
}

export function fakeSketch(call: LlmCall, calls: readonly LlmCall[]): CallSketch {
  const repaired = calls.find(
    ({ spanId, messages }) => spanId === call.spanId && messages.length === call.messages.length - 2,
  );
  return {
    ...call,
    messages: call.messages.map((message) => ({ ...message, bytes: message.content.length })),
    replyBytes: call.reply?.length ?? null,
    repairOf: repaired?.callId ?? null,
  };
}

export function fakeWholeCall({ calls }: FakeRun, path: string): WholeCall | undefined {
  const call = calls.find(({ callId }) => path.endsWith(`/${callId}`));
  return call && { call, repairOf: null, repairedBy: null, parsed: null, prompt: null, verdict: null };
}
