import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CycleRecord, NodeName } from '#domain/run.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { createPaperBroker } from '#exchanges/paper/paper-broker.ts';
import type { Container } from '#server/container.ts';
import { buildDeskChild, DESK_SYMBOLS, openDesk, runDeskChild } from '#tests/support/desk-process.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

/** Three entries that go out at once. */
const TRADING = '2025-01-02T12:15:00Z';
/** Three that rest. */
const RESTING = '2025-01-02T13:00:00Z';
const NODES: readonly NodeName[] = [
  ...(['observe', 'indicators', 'qtable', 'breaker', 'guardian', 'scanner', 'context'] as const),
  ...(['propose', 'gate', 'risk', 'executor', 'place', 'record'] as const),
];
/** Each of the three has its stop and its target. */
const SUBMITS = 9;
/** Written as sent and never on the wire: by the time somebody looks, the price it was decided on has moved. */
const ENTRY_SUBMITS = ['submitting:1', 'submitting:4', 'submitting:7'];
const KILLS = [
  ...NODES.flatMap((node) => [`opened:${node}`, `closing:${node}`, `closed:${node}`]),
  ...Array.from({ length: SUBMITS }, (_, index) => [
    `submitting:${index + 1}`,
    `submitted:${index + 1}`,
  ]).flat(),
  'ended',
].filter((killAt) => !ENTRY_SUBMITS.includes(killAt));

let child: string;
let test: TestDatabase;
let unharmed: CycleRecord;

beforeAll(async () => {
  child = await buildDeskChild();
  test = await createTestDatabase();
  unharmed = await cycleWithKill(null);
});

afterAll(async () => {
  await test.drop();
});

/** One cycle on a desk of its own; killed at the boundary and taken up by this process. */
async function cycleWithKill(killAt: string | null, from = TRADING): Promise<CycleRecord> {
  const name = `${killAt?.replace(':', '-') ?? 'unharmed'}${from === RESTING ? '-resting' : ''}`;
  const plan = { databaseUrl: test.url, from, runId: `run-${name}`, deskId: `desk-${name}`, killAt };
  const container = await openDesk(plan);
  try {
    await makeRun(container, plan.runId, plan.deskId);
    const signal = await runDeskChild(child, plan);
    expect(signal).toBe(killAt === null ? null : 'SIGKILL');
    await container.engine.execute(plan.runId);
    await container.engine.sweep();
    if (from === RESTING) await assertOneRestsForEach(container, plan.deskId);
    await assertSoundVenue(container, plan.deskId);
    return await theOneRecord(container, plan.runId);
  } finally {
    await container.close();
  }
}

async function makeRun({ rows }: Container, runId: string, deskId: string): Promise<void> {
  const symbols = DESK_SYMBOLS.map(parseSymbol);
  await rows.desks.create({
    deskId,
    name: deskId,
    symbols,
    intervalMs: 60_000,
    paused: true,
    createdAtMs: 0,
  });
  const { promptSetId } = await rows.prompts.resolveSet('production', 0);
  const run = { runId, deskId, symbols, promptSetId, question: null, seed: 7, owner: null };
  await rows.runs.start({ ...run, kind: 'cycle', status: 'queued', startedAtMs: Date.now() });
}

async function theOneRecord({ rows, opened }: Container, runId: string): Promise<CycleRecord> {
  const record = await rows.runs.record(runId);
  if (record === null) throw new Error(`${runId} left no record`);
  const { items } = await rows.runs.list({ limit: 200 });
  expect(items.filter((run) => run.runId === runId)).toHaveLength(1);
  const [left] = await opened.database
    .sql`select count(*)::int as n from langgraph.checkpoints where thread_id = ${runId}`;
  expect(left?.n, 'checkpoints of a finished run').toBe(0);
  const open = (await rows.traces.ofRun(runId))?.spans.filter(({ status }) => status === 'open');
  expect(open, 'spans left open').toEqual([]);
  return record;
}

/** The venue itself is asked, not our books: one entry for a symbol, one stop and one target of its size, no orphan. */
async function assertSoundVenue({ rows, source, marketClock }: Container, deskId: string): Promise<void> {
  const account = { accountId: deskId, startingBalanceQuote: '10000' };
  const venue = createPaperBroker({
    ...account,
    store: rows.paperStore,
    market: source.market,
    clock: marketClock,
  });
  const [positions, openOrders, { fills }] = [
    await venue.positions(),
    await venue.openOrders(),
    await venue.activityAfter(null),
  ];
  for (const position of positions) {
    const entries = new Set(
      fills.filter(({ symbol }) => symbol === position.symbol).map(({ clientOrderId }) => clientOrderId),
    );
    expect([...entries], `entries of ${position.symbol}`).toHaveLength(1);
    for (const purpose of ['stop', 'target'] as const) {
      const live = openOrders.filter(
        (order) => order.symbol === position.symbol && order.purpose === purpose,
      );
      expect(
        live.map(({ quantityBase }) => quantityBase),
        `${purpose} of ${position.symbol}`,
      ).toEqual([position.quantityBase]);
    }
  }
  const held = new Set(positions.map(({ symbol }) => symbol));
  const reducing = openOrders.filter(({ purpose }) => purpose !== 'entry');
  expect(
    reducing.filter(({ symbol }) => !held.has(symbol)),
    'orders without a position',
  ).toEqual([]);
  const entering = new Set((await rows.orders.openEntries(deskId)).map(({ runId }) => runId));
  const unsettled = (await rows.orders.unsettledIntents(deskId)).filter(
    ({ status, runId }) => status !== 'acknowledged' && !(status === 'planned' && entering.has(runId)),
  );
  expect(unsettled, 'intents nobody settled').toEqual([]);
}

/** After the guard's next look each entry has one order on the venue, and has sent no more than that and what was lost. */
async function assertOneRestsForEach({ rows, house }: Container, deskId: string): Promise<void> {
  const { openOrders, entries } = await (await house.orders(deskId)).reconcile();
  const symbols = entries.map(({ proposal }) => proposal.symbol).sort();
  expect(openOrders.map(({ symbol }) => symbol).sort(), 'resting entries').toEqual(symbols);
  for (const entry of entries) {
    const sent = await rows.orders.ordersOfEntry(entry);
    expect(sent.filter(({ intent }) => intent.status === 'acknowledged')).toHaveLength(1);
    expect(sent.length).toBeLessThanOrEqual(2);
  }
}

/** What was decided and done, without the ids and times that a run has of its own. */
function substance(record: CycleRecord) {
  const { outcome, level, subjects, proposals, positions, opinions } = record;
  return {
    ...{ outcome, level, subjects, proposals, opinions },
    gate: record.verdicts.filter(({ stage }) => stage !== 'place'),
    intents: record.intents
      .map(({ request, status }) => ({ ...request, status, clientOrderId: null }))
      .toSorted(bySymbol),
    positions: positions
      .map((position) => ({ ...position, positionId: null, openedAtMs: null }))
      .toSorted(bySymbol),
    nodes: [...new Set(record.nodes.map(({ name }) => name))],
  };
}

function bySymbol(
  left: { symbol: string; purpose?: string },
  right: { symbol: string; purpose?: string },
): number {
  return `${left.symbol}${left.purpose ?? ''}` < `${right.symbol}${right.purpose ?? ''}` ? -1 : 1;
}

describe('a process killed in mid-cycle', () => {
  it('would have traded three symbols, had it lived', () => {
    expect(unharmed.outcome).toBe('traded');
    expect(unharmed.positions).toHaveLength(3);
    expect(unharmed.intents).toHaveLength(SUBMITS);
  });

  it.each(KILLS)('leaves one record, no second order and no orphan when it dies at %s', async (killAt) => {
    const record = await cycleWithKill(killAt);
    expect(substance(record)).toEqual(substance(unharmed));
  });

  it.each(ENTRY_SUBMITS)('drops the entry it was about to send when it dies at %s', async (killAt) => {
    const record = await cycleWithKill(killAt);
    expect(record.outcome).toBe('traded');
    expect(record.positions).toHaveLength(2);
    const dropped = record.intents.filter(
      ({ request }) => !record.positions.some(({ symbol }) => symbol === request.symbol),
    );
    expect(dropped.map(({ request, status }) => [request.purpose, status])).toEqual([
      ['entry', 'settled'],
      ['stop', 'cancelled'],
      ['target', 'cancelled'],
    ]);
  });

  it.each([
    'opened:place',
    ...[1, 2, 3].flatMap((number) => [`submitting:${number}`, `submitted:${number}`]),
    'closing:place',
    'closed:place',
  ])('leaves one order at rest for each entry over time when it dies at %s', async (killAt) => {
    const record = await cycleWithKill(killAt, RESTING);
    expect(record.outcome).toBe('traded');
    expect(record.positions).toEqual([]);
  });
});
