import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createSpendingRepository } from '#db/repositories/spending.ts';
import { createSpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import { DAY_MS } from '#domain/time.ts';
import { llmCall, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const DAY_FROM_MS = NOW_MS - (NOW_MS % DAY_MS);
const HOLD_MS = 60_000;
const span = (runId = 'run-1', nowMs = NOW_MS) => ({ runId, nowMs, dayFromMs: DAY_FROM_MS });

function asked(reservationId: string, over: { runId?: string; usd?: number; nowMs?: number } = {}) {
  const { runId = 'run-1', usd = 0.1, nowMs = NOW_MS } = over;
  const limits = { usdPerDay: 1, usdPerCycle: 0.5 };
  return { ...span(runId, nowMs), reservationId, usd, limits, untilMs: nowMs + HOLD_MS };
}

describe('setting money aside', () => {
  it('never goes over a limit, however many processes ask at the same moment', async () => {
    const opened = await Promise.all([1, 2].map(() => openDatabase({ url: test.url, maxConnections: 6 })));
    const purses = opened.map(createSpendingRepository);
    // A tenth for each of forty calls of four runs: five in a run, ten in the day.
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        purses[index % 2]?.reserve(asked(`r-${index}`, { runId: `run-${index % 4}`, usd: 0.0999 })),
      ),
    );
    expect(answers.filter((refused) => refused === null)).toHaveLength(10);
    const { dayUsd } = await createSpendingRepository(test.database).committed(span());
    expect(dayUsd).toBeCloseTo(0.999);
    await Promise.all(opened.map((database) => database.close()));
  });

  it('tells which limit stood in the way, that of the run or that of the day', async () => {
    const spending = createSpendingRepository(test.database);
    expect(await spending.reserve(asked('r-1', { usd: 0.4 }))).toBeNull();
    expect(await spending.reserve(asked('r-2', { usd: 0.2 }))).toEqual({
      ...{ limit: 'cycle', limitUsd: 0.5, committedUsd: 0.4, estimateUsd: 0.2 },
    });
    await spending.reserve(asked('r-3', { runId: 'run-2', usd: 0.5 }));
    expect(await spending.reserve(asked('r-4', { runId: 'run-3', usd: 0.2 }))).toMatchObject({
      limit: 'day',
      limitUsd: 1,
      committedUsd: 0.9,
    });
  });

  it('tells of the day what is set aside, and what of it was only taken to be a cost', async () => {
    const spending = createSpendingRepository(test.database);
    await spending.reserve(asked('r-1', { usd: 0.3 }));
    await spending.reserve(asked('r-2', { usd: 0.1 }));
    await spending.settle('r-1', 0.2, DAY_FROM_MS + DAY_MS);
    const told = await spending.ofDay({ nowMs: NOW_MS, dayFromMs: DAY_FROM_MS });
    expect(told.dayUsd).toBeCloseTo(0.3);
    expect(told.untoldUsd).toBeCloseTo(0.2);
    const next = { nowMs: NOW_MS + DAY_MS, dayFromMs: DAY_FROM_MS + DAY_MS };
    expect(await spending.ofDay(next)).toEqual({ dayUsd: 0, untoldUsd: 0 });
  });

  it('is free again once a process that died has had its time, and not before', async () => {
    const spending = createSpendingRepository(test.database);
    await spending.reserve(asked('r-1', { usd: 0.5 }));
    expect(await spending.reserve(asked('r-2', { nowMs: NOW_MS + HOLD_MS - 1 }))).not.toBeNull();
    expect(await spending.reserve(asked('r-3', { nowMs: NOW_MS + HOLD_MS }))).toBeNull();
    await spending.prune(NOW_MS + HOLD_MS + 1);
    expect(await test.database.sql`select reservation_id from spending_reservations`).toEqual([
      { reservation_id: 'r-3' },
    ]);
  });

  it('gives way to what the call did cost, and keeps what nobody told until the day is over', async () => {
    const spending = createSpendingRepository(test.database);
    const calls = createLlmCallRepository(test.database);
    await spending.reserve(asked('told', { usd: 0.3 }));
    await calls.add(llmCall({ costUsd: 0.05 }));
    await spending.settle('told', 0, DAY_FROM_MS + DAY_MS);
    expect(await spending.committed(span())).toEqual({ dayUsd: 0.05, cycleUsd: 0.05 });
    await spending.reserve(asked('untold', { usd: 0.3 }));
    await calls.add(llmCall({ callId: 'call-2', costUsd: null }));
    await spending.settle('untold', 0.3, DAY_FROM_MS + DAY_MS);
    const later = span('run-1', NOW_MS + 2 * HOLD_MS);
    expect((await spending.committed(later)).dayUsd).toBeCloseTo(0.35);
    const nextDay = { ...span('run-1', DAY_FROM_MS + DAY_MS), dayFromMs: DAY_FROM_MS + DAY_MS };
    expect((await spending.committed(nextDay)).dayUsd).toBe(0);
  });

  it('counts what other runs did cost against the day alone, and yesterday against nothing but its run', async () => {
    const calls = createLlmCallRepository(test.database);
    await calls.add(llmCall({ callId: 'other', runId: 'run-2', costUsd: 0.25 }));
    await calls.add(llmCall({ callId: 'late', startedAtMs: DAY_FROM_MS - 1, costUsd: 0.125 }));
    const committed = await createSpendingRepository(test.database).committed(span());
    expect(committed).toEqual({ dayUsd: 0.25, cycleUsd: 0.125 });
  });

  it('is refused for good when a sum is not a number', async () => {
    await createLlmCallRepository(test.database).add(llmCall({ costUsd: 0.1 }));
    await test.database.sql`update llm_calls set cost_usd = 'NaN'`;
    expect(await createSpendingRepository(test.database).reserve(asked('r-1'))).not.toBeNull();
  });
});

describe('the switch', () => {
  it('stands for every process, is taken back, and each change has its line in the audit', async () => {
    const switches = createSpendingSwitchRepository(test.database);
    expect(await switches.read()).toBeNull();
    await switches.set('saving', { setBy: 'a person', atMs: NOW_MS });
    await switches.set('free', { setBy: 'command line', atMs: NOW_MS + 1 });
    expect(await switches.read()).toEqual({ mode: 'free', setBy: 'command line', atMs: NOW_MS + 1 });
    await switches.set(null, { setBy: 'a person', atMs: NOW_MS + 2 });
    expect(await switches.read()).toBeNull();
    const { items } = await createAuditRepository(test.database).list({ limit: 9 });
    expect(items.map(({ actor, action, details }) => [actor, action, details])).toEqual([
      ['a person', 'models.switch_back', { from: 'free', to: null }],
      ['command line', 'models.switch', { from: 'saving', to: 'free' }],
      ['a person', 'models.switch', { from: null, to: 'saving' }],
    ]);
  });
});
