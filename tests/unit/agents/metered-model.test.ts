import { describe, expect, it } from 'vitest';
import { type ChatModel, type ModelReply, type ModelRequest, NO_USAGE } from '#agents/chat-model.ts';
import { estimateUsd } from '#agents/estimate-cost.ts';
import { meteredModel } from '#agents/metered-model.ts';
import { tieredModel } from '#agents/tiered-model.ts';
import { AppError } from '#domain/errors.ts';
import { createMemorySpending, memoryPurse } from '#tests/support/memory-spending.ts';

const DEAR = { inputUsdPerMillion: 0, outputUsdPerMillion: 100, cachedInputUsdPerMillion: null };
const CHEAP = { ...DEAR, outputUsdPerMillion: 10 };
const LIMITS = { usdPerDay: 1, usdPerCycle: 1 };

/** 1,000 tokens may be said: a tenth of a dollar of the dear model, a cent of the cheap one. */
function request(over: Partial<ModelRequest> = {}): ModelRequest {
  return {
    ...{ agent: 'risk', runId: 'run_1', spanId: 'run_1:risk', symbol: null, messages: [] },
    ...{ answerSchema: {}, temperature: null, maxOutputTokens: 1_000 },
    ...{ signal: new AbortController().signal, ...over },
  };
}

function answering(name: string, costUsd: number | null, calls = 1): ChatModel & { asked: number } {
  const model = {
    name,
    asked: 0,
    async ask(): Promise<ModelReply> {
      model.asked += 1;
      return { outcome: 'answered', text: name, usage: { calls, inputTokens: 1, outputTokens: 1, costUsd } };
    },
  };
  return model;
}

describe('a call that is paid for', () => {
  it('is estimated from the length of its messages and its shape, and the whole of what it may say', () => {
    const price = { inputUsdPerMillion: 2, outputUsdPerMillion: 8, cachedInputUsdPerMillion: null };
    const asked = request({ messages: [{ role: 'user', content: 'x'.repeat(2_498) }] });
    expect(estimateUsd(asked, { price })).toBeCloseTo((1_000 * 2 + 1_000 * 8) / 1_000_000, 12);
    const thinking = estimateUsd(asked, { price, thinkingTokens: 6_000 });
    expect(thinking).toBeCloseTo((1_000 * 2 + 7_000 * 8) / 1_000_000, 12);
    expect(estimateUsd(asked, { price: null })).toBeNull();
  });

  it('leaves nothing set aside once its cost is told', async () => {
    const rows = createMemorySpending();
    const purse = memoryPurse(LIMITS, { rows });
    await meteredModel(answering('dear', 0.02), { purse, price: DEAR }).ask(request());
    expect(rows.reservations.size).toBe(0);
  });

  it('counts each attempt whose cost nobody told as what was set aside, until its day is over', async () => {
    const rows = createMemorySpending();
    const purse = memoryPurse(LIMITS, { rows });
    await meteredModel(answering('dear', null, 3), { purse, price: DEAR }).ask(request());
    expect([...rows.reservations.values()]).toEqual([
      { runId: 'run_1', usd: expect.closeTo(0.3), untilMs: 86_400_000 },
    ]);
  });

  it('stays set aside for its time where the run was interrupted while it was under way', async () => {
    const rows = createMemorySpending();
    const cut: ChatModel = {
      name: 'cut',
      ask: () => Promise.reject(new AppError('run_interrupted', 'cut')),
    };
    const paid = meteredModel(cut, { purse: memoryPurse(LIMITS, { rows }), price: DEAR });
    await expect(paid.ask(request())).rejects.toThrow('cut');
    expect([...rows.reservations.values()]).toMatchObject([{ untilMs: 61_000 }]);
  });

  it('is not sent when it does not fit, and says by how much', async () => {
    const rows = createMemorySpending();
    rows.spend('run_0', 0.95, 0);
    const model = answering('dear', 0.1);
    const reply = await meteredModel(model, { purse: memoryPurse(LIMITS, { rows }), price: DEAR }).ask(
      request(),
    );
    expect(model.asked).toBe(0);
    expect(reply).toMatchObject({
      ...{ outcome: 'budget_spent', usage: { calls: 0 } },
      steps: [{ step: 'rules_only', agent: 'risk', limit: 'day', limitUsd: 1, committedUsd: 0.95 }],
    });
  });

  it.each([
    ['unknown', null],
    ['nothing', { ...DEAR, outputUsdPerMillion: 0 }],
  ])(
    'is sent without a reservation when its price is %s, but not where nothing may be spent',
    async (_name, price) => {
      const rows = createMemorySpending();
      rows.spend('run_0', 7, 0);
      const model = answering('local', null);
      await meteredModel(model, { purse: memoryPurse(LIMITS, { rows }), price }).ask(request());
      expect(model.asked).toBe(1);
      const nothing = memoryPurse({ usdPerDay: 5, usdPerCycle: 0 });
      const reply = await meteredModel(model, { purse: nothing, price }).ask(request());
      expect(reply.outcome).toBe('budget_spent');
      expect(model.asked).toBe(1);
    },
  );
});

describe('a model that is down', () => {
  const reply: ModelReply = { outcome: 'model_down', detail: 'down since then', usage: NO_USAGE };
  const down = (mayBeTried: boolean) => ({
    ...answering('dead', 0.1),
    downtime: () => ({ mayBeTried, reply }),
  });

  it('has nothing reserved while it rests, and is down whatever is left of the money', async () => {
    for (const spentUsd of [0, 1]) {
      const rows = createMemorySpending();
      rows.spend('run_0', spentUsd, 0);
      const paid = meteredModel(down(false), { purse: memoryPurse(LIMITS, { rows }), price: DEAR });
      expect(await paid.ask(request())).toEqual(reply);
      expect(rows.reservations.size).toBe(0);
    }
  });

  it.each([DEAR, null])('is still down where its next try is too dear, at a price of %o', async (price) => {
    const rows = createMemorySpending();
    rows.spend('run_0', 1, 0);
    const purse = memoryPurse(price === null ? { usdPerDay: 0, usdPerCycle: 0 } : LIMITS, { rows });
    expect(await meteredModel(down(true), { purse, price }).ask(request())).toMatchObject({
      ...{ outcome: 'model_down', detail: 'down since then' },
      steps: [{ step: 'rules_only', limit: price === null ? 'cycle' : 'day' }],
    });
  });
});

describe('two models', () => {
  function paid(spentUsd: number) {
    const rows = createMemorySpending();
    rows.spend('run_0', spentUsd, 0);
    const purse = memoryPurse(LIMITS, { rows });
    const [dear, cheap] = [answering('dear', 0.1), answering('cheap', 0.01)];
    const model = tieredModel({
      usual: meteredModel(dear, { purse, price: DEAR }),
      cheaper: meteredModel(cheap, { purse, price: CHEAP }),
    });
    return { dear, cheap, model };
  }

  it.each([
    [0.5, 'dear', undefined],
    [0.95, 'cheap', 'cheaper_model'],
    [0.995, undefined, 'rules_only'],
  ])('after %d of a dollar ask %s, and tell the step %s', async (spentUsd, text, step) => {
    const reply = await paid(spentUsd).model.ask(request());
    expect('text' in reply ? reply.text : undefined).toBe(text);
    expect(reply.steps?.map((one) => one.step)).toEqual(step === undefined ? undefined : [step]);
  });

  it('end with the rules where the cheaper one has no price to be measured by', async () => {
    const rows = createMemorySpending();
    rows.spend('run_0', 0.95, 0);
    const purse = memoryPurse(LIMITS, { rows });
    const untold = answering('untold', null);
    const model = tieredModel({
      usual: meteredModel(answering('dear', 0.1), { purse, price: DEAR }),
      cheaper: meteredModel(untold, { purse, price: null }),
      stepsDown: false,
    });
    expect(await model.ask(request())).toMatchObject({ outcome: 'budget_spent' });
    expect(untold.asked).toBe(0);
  });

  it('ask the cheaper one at its tier, and nobody where there is none', async () => {
    const { dear, cheap, model } = paid(0);
    await model.ask(request({ tier: 'cheaper' }));
    expect([dear.asked, cheap.asked]).toEqual([0, 1]);
    const alone = tieredModel({ usual: dear, cheaper: null });
    expect(await alone.ask(request({ tier: 'cheaper' }))).toMatchObject({ outcome: 'no_model' });
    expect(dear.asked).toBe(0);
  });
});
