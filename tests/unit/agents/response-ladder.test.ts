import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChatModel } from '#agents/model.ts';
import type { ChatModelOptions } from '#agents/model-options.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import {
  type ChatRequest,
  type ScriptedModel,
  say,
  startScriptedModel,
} from '#tests/support/scripted-model.ts';

let server: ScriptedModel;
beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

const SCHEMA = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };

function harness(over: Partial<ChatModelOptions> = {}) {
  const calls: LlmCall[] = [];
  const from = server.requests.length;
  const model = createChatModel({
    apiKey: 'a-test-key',
    baseUrl: server.baseUrl,
    model: 'scripted-1',
    timeoutMs: 5_000,
    maxAttempts: 1,
    recordCall: (call) => {
      calls.push(call);
    },
    wallClock: { nowMs: () => 1_000 },
    ids: { next: (prefix) => prefix },
    random: seededRandom(7),
    retry: { baseMs: 1, capMs: 20 },
    ...over,
  });
  const ask = () =>
    model.ask({
      agent: 'scanner',
      runId: 'run_1',
      spanId: 'span_1',
      symbol: null,
      messages: [{ role: 'user', content: 'Nothing to scan.' }],
      answerSchema: SCHEMA,
      temperature: 0.1,
      maxOutputTokens: 300,
      signal: new AbortController().signal,
    });
  return { ask, calls, formats: () => server.requests.slice(from).map(formatOf) };
}

function formatOf({ body }: ChatRequest): string {
  return body.tools === undefined ? (body.response_format?.type ?? 'plain') : 'function_call';
}

describe('the ways to ask for a shape', () => {
  it('are taken in turn until the provider takes one, which is then remembered', async () => {
    server.follow((request) => (formatOf(request) === 'plain' ? say.answer({}) : say.status(400)));
    const { ask, formats, calls } = harness();
    expect(await ask()).toMatchObject({ outcome: 'answered', usage: { calls: 4 } });
    expect(await ask()).toMatchObject({ outcome: 'answered', usage: { calls: 1 } });
    const way = ['json_schema', 'function_call', 'json_object', 'plain', 'plain'];
    expect(formats()).toEqual(way);
    expect(calls.map(({ responseFormat }) => responseFormat)).toEqual(way);
  });

  it('begin with json_object for a model known to refuse the stricter ones', async () => {
    server.follow(() => say.answer({}));
    const { ask, formats } = harness({ model: 'deepseek-v4-flash' });
    await ask();
    expect(formats()).toEqual(['json_object']);
  });

  it('fail when the provider takes none, are not all tried again, and begin anew after the last is taken', async () => {
    server.follow(() => say.status(400));
    const { ask, formats } = harness();
    const outage = { attempts: 1, isCertain: false };
    for (const calls of [4, 1])
      expect(await ask()).toMatchObject({ outcome: 'provider_failed', outage, usage: { calls } });
    server.follow(() => say.answer({}));
    await ask();
    await ask();
    expect(formats().slice(4)).toEqual(['plain', 'plain', 'json_schema']);
  });
});

describe('a forced function call', () => {
  const refusingSchemas = (answer: () => ReturnType<typeof say.answer>) =>
    server.follow((request) => (formatOf(request) === 'json_schema' ? say.status(400) : answer()));

  it('asks for the answer as its arguments and reads them', async () => {
    refusingSchemas(() => say.toolCall({ ok: true }));
    const { ask, calls } = harness();
    expect(await ask()).toMatchObject({ outcome: 'answered', text: '{"ok":true}' });
    const { tools, tool_choice } = server.requests.at(-1)?.body ?? {};
    expect(tools).toMatchObject([{ function: { name: 'scanner_answer', parameters: SCHEMA } }]);
    expect(tool_choice).toEqual({ type: 'function', function: { name: 'scanner_answer' } });
    expect(calls.at(-1)).toMatchObject({ status: 'ok', reply: '{"ok":true}' });
  });

  it('gives what was said when it is answered in prose, never nothing', async () => {
    refusingSchemas(() => say.prose());
    expect(await harness().ask()).toMatchObject({
      outcome: 'answered',
      text: expect.stringContaining('wait and see'),
    });
  });

  it('gives arguments that break off as they came, for a repair turn to name', async () => {
    refusingSchemas(() => say.truncatedToolCall({ ok: true, summary: 'a long summary' }));
    const reply = await harness().ask();
    expect(reply).toMatchObject({ outcome: 'answered', text: '{"ok":true,"summary":"a long ' });
  });
});

describe('what is sent with a model’s name', () => {
  it.each([
    ['gpt-5-mini', { max_completion_tokens: 6_300 }],
    ['scripted-1', { max_tokens: 300, temperature: 0.1 }],
    ['deepseek-v4-flash', { max_tokens: 6_300, temperature: 0.1 }],
  ] as const)('%s gets its own limit and temperature', async (model, sent) => {
    server.follow(() => say.answer({}));
    await harness({ model }).ask();
    const { max_tokens, max_completion_tokens, temperature } = server.requests.at(-1)?.body ?? {};
    expect(JSON.parse(JSON.stringify({ max_tokens, max_completion_tokens, temperature }))).toEqual(sent);
  });
});
