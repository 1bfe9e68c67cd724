import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeAudit } from '#db/repositories/audit.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunTraceRepository } from '#db/repositories/run-trace.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSpanRepository } from '#db/repositories/spans.ts';
import { neverStore } from '#db/stored-secrets.ts';
import { cycleRecord, llmCall, NOW_MS, newRun, span } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const SECRET = 'a-configured-key-0123';
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  neverStore([SECRET]);
});
afterAll(() => test?.drop());

it('stores no secret in spans, events and audit rows, and leaves a mark where one was', async () => {
  const { database } = test;
  await database.sql`insert into runs (run_id, desk_id, kind, status, symbols, started_at_ms, seed, prompt_set_id)
    values ('run_1', 'desk_1', 'cycle', 'running', '{}', 1, 7, 'set')`;
  await createSpanRepository(database).closed({
    ...{ spanId: 'span_1', runId: 'run_1', name: 'observe', kind: 'tool', symbol: null, status: 'ok' },
    ...{ startedAtMs: 1, durationMs: 1, decidedBy: null, error: null },
    input: { apiKey: 'x1', note: 'as usual' },
    output: [`GET https://venue/orders?symbol=A&signature=0a1b`, `used ${SECRET}`],
  });
  await createSpanRepository(database).closed(span({ spanId: 'span_2', runId: 'run_1' }));
  await createLlmCallRepository(database).add(
    llmCall({
      ...{ runId: 'run_1', reply: `as ${SECRET} says`, error: null },
      messages: [
        { role: 'system', content: 'as usual' },
        { role: 'user', content: `PIN 483920 and ${SECRET}` },
      ],
    }),
  );
  const event = { type: 'span.closed', runId: null, deskId: null, atMs: 1 } as const;
  await createEventRepository(database).append({ ...event, payload: { text: SECRET } });
  await writeAudit(database.orm, {
    actor: 'a',
    action: 'b',
    subject: 'c',
    details: { reason: `key ${SECRET}` },
  });
  const rows = await database.sql<{ told: string }[]>`
    select concat(input, output) as told from spans union all select reply from llm_calls
    union all select content from messages    union all select payload::text from desk_events
    union all select details::text from audit_log`;
  const told = rows.map((row) => row.told).join('\n');
  expect(told).not.toMatch(/a-configured-key|0a1b|x1/);
  expect(told.match(/\[redacted\]/g)).toHaveLength(8);
  expect(told).toContain('as usual');

  const trace = await createRunTraceRepository(database).ofRun('run_1');
  expect(trace?.spans.map(({ hiddenFields }) => hiddenFields)).toEqual([3, 0]);
  expect(trace?.calls.map(({ hiddenFields }) => hiddenFields)).toEqual([2]);
  expect(trace?.hiddenFields).toBe(5);
  expect(await createEventRepository(database).after(0, { limit: 9 })).toMatchObject([{ hiddenFields: 1 }]);
});

it('counts what is hidden in a run’s question, its record and its end, and finds it by none of it', async () => {
  const { database } = test;
  const runs = createRunRepository(database);
  const total = async (runId: string) =>
    (await createRunTraceRepository(database).ofRun(runId))?.hiddenFields;
  await runs.start(newRun({ runId: 'kept', kind: 'analysis', question: `is ${SECRET} safe?` }));
  expect(await total('kept')).toBe(1);
  const record = cycleRecord({ runId: 'kept', kind: 'analysis', reason: `venue said ${SECRET}` });
  await createRecordRepository(database).save({ ...record, notes: [`${SECRET} again`] });
  expect(await total('kept')).toBe(3);
  await runs.start(newRun({ runId: 'failed', kind: 'analysis' }));
  await runs.end('failed', 'failed', `refused: ${SECRET}`, NOW_MS);
  expect(await total('failed')).toBe(1);
  expect((await runs.get('failed'))?.reason).toBe('refused: [redacted]');
  const words = await database.sql<{ words: string }[]>`select words::text from run_words`;
  expect(words.map((row) => row.words).join('\n')).not.toMatch(/0123/);
});
