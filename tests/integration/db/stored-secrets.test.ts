import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeAudit } from '#db/repositories/audit.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { createSpanRepository } from '#db/repositories/spans.ts';
import { neverStore } from '#db/stored-secrets.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

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
  const event = { type: 'span.closed', runId: null, deskId: null, atMs: 1 } as const;
  await createEventRepository(database).append({ ...event, payload: { text: SECRET } });
  await writeAudit(database.orm, {
    actor: 'a',
    action: 'b',
    subject: 'c',
    details: { reason: `key ${SECRET}` },
  });
  const rows = await database.sql<{ told: string }[]>`
    select input::text || output::text as told from spans union all select payload::text from desk_events
    union all select details::text from audit_log`;
  const told = rows.map((row) => row.told).join('\n');
  expect(told).not.toMatch(/a-configured-key|0a1b|x1/);
  expect(told.match(/\[redacted\]/g)).toHaveLength(5);
  expect(told).toContain('as usual');
});
