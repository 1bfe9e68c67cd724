import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModelOptions } from '#agents/model-options.ts';
import { harnessAt, KEY } from '#tests/support/asked-model.ts';
import { inTurn, type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';

let server: ScriptedModel;

beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

const harness = (over: Partial<ChatModelOptions> = {}) => harnessAt(server, over);

describe('a model that answers', () => {
  it('is asked once without streaming and recorded with usage and cost', async () => {
    server.follow(() => say.answer({ ok: true }));
    const { ask, calls } = harness();
    expect(await ask()).toEqual({
      outcome: 'answered',
      text: '{"ok":true}',
      usage: { calls: 1, inputTokens: 100, outputTokens: 20, costUsd: 0.0004 },
    });
    const request = server.requests.at(-1);
    expect(request?.authorization).toBe(`Bearer ${KEY}`);
    expect(request?.body).toMatchObject({
      model: 'scripted-1',
      temperature: 0.1,
      max_tokens: 300,
      response_format: { type: 'json_schema', json_schema: { name: 'scanner_answer', strict: true } },
    });
    expect(request?.body.stream ?? false).toBe(false);
    expect(calls).toEqual([
      expect.objectContaining({
        callId: 'call_1',
        agent: 'scanner',
        attempt: 1,
        status: 'ok',
        httpStatus: 200,
        inputTokens: 100,
        outputTokens: 20,
        costUsd: 0.0004,
        reply: '{"ok":true}',
        error: null,
      }),
    ]);
  });

  it('leaves usage and cost unknown, not zero, when the reply tells none', async () => {
    server.follow(() => say.withoutUsage({}));
    const { ask, calls } = harness();
    const unknown = { inputTokens: null, outputTokens: null, costUsd: null };
    expect((await ask()).usage).toEqual({ calls: 1, ...unknown });
    expect(calls[0]).toMatchObject(unknown);
  });

  it('leaves the cost unknown when the price is unknown', async () => {
    server.follow(() => say.answer({}));
    const { ask, calls } = harness({ priceOf: () => null });
    expect((await ask()).usage).toEqual({ calls: 1, inputTokens: 100, outputTokens: 20, costUsd: null });
    expect(calls[0]).toMatchObject({ inputTokens: 100, costUsd: null });
  });
});

describe('tokens that were read before, or thought and not said', () => {
  it('are recorded, and cached input is paid at its own price', async () => {
    server.follow(() =>
      say.used(
        {},
        {
          ...{ prompt_tokens: 1_000, completion_tokens: 100 },
          ...{
            prompt_tokens_details: { cached_tokens: 800 },
            completion_tokens_details: { reasoning_tokens: 60 },
          },
        },
      ),
    );
    const { ask, calls } = harness();
    await ask();
    expect(calls[0]).toMatchObject({
      ...{ cachedInputTokens: 800, reasoningTokens: 60 },
      ...{ inputUsdPerMillion: 2, outputUsdPerMillion: 10 },
      costUsd: (200 * 2 + 800 * 0.5 + 100 * 10) / 1e6,
    });
  });
});

describe('what several attempts cost', () => {
  it.each([
    ['a refusal of the request, which no model has worked on', say.status(429), 0.0004],
    ['a failure behind the provider’s door', say.status(500), null],
    ['an answer that cannot be read', say.html(), null],
    ['a dropped connection', say.dropped(), null],
  ] as const)('counts after %s', async (_name, reply, costUsd) => {
    server.follow(inTurn(reply, say.answer({})));
    const { ask } = harness();
    const tokens = costUsd === null ? null : 100;
    expect((await ask()).usage).toMatchObject({ calls: 2, inputTokens: tokens, costUsd });
  });
});

describe('an address where nobody listens', () => {
  it('costs nothing, and that is known', async () => {
    const gone = await startScriptedModel();
    await gone.close();
    const { ask, calls } = harness({ baseUrl: gone.baseUrl, maxAttempts: 2 });
    expect(await ask()).toMatchObject({
      ...{ outcome: 'unreachable', outage: { attempts: 2 } },
      usage: { calls: 2, inputTokens: 0, costUsd: 0 },
    });
    expect(calls[0]).toMatchObject({ status: 'network_error', error: expect.stringMatching(/ECONNREFUSED/) });
  });
});
