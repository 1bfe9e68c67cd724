import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSpanRepository } from '#db/repositories/spans.ts';
import { llmCall, NOW_MS, newRun, span } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.clear();
  await createRunRepository(test.database).start(newRun());
});
afterAll(() => test.drop());

describe('spans', () => {
  it('are visible to another connection as soon as opening resolves', async () => {
    const spans = createSpanRepository(test.database);
    const seen = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        await spans.opened(span({ spanId: `span-${index}` }));
        const rows = await test.database.sql`select 1 from spans where span_id = ${`span-${index}`}`;
        return rows.length;
      }),
    );
    expect(seen.every((count) => count === 1)).toBe(true);
  });

  it('end as they closed when opening and closing share a batch', async () => {
    const spans = createSpanRepository(test.database);
    const closed = span({
      status: 'ok',
      durationMs: 0.5,
      decidedBy: 'code',
      output: { bars: 500, note: 'a\0b' },
    });
    await Promise.all([spans.opened(span()), spans.closed(closed)]);
    expect(await spans.ofRun('run-1')).toEqual([{ ...closed, output: { bars: 500, note: 'a\ufffdb' } }]);
  });

  it('are open again with the new start when their node runs again after a resume', async () => {
    const spans = createSpanRepository(test.database);
    await spans.opened(span());
    await spans.closed(
      span({ status: 'failed', durationMs: 3, error: { code: 'internal', message: 'killed' } }),
    );
    await spans.opened(span({ startedAtMs: NOW_MS + 5_000 }));
    expect(await spans.ofRun('run-1')).toEqual([span({ startedAtMs: NOW_MS + 5_000 })]);
  });

  it('fail alone: a bad span in a batch does not take the good ones with it', async () => {
    const spans = createSpanRepository(test.database);
    const writes = await Promise.allSettled([
      spans.opened(span({ spanId: 'first' })),
      spans.opened(span({ spanId: 'second' })),
      spans.opened(span({ spanId: 'orphan', runId: 'no-such-run' })),
      spans.opened(span({ spanId: 'third' })),
    ]);
    expect(writes.map((write) => write.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await spans.ofRun('run-1')).map((one) => one.spanId).sort()).toEqual([
      'first',
      'second',
      'third',
    ]);
  });
});

describe('model calls', () => {
  const call = llmCall({
    durationMs: 12.5,
    inputTokens: 900,
    outputTokens: null,
    cachedInputTokens: 512,
    waitedMs: 250.5,
    costUsd: 0.125,
    messages: [
      { role: 'system', content: 'You rank.' },
      { role: 'user', content: 'Rank\0 these.' },
      { role: 'system', content: 'You rank.' },
    ],
    reply: 'a\0b',
  });

  it('store equal messages once and give them back in their order', async () => {
    const calls = createLlmCallRepository(test.database);
    await calls.add(call);
    await calls.add({ ...call, callId: 'call-2', attempt: 2 });
    const [first, second] = await calls.ofRun('run-1');
    expect(first?.messages.map((message) => message.content)).toEqual([
      'You rank.',
      'Rank\ufffd these.',
      'You rank.',
    ]);
    expect(first).toMatchObject({ outputTokens: null, durationMs: 12.5, reply: 'a\ufffdb' });
    expect(first).toMatchObject({ cachedInputTokens: 512, waitedMs: 250.5, provider: 'models.test' });
    expect(second?.attempt).toBe(2);
    expect(await test.database.sql`select sha256 from messages`).toHaveLength(2);
  });
});
