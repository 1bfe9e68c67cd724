import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDesk } from '#agents/agent-desk.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { createChatModel } from '#agents/model.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import {
  accountOf,
  adviceOn,
  askContext,
  BTC,
  ETH,
  PROMPTS,
  positionOf,
  proposalOf,
  SOL,
  signalOf,
  spikeOf,
  verdictOn,
} from '#tests/support/agent-fixtures.ts';
import {
  type ChatRequest,
  type ScriptedModel,
  say,
  startScriptedModel,
} from '#tests/support/scripted-model.ts';

let server: ScriptedModel;
let calls: LlmCall[];
beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

function deskWithModel(): AgentDesk {
  calls = [];
  const wallClock = { nowMs: () => 1_000 };
  const model = createChatModel({
    apiKey: 'test-key',
    baseUrl: server.baseUrl,
    model: 'scripted-1',
    timeoutMs: 5_000,
    maxAttempts: 2,
    recordCall: (call) => {
      calls.push(call);
    },
    wallClock,
    ids: { next: (prefix) => prefix },
    random: seededRandom(1),
    retry: { baseMs: 1, capMs: 5 },
  });
  return createAgentDesk({ model, prompts: PROMPTS, budget: null });
}

const close = proposalOf(SOL, { proposalId: 'SOL-close-long', kind: 'close' });
const open = proposalOf(ETH);
const large = proposalOf(BTC, { quantityBase: '5000' });
const passed = {
  proposals: [close, open, large],
  verdicts: [verdictOn(close), verdictOn(open, { outcome: 'resized', quantityBase: '5' }), verdictOn(large)],
  signals: [signalOf(BTC), signalOf(ETH), signalOf(SOL)],
};

const ANSWERS: Readonly<Record<string, unknown>> = {
  guardian_answer: { ask: 'reduce', reason: 'Two of three sell.' },
  scanner_answer: { ranked: [{ symbol: ETH, reason: '6 sigmas up' }], summary: 'One mover.' },
  context_answer: {
    symbol: ETH,
    stance: 'bearish',
    conviction: -0.3,
    evidence: [{ key: 'funding_rate', value: 0.0008, note: 'crowded' }],
    summary: 'Longs are crowded.',
  },
  risk_answer: {
    reviews: [
      { proposalId: 'ETH-open-long', action: 'shrink', sizeFraction: 0.5, reason: 'half' },
      { proposalId: 'SOL-close-long', action: 'refuse', sizeFraction: null, reason: 'stay' },
      { proposalId: 'DOGE-open-long', action: 'keep', sizeFraction: null, reason: 'invented' },
    ],
    summary: 'Smaller.',
  },
  executor_answer: {
    plans: [
      { proposalId: 'ETH-open-long', style: 'limit', deadlineMs: 3_600_000, reason: 'calm' },
      { proposalId: 'BTC-open-long', style: 'twap', deadlineMs: null, reason: 'large' },
      { proposalId: 'SOL-close-long', style: 'limit', deadlineMs: null, reason: 'cheaper' },
    ],
    summary: 'Patient.',
  },
};

function answerOf({ body }: ChatRequest): unknown {
  return ANSWERS[body.response_format?.json_schema?.name ?? ''];
}

describe('the desk of five with a model', () => {
  it('lets each agent decide within its bounds, from evidence with units and ages', async () => {
    server.follow((request) => say.answer(answerOf(request)));
    const desk = deskWithModel();
    const spiking = signalOf(ETH, { spikes: [spikeOf(ETH)] });

    const guardian = await desk.guardian(
      {
        level: 'watch',
        reasons: [{ trigger: 'btc_fall_1h', level: 'watch', value: 0.11, limit: 0.15, message: 'BTC fell' }],
        signals: passed.signals,
        account: accountOf(),
        positions: [],
      },
      askContext(),
    );
    expect(guardian).toMatchObject({ decidedBy: 'model', answer: { ask: 'reduce' } });

    const scanner = await desk.scanner(
      { shortlist: [spiking], positions: [positionOf(SOL)], maxSubjects: 2 },
      askContext(),
    );
    expect(scanner.answer.ranked.map(({ symbol }) => symbol)).toEqual([ETH, SOL]);
    expect(server.requests.at(-1)?.body.messages[1]?.content).toContain('3m price up 6σ 180s');

    const context = await desk.context(
      {
        signal: spiking,
        qAdvice: adviceOn(ETH),
        position: null,
        fundingRateFraction: 0.0008,
        openInterestQuote: 2e9,
        btc: signalOf(BTC),
        question: null,
      },
      askContext(),
    );
    expect(context).toMatchObject({ decidedBy: 'model', answer: { stance: 'bearish', conviction: -0.3 } });

    const risk = await desk.risk(
      { ...passed, account: accountOf(), positions: [positionOf(SOL)] },
      askContext(),
    );
    expect(risk.decidedBy).toBe('model');
    expect(risk.answer.reviews).toMatchObject([
      { proposalId: 'SOL-close-long', action: 'keep', sizeFraction: 1 },
      { proposalId: 'ETH-open-long', action: 'shrink', sizeFraction: 0.5 },
      { proposalId: 'BTC-open-long' },
    ]);

    const executor = await desk.executor(passed, askContext());
    expect(executor.answer.plans).toMatchObject([
      { proposalId: 'SOL-close-long', style: 'market' },
      { proposalId: 'ETH-open-long', style: 'limit', deadlineMs: 300_000 },
      { proposalId: 'BTC-open-long', style: 'twap', deadlineMs: 300_000 },
    ]);
    expect(calls.map(({ agent, status }) => [agent, status])).toEqual(
      ['guardian', 'scanner', 'context', 'risk', 'executor'].map((agent) => [agent, 'ok']),
    );
  });

  it('asks for subjects at the same time and keeps each with its own', async () => {
    server.follow((request) => {
      const asked = /Symbol: (\S+)/.exec(request.body.messages[1]?.content ?? '')?.[1];
      return say.answer({ symbol: asked, stance: 'neutral', conviction: 0, evidence: null, summary: asked });
    });
    const desk = deskWithModel();
    const subjects = [BTC, ETH, SOL];
    const answers = await Promise.all(
      subjects.map((symbol) =>
        desk.context(
          {
            signal: signalOf(symbol),
            qAdvice: null,
            position: null,
            fundingRateFraction: null,
            openInterestQuote: null,
            btc: null,
            question: null,
          },
          askContext({ spanId: `span_${symbol}` }),
        ),
      ),
    );
    expect(answers.map(({ answer }) => answer.summary)).toEqual(subjects);
    expect(new Set(calls.map(({ spanId }) => spanId)).size).toBe(3);
  });

  it('answers all five by rules, and throws nothing, when the provider is down', async () => {
    server.follow(() => say.dropped());
    const desk = deskWithModel();
    const answers = await Promise.all([
      desk.scanner({ shortlist: [signalOf(ETH)], positions: [], maxSubjects: 1 }, askContext()),
      desk.risk({ ...passed, account: accountOf(), positions: [] }, askContext()),
      desk.executor(passed, askContext()),
    ]);
    for (const said of answers) expect(said).toMatchObject({ decidedBy: 'rules', abstention: 'unreachable' });
    expect(calls).toHaveLength(6);
  });
});
