import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCostRepository } from '#db/repositories/costs.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSpendingRepository } from '#db/repositories/spending.ts';
import { COST_GROUPS } from '#domain/costs.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import type { Opinion } from '#domain/opinion.ts';
import { DAY_MS } from '#domain/time.ts';
import { BTC, cycleRecord, intent, llmCall, NOW_MS, newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const ETH = 'ETH/USDT:USDT';
const DAY_FROM_MS = NOW_MS - (NOW_MS % DAY_MS);
const SPAN = { fromMs: DAY_FROM_MS, toMs: DAY_FROM_MS + 2 * DAY_MS };

const abstained = (agent: Opinion['agent'], symbol: string | null): Opinion => ({
  ...{ agent, symbol, decidedBy: 'rules', abstention: 'timed_out' },
  answer: { ranked: [], summary: '' },
});

/** One call whose price nobody told, one under way, and one of another day. */
async function chargedCalls(): Promise<void> {
  const spending = createSpendingRepository(test.database);
  const dayEndMs = DAY_FROM_MS + DAY_MS;
  const reserve = (reservationId: string, nowMs: number, untilMs: number) =>
    spending.reserve({
      ...{ reservationId, runId: 'first', usd: 0.5, nowMs, dayFromMs: DAY_FROM_MS, untilMs },
      limits: { usdPerDay: 100, usdPerCycle: 100 },
    });
  await reserve('untold', NOW_MS, NOW_MS + 60_000);
  await spending.settle('untold', 0.05, dayEndMs);
  await reserve('under way', NOW_MS, NOW_MS + 60_001);
  await reserve('yesterday', DAY_FROM_MS - 1, DAY_FROM_MS);
}

/** Two cycles of two days: the first placed two entries, the second none; a fork beside them. */
async function aDesk(): Promise<void> {
  const runs = createRunRepository(test.database);
  const records = createRecordRepository(test.database);
  const calls = createLlmCallRepository(test.database);
  const orders = createOrderRepository(test.database);
  const nextDayMs = DAY_FROM_MS + DAY_MS;
  await runs.start(newRun({ runId: 'first' }));
  await orders.planIntents([
    { ...intent('one', { runId: 'first', proposalId: 'BTC-open-long', status: 'filled' }) },
    { ...intent('two', { runId: 'first', proposalId: 'ETH-open-long', status: 'acknowledged' }) },
    { ...intent('slice', { runId: 'first', proposalId: 'ETH-open-long', status: 'sent' }) },
    { ...intent('never', { runId: 'first', proposalId: 'SOL-open-long', status: 'rejected' }) },
  ]);
  const record = cycleRecord({ runId: 'first', opinions: [] });
  await records.save(record);
  await runs.start(newRun({ runId: 'second', startedAtMs: nextDayMs }));
  const opinions = [abstained('context', ETH), abstained('context', BTC), abstained('guardian', null)];
  const llm = { ...record.llm, abstentions: { timed_out: 3 } };
  await records.save(cycleRecord({ runId: 'second', startedAtMs: nextDayMs, opinions, llm }));
  await runs.start(newRun({ runId: 'fork', kind: 'fork' }));
  const made: Partial<LlmCall>[] = [
    { runId: 'first', agent: 'scanner', model: 'dear', costUsd: 0.1, inputTokens: 1_000, outputTokens: 10 },
    { runId: 'first', agent: 'context', symbol: BTC, model: 'dear', costUsd: 0.2, cachedInputTokens: 64 },
    { runId: 'first', agent: 'context', symbol: ETH, model: 'cheap', costUsd: 0.03 },
    { runId: 'second', agent: 'context', symbol: ETH, costUsd: null, inputTokens: null, status: 'timed_out' },
    { runId: 'second', agent: 'context', symbol: BTC, costUsd: 0, status: 'cached', answerAgeMs: 5 },
    { runId: 'fork', agent: 'scanner', model: 'dear', costUsd: 0.4 },
    { runId: 'old', agent: 'scanner', model: 'dear', costUsd: 9, startedAtMs: DAY_FROM_MS - 1 },
  ];
  for (const [index, call] of made.entries()) {
    const startedAtMs = call.startedAtMs ?? (call.runId === 'second' ? nextDayMs : NOW_MS);
    await calls.add(llmCall({ callId: `call-${index}`, model: 'cheap', ...call, startedAtMs }));
  }
}

const brief = (items: readonly { key: string | null; calls: number; costUsd: number | null }[]) =>
  items.map(({ key, calls, costUsd }) => [key, calls, costUsd]);

describe('what models did cost', () => {
  beforeEach(async () => {
    await aDesk();
    await chargedCalls();
  });
  const report = (by: (typeof COST_GROUPS)[number]) => createCostRepository(test.database).report(by, SPAN);

  it('adds up exactly, and counts what nobody told as unknown', async () => {
    const { total } = await report('day');
    expect(total).toEqual({
      ...{ calls: 5, cachedAnswers: 1, abstentions: 3, costUsd: 0.73 },
      charged: { calls: 1, usd: 0.05 },
      ...{ inputTokens: 1_400, outputTokens: 60, cachedInputTokens: 64, reasoningTokens: null },
      unknown: { inputTokens: 1, outputTokens: 0, cachedInputTokens: 5, reasoningTokens: 6, costUsd: 1 },
    });
  });

  it('is told by day, agent, model and symbol', async () => {
    const days = await report('day');
    expect(brief(days.items)).toEqual([
      ['2025-04-07', 4, 0.73],
      ['2025-04-08', 1, 0],
    ]);
    expect(days.items.map(({ abstentions }) => abstentions)).toEqual([0, 3]);
    expect(brief((await report('model')).items)).toEqual([
      ['dear', 3, 0.7],
      ['cheap', 2, 0.03],
    ]);
    const agents = await report('agent');
    expect(agents.items.map(({ key, costUsd, abstentions }) => [key, costUsd, abstentions])).toEqual([
      ['scanner', 0.5, 0],
      ['context', 0.23, 2],
      ['guardian', 0, 1],
    ]);
    const symbols = await report('symbol');
    expect(symbols.items.map(({ key, costUsd, unknown }) => [key, costUsd, unknown.costUsd])).toEqual([
      [null, 0.5, 0],
      [BTC, 0.2, 0],
      [ETH, 0.03, 1],
    ]);
  });

  it('is told for each entry that was placed, however many orders it went out in', async () => {
    const { accepted, items } = await report('trade');
    expect(accepted).toEqual({ entries: 2, cycles: 2, costUsd: 0.33, unknownCalls: 1, usdPerEntry: 0.165 });
    expect(items).toHaveLength(2);
    for (const item of items) {
      expect(item).toMatchObject({ key: 'first', calls: 3, costUsd: 0.33 });
      expect(item.trade).toMatchObject({ runId: 'first', side: 'buy', entriesOfCycle: 2, shareUsd: 0.165 });
    }
  });
});

it('says nothing is known where no call told it, and nothing was spent where nobody was asked', async () => {
  const costs = createCostRepository(test.database);
  expect((await costs.report('agent', SPAN)).total).toMatchObject({ calls: 0, costUsd: 0, inputTokens: 0 });
  await createLlmCallRepository(test.database).add(llmCall({ costUsd: null }));
  const { total, accepted } = await costs.report('agent', SPAN);
  expect(total).toMatchObject({ calls: 1, costUsd: null, unknown: { costUsd: 1 } });
  expect(accepted).toMatchObject({ entries: 0, usdPerEntry: null });
});

it('adds up a hundred thousand calls of a month by any group, and says how long that takes', async () => {
  const { sql } = test.database;
  await sql`insert into runs (run_id, desk_id, kind, status, symbols, started_at_ms, seed, prompt_set_id, record)
    select 'run-' || n, 'desk', 'cycle', 'finished', '{BTC}', ${DAY_FROM_MS}::bigint + n::bigint * 130000, 7, 'ps',
      jsonb_build_object('llm', jsonb_build_object('abstentions', case when n % 50 = 0 then '{"timed_out":1}'::jsonb else '{}'::jsonb end),
        'opinions', jsonb_build_array(jsonb_build_object('agent', 'scanner', 'symbol', null, 'abstention', case when n % 50 = 0 then 'timed_out' end)))
    from generate_series(0, 19999) as n`;
  await sql`insert into llm_calls (call_id, run_id, span_id, agent, symbol, model, attempt, status, started_at_ms, duration_ms,
      input_tokens, output_tokens, cost_usd, message_hashes, reply)
    select 'call-' || n, 'run-' || n / 5, 's', case n % 5 when 0 then 'scanner' else 'context' end, 'SYM' || n % 9, 'm', 1, 'ok',
      ${DAY_FROM_MS}::bigint + (n / 5)::bigint * 130000, 900, 2000, 150, 0.001, array['a', 'b'], repeat('words of a model ', 40)
    from generate_series(0, 99999) as n`;
  await sql`analyze llm_calls, runs`;
  const costs = createCostRepository(test.database);
  const month = { fromMs: DAY_FROM_MS, toMs: DAY_FROM_MS + 31 * DAY_MS };
  const took: string[] = [];
  for (const by of COST_GROUPS) {
    const startedAt = performance.now();
    const { total } = await costs.report(by, month);
    const ms = performance.now() - startedAt;
    took.push(`${by} ${ms.toFixed(0)} ms`);
    expect(total).toMatchObject({ calls: 100_000, costUsd: 100, abstentions: 400 });
    expect(ms).toBeLessThan(5_000);
  }
  const week = performance.now();
  await costs.report('day', { fromMs: DAY_FROM_MS, toMs: DAY_FROM_MS + DAY_MS });
  took.push(`one day of them ${(performance.now() - week).toFixed(0)} ms`);
  process.stdout.write(`costs over 100,000 calls: ${took.join(', ')}\n`);
}, 120_000);
