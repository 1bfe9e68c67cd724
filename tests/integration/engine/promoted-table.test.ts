import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createQTableRepository, type NewQTable, type QTableRepository } from '#db/repositories/q-tables.ts';
import { CycleRecord, type RunSummary } from '#domain/run.ts';
import { readConfig } from '#server/config.ts';
import { openPromotedTable } from '#server/qtables/promoted-table.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BTC, signalOf } from '#tests/support/agent-fixtures.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';
import { trainedScene } from '#tests/support/training-scene.ts';

let test: TestDatabase;
/** Another process's: it shares nothing with the desk but the database. */
let tables: QTableRepository;
let first: NewQTable;

beforeAll(async () => {
  test = await createTestDatabase();
  tables = createQTableRepository(test.database);
  first = trainedScene(1);
  for (const table of [first, trainedScene(2)]) await tables.save(table, { actor: 'ann', atMs: 1 });
});
afterAll(() => test?.drop());

const because = { actor: 'ann', reason: 'a try', atMs: 1 };

describe('the table a process reads', () => {
  const situation = { signal: signalOf(BTC), btcTrend: 'bull', position: null } as const;

  it('is the promoted one, and another when that is promoted elsewhere; what a run has taken stays', async () => {
    const promoted = await openPromotedTable(tables, SILENT_LOGGER);
    const told = () => promoted.reader().advise(situation);
    expect(told()).toMatchObject({ tableId: null, reason: 'no table has been promoted' });
    await tables.promote(1, because);
    await expect.poll(() => told().tableId).toBe(`q1-${first.hash.slice(0, 8)}`);
    const taken = promoted.reader();
    await tables.promote(2, because);
    await expect.poll(() => told().tableId).toMatch(/^q2-/);
    expect(taken.advise(situation).tableId).toMatch(/^q1-/);
    await tables.rollback(because);
    await expect.poll(() => told().tableId).toMatch(/^q1-/);
    await tables.rollback(because);
    await expect.poll(() => told().tableId).toBeNull();
    await promoted.close();
  });

  it.each([
    ['of another encoding', { encodingVersion: 1 }, 'has the state encoding 1, this desk reads 2'],
    ['that was changed by another hand', null, 'as it is stored cannot be used'],
  ])('has no say when it is one %s, and tells why', async (_what, facts, told) => {
    const stored = (await tables.get(1))!;
    const changed = facts === null ? { ...stored, hash: 'x'.repeat(64) } : restated(facts);
    const promoted = await openPromotedTable(
      { promoted: async () => ({ ...stored, ...changed }), subscribe: async () => async () => {} },
      SILENT_LOGGER,
    );
    const advice = promoted.reader().advise(situation);
    expect(advice).toMatchObject({ tableId: stored.tableId, counts: false, best: null, values: null });
    expect(advice.reason).toContain(told);
  });
});

/** The first table, saying something else of itself. */
function restated(facts: object): NewQTable {
  return trainedScene(1, facts);
}

describe('a running desk', () => {
  let vigil: RunningVigil;
  beforeAll(async () => {
    const config = readConfig({ ...deskEnvironment(test.url), CYCLE_INTERVAL_MS: '86400000' });
    vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
  });
  afterAll(() => vigil?.stop());

  /** The table each finished cycle's advice names, the newest first. */
  async function tablesOfCycles(): Promise<(string | null | undefined)[]> {
    const list = await fetch(`${vigil.url}/api/runs?kind=cycle&status=finished`);
    const { items } = (await list.json()) as { items: RunSummary[] };
    return Promise.all(
      items.map(async ({ runId }) => {
        const answer = await fetch(`${vigil.url}/api/runs/${runId}/export`);
        return CycleRecord.parse(await answer.json()).qAdvice[0]?.tableId;
      }),
    );
  }

  it('decides its next cycle with what was promoted meanwhile, and the record names it', async () => {
    await vi.waitFor(async () => expect(await tablesOfCycles()).toEqual([null]), { timeout: 30_000 });
    await tables.promote(2, because);
    const board = async () => {
      await fetch(`${vigil.url}/api/desks/${vigil.container.defaultDeskId}/cycles`, { method: 'POST' });
      return (await tablesOfCycles())[0];
    };
    await expect.poll(board, { timeout: 50_000 }).toMatch(/^q2-[0-9a-f]{8}$/);
  });

  it('is moved over HTTP by a person, whose audit row says from where', async () => {
    const send = (path: string, reason: string) =>
      fetch(`${vigil.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reason }),
      });
    expect(await (await send('/api/qtables/1/promote', 'by hand')).json()).toEqual({ from: 2, to: 1 });
    expect(await (await send('/api/qtables/rollback', 'back')).json()).toEqual({ from: 1, to: 2 });
    const list = await (await fetch(`${vigil.url}/api/qtables`)).json();
    expect(list).toMatchObject({
      promotedVersion: 2,
      items: [{ version: 2, isPromoted: true }, { version: 1 }],
    });
    const told = await (await fetch(`${vigil.url}/api/audit?action=qtable.&limit=2`)).json();
    expect(told).toMatchObject({
      items: [
        { action: 'qtable.rollback', actor: 'a person', origin: { via: 'api' }, details: { reason: 'back' } },
        { action: 'qtable.promote', actor: 'a person', subject: 'qtable:1', details: { from: 2, to: 1 } },
      ],
    });
    const detail = (await (await fetch(`${vigil.url}/api/qtables/2`)).json()) as {
      states: { items: unknown[] };
    };
    expect(detail.states.items.length).toBeGreaterThan(20);
  });
});
