import { describe, expect, it } from 'vitest';
import { type ChatModel, type ModelReply, type ModelRequest, NO_USAGE } from '#agents/chat-model.ts';
import { withFallback } from '#agents/fallback-model.ts';
import { type ModelHealthChange, watchModel } from '#agents/model-health.ts';
import type { SpendingStep } from '#domain/spending.ts';

const POLICY = { outagesUntilDown: 3, restMs: 1_000, restCapMs: 4_000 };
const ONE_CALL = { ...NO_USAGE, calls: 1 };
const ANSWER: ModelReply = { outcome: 'answered', text: '{}', usage: ONE_CALL };
const STALL: ModelReply = {
  ...{ outcome: 'timed_out', detail: 'no answer within 50 ms', usage: ONE_CALL },
  outage: { attempts: 1, isCertain: true, comesBackInMs: null },
};
const REFUSED_BY_PROVIDER: ModelReply = {
  outcome: 'provider_failed',
  detail: 'bad request',
  usage: ONE_CALL,
};
const failedTimes = (attempts: number): ModelReply => ({
  ...{ outcome: 'unreachable', detail: 'ECONNREFUSED', usage: ONE_CALL },
  outage: { attempts, isCertain: false, comesBackInMs: null },
});

const request: ModelRequest = {
  ...{ agent: 'scanner', runId: 'run_1', spanId: 'span_1', symbol: null, messages: [], answerSchema: {} },
  ...{ temperature: null, maxOutputTokens: 100, signal: new AbortController().signal },
};

/** A model that replies what it is told to, and counts what it was asked. */
function bench() {
  const clock = { nowMs: 10_000 };
  const changes: ModelHealthChange[] = [];
  let reply: ModelReply | Error | Promise<ModelReply> = ANSWER;
  let asked = 0;
  const model: ChatModel = {
    name: 'a-model',
    async ask() {
      asked += 1;
      if (reply instanceof Error) throw reply;
      return reply;
    },
  };
  const watched = watchModel(model, {
    provider: 'models.example',
    wallClock: { nowMs: () => clock.nowMs },
    policy: POLICY,
    onChange: (change) => changes.push(change),
  });
  return {
    clock,
    changes,
    watched,
    asked: () => asked,
    reply(next: ModelReply | Error | Promise<ModelReply>) {
      reply = next;
    },
    ask: () => watched.ask(request),
  };
}

describe('the health of a model', () => {
  it('is unknown until it is asked, and told with the first answer', async () => {
    const { watched, ask, changes } = bench();
    expect(watched.health()).toMatchObject({ status: 'up', sinceMs: null });
    await ask();
    await ask();
    expect(changes).toEqual([
      expect.objectContaining({ status: 'up', sinceMs: 10_000, wasDownMs: null, model: 'a-model' }),
    ]);
  });

  it('is down after one question that ran into its deadline: nobody pays a second one', async () => {
    const { watched, ask, asked, reply, changes } = bench();
    reply(STALL);
    expect(await ask()).toMatchObject({ outcome: 'timed_out' });
    for (const _ of [1, 2, 3, 4])
      expect(await ask()).toMatchObject({
        ...{ outcome: 'model_down', usage: NO_USAGE },
        detail: expect.stringContaining('no answer within 50 ms'),
      });
    expect(asked()).toBe(1);
    expect(watched.health()).toMatchObject({ status: 'down', sinceMs: 10_000, nextTryAtMs: 11_000 });
    expect(changes).toHaveLength(1);
  });

  it('is down after three failed attempts in a row over several questions, not after an answer between them', async () => {
    const { watched, ask, reply } = bench();
    reply(failedTimes(2));
    await ask();
    reply(ANSWER);
    await ask();
    reply(failedTimes(2));
    await ask();
    expect(watched.health().status).toBe('up');
    await ask();
    expect(watched.health()).toMatchObject({ status: 'down', reason: 'unreachable', detail: 'ECONNREFUSED' });
  });

  it('says nothing by a request that the provider refused as such', async () => {
    const { watched, ask, reply } = bench();
    reply(REFUSED_BY_PROVIDER);
    for (const _ of [1, 2, 3, 4, 5]) await ask();
    expect(watched.health().status).toBe('up');
  });

  it('is tried by one question after a rest that doubles up to its cap', async () => {
    const { clock, watched, ask, asked, reply } = bench();
    reply(STALL);
    await ask();
    const rests: number[] = [];
    for (const _ of [1, 2, 3, 4]) {
      const { nextTryAtMs } = watched.health();
      rests.push((nextTryAtMs ?? 0) - clock.nowMs);
      clock.nowMs = nextTryAtMs ?? 0;
      await Promise.all([ask(), ask(), ask()]);
    }
    expect(rests).toEqual([1_000, 2_000, 4_000, 4_000]);
    expect(asked()).toBe(5);
  });

  it('is well again with the first answer, and says for how long it was not', async () => {
    const { clock, watched, ask, reply, changes } = bench();
    await ask();
    reply(STALL);
    await ask();
    clock.nowMs += 1_000;
    reply(ANSWER);
    expect(await ask()).toEqual(ANSWER);
    expect(changes.map(({ status, wasDownMs }) => [status, wasDownMs])).toEqual([
      ['up', null],
      ['down', null],
      ['up', 1_000],
    ]);
    expect(watched.health()).toMatchObject({ status: 'up', reason: null, nextTryAtMs: null });
  });

  it('counts a refusal as a sign of life', async () => {
    const { clock, watched, ask, reply } = bench();
    reply(STALL);
    await ask();
    clock.nowMs += 1_000;
    reply({ outcome: 'refused', detail: 'no', usage: ONE_CALL });
    await ask();
    expect(watched.health().status).toBe('up');
  });

  it('rests for as long as the provider asked, and no longer than the cap', async () => {
    for (const [comesBackInMs, restMs] of [
      [3_000, 3_000],
      [1e12, 4_000],
    ] as const) {
      const { clock, watched, ask, reply } = bench();
      reply({
        ...{ outcome: 'rate_limited', detail: 'slow down', usage: ONE_CALL },
        outage: { attempts: 1, isCertain: true, comesBackInMs },
      });
      await ask();
      expect(watched.health().nextTryAtMs).toBe(clock.nowMs + restMs);
    }
  });

  it('is tried again by the next question when the one that tried was interrupted', async () => {
    const { clock, ask, asked, reply } = bench();
    reply(STALL);
    await ask();
    clock.nowMs += 1_000;
    reply(new Error('interrupted'));
    await expect(ask()).rejects.toThrow('interrupted');
    reply(ANSWER);
    expect(await ask()).toEqual(ANSWER);
    expect(asked()).toBe(3);
  });

  it('does not rest for longer when the clock is set back', async () => {
    const { clock, ask, asked, reply } = bench();
    reply(STALL);
    await ask();
    clock.nowMs -= 3_600_000;
    reply(ANSWER);
    await ask();
    expect(asked()).toBe(2);
  });

  it('is not lost for longer by questions that were under way when it went down', async () => {
    const { watched, ask, reply } = bench();
    reply(STALL);
    await Promise.all([ask(), ask(), ask(), ask()]);
    expect(watched.health()).toMatchObject({ status: 'down', nextTryAtMs: 11_000 });
  });
});

describe('a fallback', () => {
  const named = (name: string, reply: ModelReply) => {
    const asked: ModelRequest[] = [];
    const model: ChatModel = {
      name,
      async ask(one) {
        asked.push(one);
        return reply;
      },
    };
    return { model, asked };
  };

  it.each([
    ['a model that is left alone', { outcome: 'model_down', detail: '', usage: NO_USAGE }, 1],
    ['a model that failed in time', failedTimes(3), 2],
  ] as const)('answers in place of %s, and both are counted', async (_name, reply, calls) => {
    const second = named('second', ANSWER);
    const both = withFallback(named('first', reply).model, second.model);
    expect(await both.ask(request)).toMatchObject({ outcome: 'answered', usage: { calls } });
    expect(both.name).toBe('first');
  });

  it.each([
    ['an answer', ANSWER],
    ['a refusal', { outcome: 'refused', detail: 'no', usage: ONE_CALL }],
    ['a request the provider refused as such', REFUSED_BY_PROVIDER],
  ] as const)('is not asked after %s', async (_name, reply) => {
    const second = named('second', ANSWER);
    expect(await withFallback(named('first', reply).model, second.model).ask(request)).toEqual(reply);
    expect(second.asked).toHaveLength(0);
  });

  it('that is too dear leaves the model away, and no mere shortage of money', async () => {
    const step: SpendingStep = {
      step: 'rules_only',
      agent: 'scanner',
      limit: 'day',
      limitUsd: 5,
      committedUsd: 4.9,
      estimateUsd: 0.2,
      reason: 'too dear',
    };
    const tooDear: ModelReply = {
      ...{ outcome: 'budget_spent', detail: 'too dear', usage: NO_USAGE },
      steps: [step],
    };
    const away: ModelReply = { outcome: 'model_down', detail: 'down', usage: NO_USAGE };
    const both = withFallback(named('first', away).model, named('second', tooDear).model);
    expect(await both.ask(request)).toEqual({ ...away, steps: [step] });
  });

  it('is not asked once the question’s deadline is over', async () => {
    const second = named('second', ANSWER);
    const both = withFallback(named('first', STALL).model, second.model);
    const deadline = { signal: () => AbortSignal.abort(), isOver: () => true };
    expect(await both.ask({ ...request, deadline })).toEqual(STALL);
    expect(second.asked).toHaveLength(0);
  });
});
