import { describe, expect, it } from 'vitest';
import type { Broker } from '#exchanges/ports/broker.ts';
import { type ForkRequest, openFork } from '#server/engine/open-fork.ts';
import { askingContainers } from '#tests/support/asking-containers.ts';
import { cycleOf, forkOf, saveVersion } from '#tests/support/asking-desk.ts';
import { gateBefore } from '#tests/support/run-gate.ts';
import { makeRun, recordOf } from '#tests/support/test-desk.ts';
import { HALVING } from '#tests/support/trading-answers.ts';
import { compareRuns } from '#tools/performance/compare-runs.ts';

const desks = askingContainers();

async function countOf(table: string, runId: string): Promise<number> {
  const { sql } = desks.test().database;
  const [row] = await sql`select count(*)::int as n from ${sql(table)} where run_id = ${runId}`;
  return row?.n;
}

const CHANGES: readonly (keyof Broker)[] = ['prepare', 'submit', 'cancel'];

/** Counts what the venue is asked to change, and whatever else it is asked. */
function spyOnBroker() {
  const asked: string[] = [];
  const around = (broker: Broker): Broker =>
    new Proxy(broker, {
      get(target, name, receiver) {
        const member = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          asked.push(String(name));
          return Reflect.apply(member, target, given);
        };
      },
    });
  return { asked, around };
}

describe('a fork', () => {
  it('with one changed prompt tells the difference, writes no intent and asks its venue for nothing', async () => {
    const spy = spyOnBroker();
    const container = await desks.open({ around: { broker: spy.around } });
    const halving = await saveVersion(container, 'risk', HALVING);
    const cycle = await cycleOf(container, 'halved');
    expect(cycle.outcome, cycle.reason).toBe('traded');
    expect(cycle.opinions.find(({ agent }) => agent === 'risk')?.decidedBy).toBe('model');
    expect(spy.asked.filter((name) => CHANGES.includes(name as keyof Broker)).length).toBeGreaterThan(0);
    const [before, intents] = [spy.asked.length, await countOf('order_intents', cycle.runId)];

    const fork = await forkOf(container, {
      runId: cycle.runId,
      fromNode: 'scanner',
      promptVersions: { risk: halving },
    });

    expect(spy.asked.slice(before)).toEqual([]);
    expect(await countOf('order_intents', fork.runId)).toBe(0);
    expect(await countOf('order_intents', cycle.runId)).toBe(intents);
    expect(fork).toMatchObject({ kind: 'fork', intents: [], orders: [] });
    expect(fork.outcome).toBe('traded');
    expect(fork.reason).toMatch(/^would have sent: open (long|short) /);
    expect(fork.promptSetId).not.toBe(cycle.promptSetId);

    const comparison = compareRuns(fork, cycle);
    expect(comparison.firstDifference).toBe('risk');
    expect(comparison).toMatchObject({ isSameMarket: true, isSameOrders: true, isEqual: false });
    for (const order of comparison.with.orders) {
      const halved = comparison.run.orders.find(({ proposalId }) => proposalId === order.proposalId);
      const share = Number(halved?.quantityBase) / Number(order.quantityBase);
      // Rounded down to the step of the symbol.
      expect(share).toBeLessThanOrEqual(0.5);
      expect(share).toBeGreaterThan(0.4);
    }

    const run = await container.rows.runs.get(fork.runId);
    expect(run).toMatchObject({ forkOf: cycle.runId, forkFrom: 'scanner', status: 'finished', orders: 0 });
    const { spans = [], calls = [] } = (await container.rows.traces.ofRun(fork.runId)) ?? {};
    expect(spans.map(({ name, status }) => `${name} ${status}`)).toEqual(
      expect.arrayContaining(['scanner ok', 'risk ok', 'place ok', 'record ok']),
    );
    expect(spans.some(({ name }) => name === 'observe' || name === 'breaker')).toBe(false);
    // What the changed prompt does not touch is asked with the very same words, and that answer is there already.
    expect(calls.filter(({ status }) => status === 'cached').length).toBeGreaterThan(0);
    const paid = calls.filter(({ status }) => status !== 'cached');
    expect(paid.map(({ agent }) => agent)).toContain('risk');
    expect(fork.llm.calls).toBe(paid.length);
    const [trial] = await container.rows.trials.ofPrompt('risk');
    expect(trial).toMatchObject({
      runId: fork.runId,
      ...{ forkOf: cycle.runId, model: 'scripted-1', firstDifference: 'risk' },
      results: { isSameOrders: true, simulated: null },
    });
    expect(await container.rows.trials.ofPrompt('scanner')).toEqual([]);
    const [equity] = await desks.test().database.sql`
      select count(*)::int as n from equity_snapshots where run_id = ${fork.runId}`;
    expect(equity?.n).toBe(0);
  });

  it('with nothing changed decides the same, from every node it can begin at', async () => {
    const container = await desks.open();
    const cycle = await cycleOf(container, 'same');
    for (const fromNode of ['indicators', 'guardian', 'context', 'gate', 'executor', 'place'] as const) {
      const fork = await forkOf(container, { runId: cycle.runId, fromNode, promptVersions: {} });
      expect(compareRuns(fork, cycle), fromNode).toMatchObject({ isEqual: true, differences: [] });
    }
  });

  it('may be decided by another model, or by the rules alone', async () => {
    const container = await desks.open();
    const cycle = await cycleOf(container, 'models');
    const before = desks.model().requests.length;
    const asked = { runId: cycle.runId, fromNode: 'scanner', promptVersions: {} } as const;

    const byRules = await forkOf(container, { ...asked, model: null });
    expect(byRules.llm.calls).toBe(0);
    expect(desks.model().requests).toHaveLength(before);
    expect(new Set(byRules.opinions.map(({ decidedBy }) => decidedBy))).toEqual(new Set(['rules']));

    const byOther = await forkOf(container, { ...asked, model: 'scripted-2' });
    expect(byOther.llm.calls).toBeGreaterThan(0);
    expect(
      new Set(
        desks
          .model()
          .requests.slice(before)
          .map(({ body }) => body.model),
      ),
    ).toEqual(new Set(['scripted-2']));
  });

  it('names no model without a price where the configured one has one', async () => {
    const container = await desks.open({}, { LLM_PRICE_INPUT_USD: '1', LLM_PRICE_OUTPUT_USD: '4' });
    const cycle = await cycleOf(container, 'priced');
    const asked = { runId: cycle.runId, fromNode: 'executor', promptVersions: {}, actor: 'test' } as const;
    await expect(openFork(container, { ...asked, model: 'unpriced-1' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^model unpriced-1 has no known price.*LLM_PRICE_INPUT_USD/),
    });
    expect(await openFork(container, { ...asked, model: 'scripted-1' })).toMatch(/^run/);
  });

  it('asks no model once the day’s budget is spent', async () => {
    const container = await desks.open({}, { LLM_BUDGET_USD_PER_DAY: '0' });
    const cycle = await cycleOf(container, 'no-budget');
    const fork = await forkOf(container, { runId: cycle.runId, fromNode: 'scanner', promptVersions: {} });
    expect(fork.llm).toMatchObject({ calls: 0, abstentions: { budget_spent: expect.any(Number) } });
  });

  it('is done from its start by another process when the first one was killed in it', async () => {
    const gate = gateBefore('risk');
    const first = await desks.open({ around: { tracer: gate.tracer } });
    const cycle = await (async () => {
      const calm = await desks.open();
      return cycleOf(calm, 'killed');
    })();
    const request = { runId: cycle.runId, fromNode: 'scanner', promptVersions: {}, actor: 'test' } as const;
    const runId = await openFork(first, request);
    void first.engine.execute(runId);
    await gate.reached;
    const drained = first.engine.drain();
    gate.open();
    await drained;
    expect((await first.rows.runs.get(runId))?.status).toBe('running');

    const second = await desks.open({ staleAfterMs: 0 });
    expect(await second.engine.execute(runId)).toBe('finished');
    expect(compareRuns(await recordOf(second, runId), cycle).isEqual).toBe(true);
    const { spans = [] } = (await second.rows.traces.ofRun(runId)) ?? {};
    expect(new Set(spans.map(({ status }) => status))).toEqual(new Set(['ok']));
  });
});

describe('what cannot be decided again', () => {
  it('is refused by name', async () => {
    const container = await desks.open();
    const { runId } = await cycleOf(container, 'refusals');
    const ask = (change: Partial<ForkRequest>) =>
      openFork(container, { runId, fromNode: 'scanner', promptVersions: {}, actor: 'test', ...change });
    const refused = async (change: Partial<ForkRequest>, code: string, words: RegExp) =>
      expect(await ask(change).catch((thrown: unknown) => thrown)).toMatchObject({
        code,
        message: expect.stringMatching(words),
      });

    await refused({ runId: 'run-none' }, 'not_found', /there is no run "run-none"/);
    await refused({ promptVersions: { risk: 99 } }, 'not_found', /prompt risk has no version 99; it has 1/);
    await refused(
      { promptVersions: { risk: 'best' } },
      'not_found',
      /has no label "best"; it has production/,
    );
    await refused(
      { promptVersions: { barometer: 1 } },
      'not_found',
      /no prompt "barometer".*there are .*risk/,
    );
    await refused(
      { fromNode: 'guardian', runId: await ask({}) },
      'conflict',
      /decides run .* again: fork that one/,
    );

    const analysis = await makeRun(container, 'an-analysis', 'analysis');
    await container.engine.execute(analysis.runId);
    await refused({ runId: analysis.runId }, 'conflict', /is an analysis/);
    const waiting = await makeRun(container, 'waiting');
    await refused(
      { runId: waiting.runId },
      'conflict',
      /is queued: it can be decided again once it has ended/,
    );

    const old = await cycleOf(container, 'old');
    await desks.test().database
      .sql`update runs set thinned_at_ms = 1744027200000 where run_id = ${old.runId}`;
    await refused({ runId: old.runId }, 'conflict', /was thinned at 2025-04-07.*its candles are gone/);
    await desks.test().database
      .sql`update runs set thinned_at_ms = null, record = record - 'observed' where run_id = ${old.runId}`;
    await refused({ runId: old.runId }, 'conflict', /is too old to be decided again/);

    const other = await desks.open({}, { OPENAI_BASE_URL: '' });
    const without = await openFork(other, { runId, fromNode: 'scanner', promptVersions: {}, actor: 'test' });
    expect((await other.rows.trials.get(without))?.model).toBeNull();
    const named = openFork(other, {
      runId,
      fromNode: 'scanner',
      promptVersions: {},
      model: 'm',
      actor: 'test',
    });
    await expect(named).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/no model is configured/),
    });
  });

  it('is a run whose candles are others by now', async () => {
    const container = await desks.open();
    const { runId } = await cycleOf(container, 'other-candles');
    await desks.test().database.sql`
      update runs set record = jsonb_set(record, '{market,bars}', '17') where run_id = ${runId}`;
    const asked = openFork(container, { runId, fromNode: 'scanner', promptVersions: {}, actor: 'test' });
    await expect(asked).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/are not those run/),
    });
  });
});
