import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChatModel } from '#agents/model.ts';
import type { ChatModelOptions } from '#agents/model-options.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import {
  inTurn,
  type ScriptedModel,
  type ScriptedReply,
  say,
  startScriptedModel,
} from '#tests/support/scripted-model.ts';

const KEY = 'test-key-0123456789';
let server: ScriptedModel;

beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

function harness(over: Partial<ChatModelOptions> = {}) {
  const calls: LlmCall[] = [];
  let sequence = 0;
  const model = createChatModel({
    apiKey: KEY,
    baseUrl: server.baseUrl,
    model: 'scripted-1',
    timeoutMs: 5_000,
    maxAttempts: 3,
    recordCall: (call) => {
      calls.push(call);
    },
    priceOf: () => ({ inputUsdPerMillion: 2, outputUsdPerMillion: 10 }),
    wallClock: { nowMs: () => 1_000 },
    ids: { next: (prefix) => `${prefix}_${++sequence}` },
    random: seededRandom(7),
    retry: { baseMs: 1, capMs: 20 },
    ...over,
  });
  const ask = (signal = new AbortController().signal) =>
    model.ask({
      agent: 'scanner',
      runId: 'run_1',
      spanId: 'span_1',
      messages: [
        { role: 'system', content: 'You scan.' },
        { role: 'user', content: 'Nothing to scan.' },
      ],
      answerSchema: { type: 'object', properties: {}, required: [], additionalProperties: false },
      temperature: 0.1,
      maxOutputTokens: 300,
      signal,
    });
  return { ask, calls };
}

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

describe('a provider that fails for a moment', () => {
  const momentary: readonly [string, ScriptedReply, string][] = [
    ['a 429 without Retry-After', say.status(429), 'http_error'],
    ['a 429 with a short Retry-After', say.status(429, { 'retry-after': '0' }), 'http_error'],
    ['a 500', say.status(500), 'http_error'],
    ['a 200 with an error inside', say.errorInside200(), 'invalid'],
    ['a 200 with no choices', say.emptyChoices(), 'invalid'],
    ['a page of HTML', say.html(), 'invalid'],
    ['a dropped connection', say.dropped(), 'network_error'],
  ];
  it.each(momentary)(
    'is asked again after %s, and both attempts are recorded',
    async (_name, reply, status) => {
      server.follow(inTurn(reply, say.answer({ second: true })));
      const { ask, calls } = harness();
      expect(await ask()).toMatchObject({
        outcome: 'answered',
        text: '{"second":true}',
        usage: { calls: 2 },
      });
      expect(calls.map((call) => [call.attempt, call.status])).toEqual([
        [1, status],
        [2, 'ok'],
      ]);
    },
  );

  it('is given up after the last attempt, with the provider’s words', async () => {
    server.follow(() => say.errorInside200());
    const { ask, calls } = harness();
    const reply = await ask();
    expect(reply).toMatchObject({ outcome: 'provider_failed', usage: { calls: 3 } });
    expect(calls).toHaveLength(3);
    expect(calls[2]?.error).toContain('upstream overloaded');
  });

  it('is not waited for when Retry-After is over the cap', async () => {
    server.follow(() => say.status(429, { 'retry-after': '61' }));
    const { ask, calls } = harness();
    expect(await ask()).toMatchObject({ outcome: 'provider_failed' });
    expect(calls).toHaveLength(1);
  });
});

describe('a provider that hangs', () => {
  it.each([
    ['headers', say.stalledHeaders()],
    ['the body', say.stalledBody()],
  ])('is left at the deadline when it stalls %s, without another attempt', async (_name, reply) => {
    server.follow(() => reply);
    const { ask, calls } = harness({ timeoutMs: 60 });
    expect(await ask()).toMatchObject({ outcome: 'timed_out', usage: { calls: 1 } });
    expect(calls).toEqual([expect.objectContaining({ status: 'timed_out', httpStatus: null })]);
    await server.abandoned();
  });

  it('is left at once when the run is aborted, and the run hears it', async () => {
    const run = new AbortController();
    server.follow(() => {
      queueMicrotask(() => run.abort());
      return say.stalledBody();
    });
    const { ask, calls } = harness();
    await expect(ask(run.signal)).rejects.toMatchObject({ code: 'run_interrupted' });
    expect(calls).toHaveLength(1);
    await server.abandoned();
  });
});

describe('a provider that will not', () => {
  it.each([401, 402, 403, 404])('counts a %i as no usable model and does not ask again', async (status) => {
    server.follow(() => say.status(status));
    const { ask, calls } = harness();
    expect(await ask()).toMatchObject({ outcome: 'no_model' });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['a refusal', say.refusal()],
    ['a filtered answer', say.filtered()],
  ])('hands on %s as a refusal', async (_name, reply) => {
    server.follow(() => reply);
    expect(await harness().ask()).toMatchObject({ outcome: 'refused', usage: { calls: 1 } });
  });

  it.each([
    ['whole', KEY],
    ['in its header', `Bearer ${KEY}`],
    ['cut short', `${KEY.slice(0, 10)}...`],
    ['cut to eight characters', `${KEY.slice(0, 8)}***`],
    ['escaped as JSON', KEY.replaceAll('-', '\\u002d')],
    ['in capitals', KEY.toUpperCase()],
  ])('never lets the key, %s, into a reply, a refusal or a record', async (_how, spelled) => {
    const replies: ScriptedReply[] = [
      say.text(`{"thesis":"it is ${spelled}"}`),
      { kind: 'message', content: null, refusal: `no, ${spelled}` },
      { kind: 'raw', status: 401, contentType: 'text/plain', body: `bad key ${spelled}` },
    ];
    for (const reply of replies) {
      server.follow(() => reply);
      const { ask, calls } = harness({ maxAttempts: 1 });
      const told = JSON.stringify([await ask(), calls]);
      expect(told).toContain('[key]');
      expect(told.toLowerCase()).not.toContain(KEY.slice(0, 8));
      expect(told).not.toContain('u002d');
    }
  });

  it('reads a reply whose words hid the key, and tells the rest of it', async () => {
    server.follow(() => say.text(`{"thesis":"\\${KEY.slice(0, 12)} and \\"more\\""}`));
    const reply = await harness().ask();
    expect(reply).toMatchObject({ outcome: 'answered', text: '{"thesis":"[key] and \\"more\\""}' });
  });

  it('never lets the key into a record', async () => {
    server.follow(() => ({ kind: 'raw', status: 401, contentType: 'text/plain', body: `bad key ${KEY}` }));
    const { ask, calls } = harness();
    const reply = await ask();
    expect(JSON.stringify([reply, calls])).not.toContain(KEY);
    expect(calls[0]?.error).toBe('bad key [key]');
  });
});

describe('the shape of the answer', () => {
  const formats = () => server.requests.slice(-4).map(({ body }) => body.response_format?.type ?? 'plain');

  it('is asked for in weaker ways until the provider takes one, which is then remembered', async () => {
    server.follow(({ body }) => (body.response_format === undefined ? say.answer({}) : say.status(400)));
    const { ask } = harness({ maxAttempts: 1 });
    expect(await ask()).toMatchObject({ outcome: 'answered' });
    expect(await ask()).toMatchObject({ outcome: 'answered', usage: { calls: 1 } });
    expect(formats()).toEqual(['json_schema', 'json_object', 'plain', 'plain']);
  });

  it('begins with json_object for a model known to refuse schemas', async () => {
    server.follow(() => say.answer({}));
    await harness({ model: 'deepseek-chat' }).ask();
    expect(formats().at(-1)).toBe('json_object');
  });

  it('fails when the provider takes none, and begins anew the next time', async () => {
    server.follow(() => say.status(400));
    const { ask } = harness();
    expect(await ask()).toMatchObject({ outcome: 'provider_failed', usage: { calls: 3 } });
    server.follow(() => say.answer({}));
    await ask();
    expect(formats().at(-1)).toBe('json_schema');
  });
});
