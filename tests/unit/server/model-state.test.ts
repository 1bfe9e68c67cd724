import { describe, expect, it } from 'vitest';
import type { ModelHealth, ModelHealthChange } from '#agents/model-health.ts';
import type { DeskEvent, ModelNotice, NewDeskEvent } from '#domain/desk-event.ts';
import type { LlmConfig } from '#server/config-model.ts';
import { tellModelHealth } from '#server/events/tell-model-health.ts';
import { createToldModel } from '#server/events/told-model.ts';
import { modelSpending } from '#server/model-spending.ts';
import { modelHealth, modelState, withSpending } from '#server/model-state.ts';
import { llmConfig } from '#tests/support/llm-config.ts';

const SINCE_MS = Date.parse('2026-11-21T14:05:00Z');
const WORDS = 'no account for https://models.example/v1?key=of-the-desk';
const DOWN_NOTICE: ModelNotice = {
  ...{ model: 'scripted-1', provider: 'models.example', status: 'down' },
  ...{ reason: 'timed out', sinceMs: SINCE_MS },
};

function knownOf({
  health = [],
  told = null,
  llm = {},
}: {
  health?: readonly (ModelHealth & { use: 'usual' | 'fallback' })[];
  told?: ModelNotice | null;
  llm?: Partial<LlmConfig>;
}) {
  const event = told === null ? null : ({ id: 1, type: 'model.changed', payload: told } as DeskEvent);
  return {
    config: { llm: llmConfig(llm) },
    models: { health: () => health },
    toldModel: createToldModel({ latest: async () => event }, { nowMs: () => SINCE_MS }),
  };
}

const healthOf = (use: 'usual' | 'fallback', status: 'up' | 'down', model = 'scripted-1') => ({
  ...{ use, model, status, provider: 'models.example', nextTryAtMs: null },
  sinceMs: SINCE_MS,
  reason: status === 'down' ? 'no model' : null,
  detail: status === 'down' ? WORDS : null,
});

describe('the model as the pages are shown it', () => {
  it('is told without the provider’s own words, and to a probe without the reason', async () => {
    const state = await modelState(knownOf({ health: [healthOf('usual', 'down')] }));
    expect(state).toMatchObject({ status: 'down', reason: 'no model' });
    expect(JSON.stringify(state)).not.toContain('of-the-desk');
    expect(modelHealth(state, llmConfig()).detail).toBe(
      'scripted-1 is down since 2026-11-21T14:05:00.000Z: agents decide by rules',
    );
  });

  it('is up while nobody has asked it and nobody told otherwise', async () => {
    const state = await modelState(knownOf({}));
    expect(state).toMatchObject({ status: 'up', sinceMs: null, answering: 'scripted-1' });
    expect(modelHealth(state, llmConfig())).toMatchObject({ status: 'up', required: false });
  });

  it('is down as another process told it, where this one has asked nobody', async () => {
    const state = await modelState(knownOf({ told: DOWN_NOTICE }));
    expect(state).toMatchObject({ status: 'down', sinceMs: SINCE_MS, answering: null });
    expect(modelHealth(state, llmConfig())).toMatchObject({
      status: 'down',
      detail: expect.stringContaining('2026-11-21T14:05:00.000Z'),
    });
  });

  it('is what this process has found, whatever was told before', async () => {
    const state = await modelState(knownOf({ told: DOWN_NOTICE, health: [healthOf('usual', 'up')] }));
    expect(state).toMatchObject({ status: 'up', reason: null });
  });

  it('does not take the fate of another model for its own', async () => {
    const told = { ...DOWN_NOTICE, model: 'of-yesterday' };
    expect(await modelState(knownOf({ told }))).toMatchObject({ status: 'up' });
  });

  it('is degraded while the fallback answers, down when that one is down too', async () => {
    const first = healthOf('usual', 'down');
    const answered = await modelState(knownOf({ health: [first, healthOf('fallback', 'up', 'second-1')] }));
    expect(answered.answering).toBe('second-1');
    expect(modelHealth(answered, llmConfig()).status).toBe('degraded');
    const none = await modelState(knownOf({ health: [first, healthOf('fallback', 'down', 'second-1')] }));
    expect(none.answering).toBeNull();
    expect(modelHealth(none, llmConfig()).status).toBe('down');
  });
});

describe('what holds a well model back', () => {
  const standing = async (dayUsd: number, over: Partial<LlmConfig> = {}) => {
    const llm = llmConfig({ price: { inputUsdPerMillion: 10, outputUsdPerMillion: 10 }, ...over });
    const rows = {
      spending: { ofDay: async () => ({ dayUsd, untoldUsd: 0 }) },
      spendingSwitch: { read: async () => null },
    };
    const spending = await modelSpending(llm, rows, SINCE_MS);
    const state = await modelState(knownOf({ llm }));
    const { detail } = modelHealth(state, llm, spending);
    return { ...withSpending(state, spending, llm), detail };
  };

  it('is nothing while the day has money left', async () => {
    const state = await standing(1);
    expect(state).toMatchObject({ mode: 'premium', budgetSpent: false, answering: 'scripted-1' });
    expect(state).toMatchObject({ budget: { spentUsd: 1, limitUsd: 5 }, detail: 'scripted-1' });
  });

  it.each([
    [
      'the budget once not even a small cycle fits, though it is not reached',
      4.9,
      {},
      true,
      null,
      /is spent.*00:00 UTC/,
    ],
    ['a budget of 0 for a cycle', 0, { budgetUsdPerCycle: 0 }, true, null, /LLM_BUDGET_USD_PER_CYCLE is 0/],
    ['a budget of 0 for a day', 0, { budgetUsdPerDay: 0 }, true, null, /LLM_BUDGET_USD_PER_DAY is 0/],
    ['the mode free', 0, { mode: 'free' }, false, null, /mode is free: the rules decide/],
    ['the mode saving', 0, { mode: 'saving', savingModel: 'small-1' }, false, 'small-1', /small-1 is asked/],
  ] as const)('is %s', async (_name, dayUsd, llm, budgetSpent, answering, says) => {
    expect(await standing(dayUsd, llm)).toMatchObject({
      ...{ budgetSpent, answering, mode: 'mode' in llm ? llm.mode : 'premium' },
      detail: expect.stringMatching(says),
    });
  });

  it('is the budget too where only a saving model without a price would still fit', async () => {
    const savingModel = 'untold-1';
    expect(await standing(4.99, { savingModel })).toMatchObject({ budgetSpent: true });
  });

  it('is not a day that a model without a price has not reached', async () => {
    expect(await standing(4.99, { price: null })).toMatchObject({ budgetSpent: false });
    expect(await standing(5, { price: null })).toMatchObject({ budgetSpent: true });
  });
});

it('looks for what was told once a second, however many pages ask', async () => {
  let nowMs = 0;
  let looked = 0;
  const latest = async () => {
    looked += 1;
    return null;
  };
  const told = createToldModel({ latest }, { nowMs: () => nowMs });
  for (const atMs of [0, 1, 999, 1_000, 1_500]) {
    nowMs = atMs;
    expect(await told()).toBeNull();
  }
  expect(looked).toBe(2);
});

it('knows nothing told, and does not fail, while the database is away', async () => {
  const latest = () => Promise.reject(new Error('connection refused'));
  expect(await createToldModel({ latest }, { nowMs: () => 0 })()).toBeNull();
});

describe('a change of health', () => {
  const change = (over: Partial<ModelHealthChange>): ModelHealthChange => ({
    ...{ ...DOWN_NOTICE, detail: WORDS, nextTryAtMs: null, wasDownMs: null },
    ...over,
  });

  async function told(one: ModelHealthChange, last: ModelNotice | null = null) {
    const events: NewDeskEvent[] = [];
    const lines: string[] = [];
    const event = last === null ? null : ({ id: 1, type: 'model.changed', payload: last } as DeskEvent);
    const line = (level: string) => (fields: object, message: string) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    await tellModelHealth(one, {
      events: { latest: async () => event, append: async (added) => events.push(added) },
      logger: { error: line('error'), info: line('info'), warn: line('warn') },
      wallClock: { nowMs: () => SINCE_MS },
    });
    return { events, lines };
  }

  it('for the worse is an alert in the log and an event', async () => {
    const { events, lines } = await told(change({}));
    expect(lines).toEqual([expect.stringMatching(/^error the model is down .*"alert":"model_down"/)]);
    expect(lines[0]).toContain(WORDS);
    expect(events).toEqual([
      {
        ...{ type: 'model.changed', runId: null, deskId: null, atMs: SINCE_MS },
        payload: DOWN_NOTICE,
      },
    ]);
  });

  it('for the better is told with how long it lasted', async () => {
    const { events, lines } = await told(change({ status: 'up', reason: null, wasDownMs: 90_000 }));
    expect(lines).toEqual([expect.stringMatching(/^info the model answers again .*"wasDownMs":90000/)]);
    expect(events).toMatchObject([{ payload: { status: 'up' } }]);
  });

  it('is told by a first answer only where a process that is gone had told the model down', async () => {
    const first = change({ status: 'up', reason: null });
    expect((await told(first)).events).toEqual([]);
    expect((await told(first, { ...DOWN_NOTICE, model: 'another' })).events).toEqual([]);
    expect((await told(first, DOWN_NOTICE)).events).toMatchObject([{ payload: { status: 'up' } }]);
  });
});
