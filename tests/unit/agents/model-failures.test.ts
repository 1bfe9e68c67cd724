import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModelOptions } from '#agents/model-options.ts';
import { createQuestionDeadline } from '#agents/question-deadline.ts';
import { harnessAt, KEY } from '#tests/support/asked-model.ts';
import {
  inTurn,
  type ScriptedModel,
  type ScriptedReply,
  say,
  startScriptedModel,
} from '#tests/support/scripted-model.ts';

let server: ScriptedModel;

beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

const harness = (over: Partial<ChatModelOptions> = {}) => harnessAt(server, over);

describe('a provider that fails for a moment', () => {
  const momentary: readonly [string, ScriptedReply, string][] = [
    ['a 429 without Retry-After', say.status(429), 'http_error'],
    ['a 429 with a short Retry-After', say.status(429, { 'retry-after': '0' }), 'http_error'],
    ['a 500', say.status(500), 'http_error'],
    ['a 200 with an error inside', say.errorInside200(), 'invalid'],
    ['a 200 with no choices', say.emptyChoices(), 'invalid'],
    ['a page of HTML', say.html(), 'invalid'],
    ['a dropped connection', say.dropped(), 'network_error'],
    ['a body that is cut', say.cutBody({ first: true }), 'network_error'],
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
    expect(reply).toMatchObject({ outcome: 'completion_unreadable', usage: { calls: 3 } });
    expect(calls).toHaveLength(3);
    expect(calls[2]?.error).toContain('upstream overloaded');
  });

  it('is not waited for when Retry-After is over the cap, and says how long it stays away', async () => {
    server.follow(() => say.rateLimited(61));
    const { ask, calls } = harness();
    expect(await ask()).toMatchObject({
      outcome: 'rate_limited',
      outage: { attempts: 1, isCertain: true, comesBackInMs: 61_000 },
    });
    expect(calls).toHaveLength(1);
  });

  it('is waited for as long as Retry-After says, and that is recorded', async () => {
    server.follow(inTurn(say.status(429, { 'retry-after-ms': '15' }), say.rateLimited(0), say.answer({})));
    const { ask, calls } = harness();
    expect(await ask()).toMatchObject({ outcome: 'answered' });
    expect(calls.map(({ waitedMs }) => waitedMs)).toEqual([0, 15, 0]);
  });

  it('counts as away after its last attempt, and by one attempt for a request it refuses as such', async () => {
    server.follow(() => say.status(503));
    expect(await harness().ask()).toMatchObject({ outage: { attempts: 3, isCertain: false } });
    server.follow(() => say.status(413));
    const refused = await harness().ask();
    expect(refused).toMatchObject({ outcome: 'provider_failed', outage: { attempts: 1, isCertain: false } });
  });
});

describe('a call that cannot be stored', () => {
  it('fails nobody: its answer is not used, and what it cost is unknown', async () => {
    server.follow(() => say.answer({ ok: true }));
    const lost: unknown[] = [];
    const { ask } = harness({
      recordCall: () => Promise.reject(new Error('value "3000000000" is out of range for type integer')),
      onUnstored: ({ callId }, error) => lost.push([callId, error]),
    });
    const from = server.requests.length;
    const reply = await ask();
    expect(reply).toMatchObject({ outcome: 'call_unstored', usage: { calls: 1, costUsd: null } });
    expect(reply).not.toHaveProperty('outage');
    expect(server.requests.length - from).toBe(1);
    expect(lost).toEqual([['call_1', expect.objectContaining({ message: expect.stringMatching(/range/) })]]);
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

  it('has one deadline for all its attempts and the waits between them', async () => {
    server.follow(() => say.slow(40, say.status(500)));
    const { ask, calls } = harness({
      timeoutMs: 200,
      maxAttempts: 1_000,
      retry: { baseMs: 1, capMs: 1 },
    });
    expect(await ask()).toMatchObject({ outage: { isCertain: true } });
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.length).toBeLessThan(8);
  });

  it.each([
    ['is away for certain where the question gave it all its time', 60, true],
    ['is not known to be away where little was left of the question’s time', 10_000, false],
  ])('%s', async (_name, timeoutMs, isCertain) => {
    server.follow(() => say.stalledBody());
    const { ask } = harness({ timeoutMs });
    const reply = await ask(undefined, createQuestionDeadline(60));
    expect(reply).toMatchObject({ outcome: 'timed_out', outage: { attempts: 1, isCertain } });
  });

  it('is answered by where it is slow and in time', async () => {
    server.follow(() => say.slow(50, say.answer({ late: true })));
    expect(await harness({ timeoutMs: 10_000 }).ask()).toMatchObject({
      outcome: 'answered',
      text: '{"late":true}',
    });
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

describe('a provider that goes too far', () => {
  it('is not read beyond what an answer can be', async () => {
    server.follow(() => say.text('x'.repeat(9 * 1_024 * 1_024)));
    const { ask, calls } = harness({ maxAttempts: 1 });
    expect(await ask()).toMatchObject({
      outcome: 'unreachable',
      detail: expect.stringMatching(/longer than/),
    });
    expect(calls[0]).toMatchObject({ status: 'network_error', inputTokens: null });
  });

  it('is unreadable where its arguments are nested deeper than can be told', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const body = `{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"arguments":{"a":${deep}}}}]}}]}`;
    server.follow(() => ({ kind: 'raw', status: 200, contentType: 'application/json', body }));
    const { ask, calls } = harness({ maxAttempts: 1 });
    expect(await ask()).toMatchObject({ outcome: 'completion_unreadable', outage: { attempts: 1 } });
    expect(calls).toMatchObject([{ status: 'invalid', httpStatus: 200, inputTokens: null, reply: null }]);
  });

  it.each([
    ['reply', (content: string): ScriptedReply => say.text(content)],
    ['error', (refusal: string): ScriptedReply => ({ kind: 'message', content: null, refusal })],
  ] as const)('has the %s it goes on and on with clipped before it is stored', async (field, saying) => {
    server.follow(() => saying('x'.repeat(100_001)));
    const { ask, calls } = harness();
    await ask();
    expect(calls[0]?.[field]).toBe(`${'x'.repeat(100_000)}… [clipped: 100001 characters in all]`);
  });

  it('cannot send the prompt and the key on to another address', async () => {
    const elsewhere = await startScriptedModel(() => say.answer({}));
    server.follow(() => say.status(307, { location: `${elsewhere.baseUrl}/chat/completions` }));
    expect(await harness().ask()).toMatchObject({
      ...{ outcome: 'no_model', outage: { isCertain: true } },
      detail: expect.stringMatching(/redirects to .* not followed/),
    });
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
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
    ['a refusal', say.refusal(), 'refused'],
    ['a filtered answer', say.filtered(), 'filtered'],
  ])('hands on %s as what it is', async (_name, reply, outcome) => {
    server.follow(() => reply);
    expect(await harness().ask()).toMatchObject({ outcome, usage: { calls: 1 } });
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

  it.each([
    [
      'a user in an address',
      'ask https://me:hunter2@models.example/v1',
      'ask https://[hidden]@models.example/v1',
    ],
    ['an escaped one', 'at https:\\/\\/hunter2@models.example', 'at https:\\/\\/[hidden]@models.example'],
    ['a key in a query', '/v1?a=1&api_key=hunter2&b=2', '/v1?a=1&api_key=[hidden]&b=2'],
  ])('hides %s that a provider repeats', async (_what, body, shown) => {
    server.follow(() => ({ kind: 'raw', status: 401, contentType: 'text/plain', body }));
    const { ask, calls } = harness();
    const reply = await ask();
    expect(JSON.stringify([reply, calls])).not.toContain('hunter2');
    expect(calls[0]?.error).toBe(shown);
  });

  it('never lets the key into a record', async () => {
    server.follow(() => ({ kind: 'raw', status: 401, contentType: 'text/plain', body: `bad key ${KEY}` }));
    const { ask, calls } = harness();
    const reply = await ask();
    expect(JSON.stringify([reply, calls])).not.toContain(KEY);
    expect(calls[0]?.error).toBe('bad key [key]');
  });
});
