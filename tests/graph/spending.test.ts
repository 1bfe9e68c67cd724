import { describe, expect, it } from 'vitest';
import type { Purse } from '#agents/budget.ts';
import type { ChatModel } from '#agents/chat-model.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { meteredModel } from '#agents/metered-model.ts';
import { tieredModel } from '#agents/tiered-model.ts';
import type { Position } from '#domain/account.ts';
import type { SpendingMode } from '#domain/spending.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { rehearse } from '#graphs/rehearse.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { stateBefore } from '#graphs/state-before.ts';
import { PROMPTS } from '#tests/support/agent-fixtures.ts';
import {
  createGraphCycle,
  MARKET,
  MOMENTS,
  RUNNERS,
  recordOfCycle,
  SYMBOLS,
} from '#tests/support/memory-cycles.ts';
import { createMemoryDesk } from '#tests/support/memory-deps.ts';
import { createMemorySpending, memoryPurse } from '#tests/support/memory-spending.ts';

const USUAL = { inputUsdPerMillion: 10, outputUsdPerMillion: 10, cachedInputUsdPerMillion: null };
const CHEAPER = { ...USUAL, inputUsdPerMillion: 1, outputUsdPerMillion: 1 };

/** A desk whose two models refuse every question and charge a tenth of a cent for it. */
async function paidDesk(over: { usdPerCycle?: number; mode?: SpendingMode; atMs?: number } = {}) {
  const { usdPerCycle = 10, mode = 'premium', atMs = MOMENTS.trading } = over;
  const asked: { model: string; agent: string }[] = [];
  const rows = createMemorySpending();
  const standing: { mode: SpendingMode; purse: Purse } = {
    mode,
    purse: memoryPurse({ usdPerDay: 100, usdPerCycle }, { rows }),
  };
  const refusing = (name: string): ChatModel => ({
    name,
    async ask({ agent }) {
      asked.push({ model: name, agent });
      const usage = { calls: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.001 };
      return { outcome: 'refused', detail: 'no', usage };
    },
  });
  const purse: Purse = {
    limits: standing.purse.limits,
    committed: (runId) => standing.purse.committed(runId),
    reserve: (wanted) => standing.purse.reserve(wanted),
  };
  const agents = createAgentDesk({
    model: tieredModel({
      usual: meteredModel(refusing('usual'), { purse, price: USUAL }),
      cheaper: meteredModel(refusing('cheaper'), { purse, price: CHEAPER }),
    }),
    prompts: PROMPTS,
    budget: { purse, mode: async () => standing.mode, usual: { price: USUAL }, cheaper: { price: CHEAPER } },
  });
  const desk = await createMemoryDesk({ market: MARKET, symbols: SYMBOLS, startAtMs: atMs, agents });
  const models = () => [...new Set(asked.map(({ model }) => model))];
  return { ...desk, asked, rows, standing, models };
}

describe.each(RUNNERS)('what a cycle may cost, by %s', (_name, run) => {
  it('asks the usual model about everything while there is enough, and says so', async () => {
    const desk = await paidDesk();
    const record = await recordOfCycle(run, desk);
    expect(record.spending).toEqual({ mode: 'premium', tier: 'usual', maxSubjects: 5, steps: [] });
    expect(desk.models()).toEqual(['usual']);
    expect(desk.asked.filter(({ agent }) => agent === 'context').length).toBeGreaterThan(1);
    expect(desk.rows.reservations.size).toBe(0);
  });

  it('asks about fewer subjects, then a cheaper model, then nobody, each step with its numbers', async () => {
    const seen: string[] = [];
    for (const usdPerCycle of [1, 0.24, 0.2, 0.16, 0.025, 0.02, 0.016, 0.0001]) {
      const desk = await paidDesk({ usdPerCycle });
      const { spending, llm } = await recordOfCycle(run, desk);
      const steps = spending?.steps.filter(({ agent }) => agent === 'scanner') ?? [];
      seen.push([spending?.tier, ...steps.map(({ step }) => step)].join(' '));
      for (const step of steps) expect(step).toMatchObject({ limit: 'cycle', limitUsd: usdPerCycle });
      const spentUsd = llm.costUsd ?? Number.NaN;
      expect(spentUsd).toBeLessThanOrEqual(usdPerCycle);
      if (spending?.tier === 'none') expect(desk.asked).toEqual([]);
    }
    expect([...new Set(seen)]).toEqual([
      'usual',
      'usual fewer_subjects',
      'cheaper cheaper_model',
      'cheaper fewer_subjects cheaper_model',
      'none rules_only',
    ]);
  });

  it('shows the plan in the span of the node that made it', async () => {
    const desk = await paidDesk({ usdPerCycle: 0.0001 });
    await recordOfCycle(run, desk);
    const scanner = desk.spans.find(({ name }) => name === 'scanner');
    expect(scanner?.output).toMatchObject({
      allowance: { tier: 'none' },
      spendingSteps: [{ step: 'rules_only', agent: 'scanner', reason: expect.stringContaining('0.0001') }],
    });
  });

  it('counts what a spent budget kept from being asked as abstentions, and a mode of free as none', async () => {
    const spent = await recordOfCycle(run, await paidDesk({ usdPerCycle: 0 }));
    expect(spent.llm).toMatchObject({ calls: 0, abstentions: { budget_spent: expect.any(Number) } });
    const desk = await paidDesk({ mode: 'free' });
    const free = await recordOfCycle(run, desk);
    expect(free.llm).toMatchObject({ calls: 0, abstentions: {} });
    expect(free.spending).toMatchObject({ mode: 'free', tier: 'free' });
    expect(desk.asked).toEqual([]);
    expect(free.proposals).toEqual(spent.proposals);
  });

  it.each([
    ['free', []],
    ['saving', ['cheaper']],
  ] as const)(
    'asks in the mode %s whom it allows, also of what no opinion could change before the gate',
    async (mode, models) => {
      const desk = await paidDesk({ mode });
      let isScanning = false;
      const tracer: CycleDeps['tracer'] = {
        async opened(span) {
          isScanning = span.name === 'scanner';
          await desk.deps.tracer.opened(span);
        },
        async closed(span) {
          isScanning = false;
          await desk.deps.tracer.closed(span);
        },
      };
      const tradingState: CycleDeps['tradingState'] = {
        ...desk.deps.tradingState,
        async read(deskId) {
          const standing = await desk.deps.tradingState.read(deskId);
          return isScanning ? { ...standing, mode: 'reducing' } : standing;
        },
      };
      const deps = { ...desk.deps, tracer, tradingState };
      const record = await recordOfCycle(run, desk, 'run-1', deps);
      expect(record.moot).toHaveLength(record.subjects.length);
      expect(record.opinions.map(({ agent }) => agent)).toContain('risk');
      expect(desk.models()).toEqual(models);
      expect(record.spending).toMatchObject({ mode });
    },
  );

  it('steps down in the middle of a cycle when others have spent what was left', async () => {
    const desk = await paidDesk();
    const gated: CycleDeps['tracer']['closed'] = async (span) => {
      if (span.name === 'gate') desk.rows.spend('another run', 99.999, desk.clock.nowMs);
      await desk.deps.tracer.closed(span);
    };
    const deps = { ...desk.deps, tracer: { ...desk.deps.tracer, closed: gated } };
    const { spending, opinions } = await recordOfCycle(run, desk, 'run-1', deps);
    expect(spending?.tier).toBe('usual');
    expect(spending?.steps).toMatchObject([
      { step: 'rules_only', agent: 'risk', limit: 'day', limitUsd: 100 },
      { step: 'rules_only', agent: 'executor', limit: 'day', limitUsd: 100 },
    ]);
    expect(opinions.find(({ agent }) => agent === 'risk')).toMatchObject({ abstention: 'budget_spent' });
  });
});

it('keeps its tier when another process takes the run up, whatever the mode and the purse have become', async () => {
  const desk = await paidDesk({ mode: 'saving' });
  const { run, resume } = createGraphCycle();
  const closed: CycleDeps['tracer']['closed'] = (span) =>
    span.name === 'context' ? Promise.reject(new Error('killed')) : desk.deps.tracer.closed(span);
  const dying = { ...desk.deps, tracer: { ...desk.deps.tracer, closed } };
  const request = desk.request('run-1');
  await expect(run(request, dying)).rejects.toThrow();
  const before = desk.asked.length;
  desk.standing.mode = 'premium';
  await resume(request, { ...desk.deps, frames: createFrameStore() });
  expect(desk.asked.length).toBeGreaterThan(before);
  expect(desk.models()).toEqual(['cheaper']);
  expect(desk.records[0]?.spending).toMatchObject({ mode: 'saving', tier: 'cheaper' });
  const next = { runId: 'run-2', promptSetId: request.promptSetId, agent: 'scanner', given: null };
  const allowed = await desk.deps.agents.allow?.({ ...next, subjects: 1, held: 0, maxSubjects: 5 });
  expect(allowed).toMatchObject({ mode: 'premium', tier: 'usual' });
});

it('plans for a run that is decided again from the Context agent on, behind the Scanner that planned it', async () => {
  const desk = await paidDesk({ mode: 'saving' });
  const record = await recordOfCycle(runCycle, desk);
  const before = desk.asked.length;
  const end = await rehearse('context', stateBefore(record, 'context'), desk.deps, {
    agents: desk.deps.agents,
  });
  expect(end.allowance).toMatchObject({ mode: 'saving', tier: 'cheaper' });
  expect(desk.asked.length).toBeGreaterThan(before);
  expect(desk.models()).toEqual(['cheaper']);
});

it('weighs a symbol that is held and on the shortlist once, and asks no Scanner about such alone', async () => {
  const before = await recordOfCycle(runCycle, await paidDesk());
  const signals = before.signals.filter(({ symbol }) => before.subjects.includes(symbol));
  const desk = await paidDesk();
  const weighed: { subjects: number; held: number }[] = [];
  const { agents, orders } = desk.deps;
  const allow: typeof agents.allow = async (question) => {
    if (question.agent === 'scanner') weighed.push(question);
    return (await agents.allow?.(question)) ?? Promise.reject(new Error('nothing limits this desk'));
  };
  // Against its signal, so that an opinion decides whether it is closed.
  const held = signals.map(({ symbol, action, lastQuote }): Position => {
    const price = String(lastQuote);
    return {
      ...{ positionId: symbol, symbol, side: action === 'buy' ? 'short' : 'long', quantityBase: '1' },
      ...{ entryPriceQuote: price, markPriceQuote: price, leverage: 1, marginQuote: price },
      ...{ liquidationPriceQuote: null, unrealisedQuote: '0', feesQuote: '0', fundingQuote: '0' },
      openedAtMs: 0,
    };
  });
  const reconcile = async () => ({ ...(await orders.reconcile()), positions: held });
  const deps = { ...desk.deps, agents: { ...agents, allow }, orders: { ...orders, reconcile } };
  await recordOfCycle(runCycle, desk, 'run-1', deps);
  const called = (name: string) => desk.asked.filter((one) => one.agent === name).length;
  expect(weighed).toMatchObject([{ subjects: 0, held: called('context') }]);
  expect(called('context')).toBeGreaterThan(0);
  expect(called('scanner')).toBe(0);
});
