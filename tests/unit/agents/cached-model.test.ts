import { describe, expect, it } from 'vitest';
import { type AnswerCache, cachedModel, type NewAnswer } from '#agents/cached-model.ts';
import type { ChatModel, ModelRequest } from '#agents/chat-model.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import { HOUR_MS } from '#domain/time.ts';
import { askContext, ETH, PROMPTS, SOL, signalOf } from '#tests/support/agent-fixtures.ts';

const MAX_AGE_MS = 24 * HOUR_MS;

function stage() {
  const kept = new Map<string, NewAnswer>();
  const calls: LlmCall[] = [];
  const clock = { atMs: 1_000_000 };
  const said = { text: '{"answer":1}', asked: 0 };
  const cache: AnswerCache = {
    async find(sha256, sinceMs) {
      const answer = kept.get(sha256);
      return answer === undefined || answer.createdAtMs < sinceMs ? null : answer;
    },
    keep: async (answer) => void kept.set(answer.sha256, answer),
  };
  const modelOf = (name: string, keyedBy = ['1.0.0', 'models.test'], maxAgeMs = MAX_AGE_MS): ChatModel =>
    cachedModel(
      {
        name,
        async ask() {
          said.asked += 1;
          const usage = { calls: 1, inputTokens: 100, outputTokens: 10, costUsd: 0.01 };
          return { outcome: 'answered', text: said.text, usage };
        },
      },
      {
        ...{ cache, maxAgeMs, keyedBy },
        recordCall: (call) => void calls.push(call),
        wallClock: { nowMs: () => clock.atMs },
        ids: { next: (prefix) => `${prefix}_${calls.length}` },
      },
    );
  return { kept, calls, clock, said, modelOf };
}

function request(over: Partial<ModelRequest> = {}): ModelRequest {
  return {
    ...{ agent: 'scanner', runId: 'run_1', spanId: 'run_1:scanner', symbol: null },
    messages: [
      { role: 'system', content: 'You rank.' },
      { role: 'user', content: 'BTC 1, ETH 2' },
    ],
    ...{ answerSchema: { type: 'object' }, temperature: 0.2, maxOutputTokens: 500 },
    ...{ signal: new AbortController().signal, ...over },
  };
}

async function askAndKeep(model: ChatModel, asked = request()) {
  const reply = await model.ask(asked);
  if (reply.outcome === 'answered') await reply.keep?.();
  return reply;
}

describe('an answer that was given before', () => {
  it('is taken again at no cost, and its row shows how old it is', async () => {
    const { calls, clock, said, modelOf } = stage();
    const model = modelOf('m');
    await askAndKeep(model);
    clock.atMs += 5_000;
    const again = await model.ask(request({ runId: 'run_2', spanId: 'run_2:scanner' }));
    expect(again).toMatchObject({ outcome: 'answered', text: said.text, usage: { calls: 0, costUsd: 0 } });
    expect(said.asked).toBe(1);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      ...{ runId: 'run_2', status: 'cached', answerAgeMs: 5_000, costUsd: 0, inputTokens: 0, model: 'm' },
      ...{ reply: said.text, messages: request().messages },
    });
  });

  it('is too old from its age on, and a new one takes its place', async () => {
    const { clock, said, modelOf } = stage();
    const model = modelOf('m');
    await askAndKeep(model);
    clock.atMs += MAX_AGE_MS;
    await model.ask(request());
    expect(said.asked).toBe(1);
    clock.atMs += 1;
    await askAndKeep(model);
    expect(said.asked).toBe(2);
    await model.ask(request());
    expect(said.asked).toBe(2);
  });

  it('is not taken unless it was said to be sound', async () => {
    const { said, modelOf } = stage();
    const model = modelOf('m');
    await model.ask(request());
    await model.ask(request());
    expect(said.asked).toBe(2);
  });

  const others: readonly [string, Partial<ModelRequest>][] = [
    ['another reading', { messages: [{ role: 'user', content: 'BTC 1, ETH 3' }] }],
    ['the words of another prompt version', { messages: [{ role: 'system', content: 'You rank well.' }] }],
    ['another temperature', { temperature: null }],
    ['another length', { maxOutputTokens: 501 }],
    ['another shape', { answerSchema: { type: 'array' } }],
  ];
  it.each(others)('is not the answer to %s', async (_name, over) => {
    const { said, modelOf } = stage();
    const model = modelOf('m');
    await askAndKeep(model);
    await model.ask(request(over));
    expect(said.asked).toBe(2);
  });

  it('is not the answer of another model, another place or another version of the checks', async () => {
    const { said, modelOf } = stage();
    await askAndKeep(modelOf('m'));
    await modelOf('n').ask(request());
    await modelOf('m', ['1.0.0', 'other.test']).ask(request());
    await modelOf('m', ['1.0.1', 'models.test']).ask(request());
    expect(said.asked).toBe(4);
  });

  it('is never taken where its age may be nothing', async () => {
    const { said, modelOf } = stage();
    const model = modelOf('m', [], 0);
    await askAndKeep(model);
    await askAndKeep(model);
    expect(said.asked).toBe(2);
  });
});

describe('an agent', () => {
  const question = {
    ...{ signal: signalOf(ETH), qAdvice: null, position: null, btc: null, question: null },
    ...{ fundingRateFraction: null, openInterestQuote: null },
  };
  const sound = { symbol: ETH, stance: 'bullish', conviction: 0.5, evidence: [], summary: 'Up.' };

  it('has a sound answer kept, and is given it again', async () => {
    const { kept, said, modelOf } = stage();
    said.text = JSON.stringify(sound);
    const desk = createAgentDesk({ model: modelOf('m'), prompts: PROMPTS, budget: null });
    const first = await desk.context(question, askContext());
    expect(kept.size).toBe(1);
    const second = await desk.context(question, askContext({ runId: 'run_2' }));
    expect(said.asked).toBe(1);
    expect(second).toMatchObject({ decidedBy: 'model', answer: first.answer, usage: { calls: 0 } });
  });

  it.each([
    ['cannot be read', 'Buy!'],
    ['is about another symbol', JSON.stringify({ ...sound, symbol: SOL })],
  ])('has no answer kept that %s', async (_name, text) => {
    const { kept, said, modelOf } = stage();
    said.text = text;
    const desk = createAgentDesk({ model: modelOf('m'), prompts: PROMPTS, budget: null });
    expect(await desk.context(question, askContext())).toMatchObject({ decidedBy: 'rules' });
    expect(kept.size).toBe(0);
  });
});
