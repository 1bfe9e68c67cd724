import { describe, expect, it } from 'vitest';
import { openShadow } from '#server/engine/shadows.ts';
import { askingContainers } from '#tests/support/asking-containers.ts';
import { cycleOf, saveVersion } from '#tests/support/asking-desk.ts';
import { say } from '#tests/support/scripted-model.ts';
import { recordOf } from '#tests/support/test-desk.ts';
import { HALVING, plainTrader, REFUSING } from '#tests/support/trading-answers.ts';

const desks = askingContainers();

describe('a shadow', () => {
  it('decides a cycle again with the candidate, from the first agent whose prompt differs', async () => {
    const container = await desks.open();
    const cycle = await cycleOf(container, 'shadowed');
    expect(await openShadow(container, cycle.runId)).toEqual({
      skipped: 'no other version is labelled candidate',
    });
    const refusing = await saveVersion(container, 'risk', REFUSING, 'candidate');

    const opened = await openShadow(container, cycle.runId);
    if (!('runId' in opened)) return expect.fail(opened.skipped);
    expect(await openShadow(container, cycle.runId)).toHaveProperty('skipped');
    await container.engine.execute(opened.runId);
    expect(await openShadow(container, cycle.runId)).toHaveProperty('skipped');

    const shadow = await recordOf(container, opened.runId);
    expect(shadow).toMatchObject({ kind: 'shadow', outcome: 'denied', intents: [] });
    expect(await container.rows.runs.get(opened.runId)).toMatchObject({
      forkOf: cycle.runId,
      forkFrom: 'risk',
    });
    expect(shadow.llm.calls).toBe(1);
    const [trial] = await container.rows.trials.ofPrompt('risk');
    expect(trial).toMatchObject({
      ...{ kind: 'shadow', firstDifference: 'risk' },
      versions: { risk: refusing },
      results: { isSameOrders: false, tallies: { run: { orders: 0 }, with: { refused: 0 } } },
    });
    expect(trial?.results?.tallies.run.refused).toBe(trial?.results?.tallies.with.proposals);
    await desks.test().database.sql`delete from prompt_labels where label = 'candidate'`;
  });

  it('whose candidate is never answered leaves the live desk its model', async () => {
    const container = await desks.open({}, { LLM_TIMEOUT_MS: '1000', LLM_CACHE_HOURS: '0' });
    const cycle = await cycleOf(container, 'beside-a-slow-one');
    await saveVersion(container, 'risk', 'NEVER ANSWERED', 'candidate');
    desks
      .model()
      .follow((request, index) =>
        JSON.stringify(request.body.messages).includes('NEVER ANSWERED')
          ? say.stalledBody()
          : plainTrader(request, index),
      );
    try {
      const opened = await openShadow(container, cycle.runId);
      if (!('runId' in opened)) return expect.fail(opened.skipped);
      await container.engine.execute(opened.runId);
      expect((await recordOf(container, opened.runId)).llm.abstentions).toMatchObject({ timed_out: 1 });
      expect(container.models.health()).toMatchObject([{ status: 'up' }]);
      const next = await cycleOf(container, 'after-a-slow-one');
      expect(next.llm.abstentions).toEqual({});
      expect(next.llm.calls).toBeGreaterThan(0);
    } finally {
      desks.model().follow(plainTrader);
      await desks.test().database.sql`delete from prompt_labels where label = 'candidate'`;
    }
  });

  it('is not begun where the budget runs low, the model is away, or nobody was asked with that prompt', async () => {
    const container = await desks.open();
    await saveVersion(container, 'guardian', 'LOOK TWICE', 'candidate');
    const calm = await cycleOf(container, 'unasked');
    expect(await openShadow(container, calm.runId)).toEqual({
      skipped: 'no model was asked with a prompt that has a candidate',
    });
    await saveVersion(container, 'risk', HALVING, 'candidate');
    const low = await desks.open({}, { LLM_BUDGET_USD_PER_DAY: '0' });
    expect(await openShadow(low, calm.runId)).toMatchObject({ skipped: expect.stringMatching(/budget/) });
    await desks.test().database.sql`
      update runs set record = jsonb_set(record, '{llm,abstentions}', '{"timed_out":1}') where run_id = ${calm.runId}`;
    expect(await openShadow(container, calm.runId)).toEqual({ skipped: 'the model does not answer' });
    await desks.test().database.sql`delete from prompt_labels where label = 'candidate'`;
  });
});
