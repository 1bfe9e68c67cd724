/** A process that stood still for so long that another took its run over, and then goes on as if nothing had been. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildDeskChild, type DeskPlan } from '#tests/support/desk-process.ts';
import { startNode } from '#tests/support/node-process.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import {
  expectNoOrderTwice,
  makeRun,
  openContainer,
  recordOf,
  TRADING_FROM,
} from '#tests/support/test-desk.ts';

const PAUSES = ['closed:gate', 'submitting:4', 'submitted:4', 'closing:place', 'closing:record'];

const WAIT = { timeout: 15_000, interval: 20 };

let child: string;
let test: TestDatabase;

beforeAll(async () => {
  child = await buildDeskChild();
  test = await createTestDatabase();
});
afterAll(() => test.drop());

async function waitsForLock(): Promise<boolean> {
  const waiting = await test.database.sql`
    select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where locktype = 'advisory' and not granted and datname = current_database()`;
  return waiting.length > 0;
}

describe('a process that was paused while another took over its run', () => {
  it.each(PAUSES)('changes nothing when it wakes at %s', async (killAt) => {
    const heir = await openContainer(test.url, { staleAfterMs: 0 });
    try {
      const { runId, deskId } = await makeRun(heir, killAt.replace(':', '-'));
      const plan: DeskPlan = {
        databaseUrl: test.url,
        from: TRADING_FROM,
        runId,
        deskId,
        killAt,
        signal: 'SIGSTOP',
      };
      const paused = startNode([child, JSON.stringify(plan)]);
      await paused.said(/^at /m);
      let isOver = false;
      const taken = heir.engine.execute(runId).finally(() => {
        isOver = true;
      });
      // The sleeper may hold the desk's lock: then the heir waits for it until the sleeper wakes.
      await vi.waitFor(async () => expect(isOver || (await waitsForLock())).toBe(true), WAIT);
      paused.kill('SIGCONT');
      expect(await paused.ended).toMatchObject({ code: 0 });
      await taken;
      const record = await recordOf(heir, runId);
      expect(record.outcome).toBe('traded');
      await expectNoOrderTwice(heir, deskId);
      const { items } = await heir.rows.runs.list({ limit: 50, deskId });
      expect(items.map(({ status }) => status)).toEqual(['finished']);
    } finally {
      await heir.close();
    }
  });
});
