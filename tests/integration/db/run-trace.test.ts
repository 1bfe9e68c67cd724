import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRunTraceRepository } from '#db/repositories/run-trace.ts';
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

const traces = () => createRunTraceRepository(test.database);

describe('the trace of a run', () => {
  it('tells short bodies whole and long ones by their size and beginning', async () => {
    const spans = createSpanRepository(test.database);
    const long = { note: 'é'.repeat(1_000_000) };
    await spans.closed(span({ status: 'ok', durationMs: 3, decidedBy: 'code', output: long }));
    const trace = await traces().ofRun('run-1');
    const bytes = Buffer.byteLength(JSON.stringify(long)) + 1;
    expect(trace?.spans).toEqual([
      {
        ...span({ status: 'ok', durationMs: 3, decidedBy: 'code' }),
        cut: { input: null, output: { bytes, preview: `{"note": "${'é'.repeat(150)}` } },
      },
    ]);
    expect((await traces().span('run-1', 'span-1'))?.span.output).toEqual(long);
  });

  it('knows every go at a node, and no span of another run', async () => {
    const spans = createSpanRepository(test.database);
    const failure = { code: 'internal', message: 'killed' };
    await spans.closed(span({ status: 'failed', durationMs: 3, error: failure }));
    await spans.opened(span({ spanId: 'span-2', startedAtMs: NOW_MS + 5 }));
    await spans.opened(span({ spanId: 'other', symbol: 'BTC/USDT:USDT' }));
    const found = await traces().span('run-1', 'span-2');
    expect(found?.attempts).toEqual([
      { spanId: 'span-1', status: 'failed', startedAtMs: NOW_MS, durationMs: 3, error: failure },
      { spanId: 'span-2', status: 'open', startedAtMs: NOW_MS + 5, durationMs: null, error: null },
    ]);
    expect(await traces().span('run-2', 'span-1')).toBeNull();
    expect(await traces().ofRun('run-2')).toBeNull();
  });

  it('cuts what was said in calls, and gives one call whole with what it repairs', async () => {
    const calls = createLlmCallRepository(test.database);
    const question = [
      { role: 'system', content: 's'.repeat(5_000) },
      { role: 'user', content: 'rank them' },
    ];
    const reply = 'r'.repeat(3_000);
    const turns = [
      { role: 'assistant', content: reply },
      { role: 'user', content: 'again' },
    ];
    await calls.add(llmCall({ messages: question, reply }));
    const repair = llmCall({
      ...{ callId: 'call-2', startedAtMs: NOW_MS + 20, messages: [...question, ...turns], reply: '{}' },
    });
    await calls.add(repair);
    const trace = await traces().ofRun('run-1');
    expect(trace?.calls.map(({ repairOf, replyBytes }) => [repairOf, replyBytes])).toEqual([
      [null, 3_000],
      ['call-1', 2],
    ]);
    expect(trace?.calls[0]?.reply).toBe('r'.repeat(160));
    expect(trace?.calls[0]?.messages).toEqual([
      { role: 'system', content: 's'.repeat(160), bytes: 5_000 },
      { role: 'user', content: 'rank them', bytes: 9 },
    ]);
    expect(await traces().call('run-1', 'call-2')).toMatchObject({
      ...{ call: repair, repairOf: 'call-1', repairedBy: null, isLastReply: true, runStatus: 'running' },
    });
    expect(await traces().call('run-1', 'call-1')).toMatchObject({
      ...{ repairedBy: 'call-2', isLastReply: false, opinions: [] },
    });
    expect(await traces().call('run-2', 'call-1')).toBeNull();
  });

  it('leads to the runs that began just before and after', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun({ runId: 'run-0', kind: 'analysis', startedAtMs: NOW_MS }));
    await runs.start(newRun({ runId: 'run-2', kind: 'analysis', startedAtMs: NOW_MS + 1 }));
    await runs.start(newRun({ runId: 'run-3', kind: 'analysis', startedAtMs: NOW_MS + 1 }));
    expect(await traces().neighbours('run-1')).toEqual({ newer: 'run-2', older: 'run-0' });
    expect(await traces().neighbours('run-2')).toEqual({ newer: 'run-3', older: 'run-1' });
    expect(await traces().neighbours('run-3')).toEqual({ newer: null, older: 'run-2' });
    expect(await traces().neighbours('none')).toBeNull();
  });
});
