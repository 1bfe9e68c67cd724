import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { createChatModel } from '#agents/model.ts';
import { AppError } from '#domain/errors.ts';
import { seededRandom } from '#domain/ids.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { PROMPTS } from '#tests/support/agent-fixtures.ts';
import { trade } from '#tests/support/database-rows.ts';
import { type CycleDesk, MOMENTS, openDesk, RULES, recordOfCycle } from '#tests/support/memory-cycles.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';

let server: ScriptedModel;
/** Requests of earlier tests. */
let before = 0;
beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

/** Five agents who are asked and whose answers nobody can use: the rules decide, and every question was put. */
function askedAgents() {
  before = server.requests.length;
  server.follow(() => say.answer({ nothing: 'of use' }));
  const model = createChatModel({
    ...{ apiKey: 'test-key', baseUrl: server.baseUrl, model: 'scripted-1', timeoutMs: 5_000, maxAttempts: 1 },
    recordCall: () => undefined,
    ...{ wallClock: { nowMs: () => 1_000 }, ids: { next: (prefix: string) => prefix } },
    random: seededRandom(1),
  });
  return createAgentDesk({ model, prompts: PROMPTS, budget: null });
}

/** Counts how often the past is asked for. */
function counted(desk: CycleDesk, agents: CycleDeps['agents']): { deps: CycleDeps; asked: number[] } {
  const asked: number[] = [];
  const pastTrading: CycleDeps['pastTrading'] = (deskId, atMs) => {
    asked.push(atMs);
    return desk.deps.pastTrading(deskId, atMs);
  };
  return { deps: { ...desk.deps, agents, pastTrading }, asked };
}

function evidenceOf(agent: string): string[] {
  return server.requests
    .slice(before)
    .filter(({ body }) => body.messages[0]?.content?.includes(`the ${agent} of a trading desk`))
    .map(({ body }) => body.messages[1]?.content ?? '');
}

describe('what a model is shown beside its question', () => {
  it('is made for nobody who decides by rules', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const { deps, asked } = counted(desk, RULES);
    const record = await recordOfCycle(runCycle, desk, 'run-1', deps);
    expect(record.intents).not.toEqual([]);
    expect(asked).toEqual([]);
  });

  it('is reckoned once for all the questions of a run, as of its market time', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const closedAtMs = MOMENTS.trading - HOUR_MS;
    desk.orders.trades.set(
      't',
      trade('t', { netQuote: '-7.25', closedAtMs, openedAtMs: closedAtMs - HOUR_MS }),
    );
    const { deps, asked } = counted(desk, askedAgents());
    await recordOfCycle(runCycle, desk, 'run-1', deps);
    expect(asked).toEqual([MOMENTS.trading]);
    const contexts = evidenceOf('Context Analyser');
    expect(contexts.length).toBeGreaterThan(1);
    for (const evidence of [...evidenceOf('Market Scanner'), ...contexts, ...evidenceOf('Risk Assessor')])
      expect(evidence).toMatch(/^BTC \| long \| -7\.25 \| 3600 \| \w+ \| 3600$/m);
  });

  it('has the frozen market’s own sequences and the room of this desk', async () => {
    const desk = await openDesk(MOMENTS.trading);
    await recordOfCycle(runCycle, desk, 'run-1', { ...desk.deps, agents: askedAgents() });
    const [risk = ''] = evidenceOf('Risk Assessor');
    expect(risk).toMatch(/^open positions \| count \| 0 \| 3 \| 3$/m);
    expect(risk).toMatch(/^total notional \| quote \| 0 \| 100000 \| 100000$/m);
    const [context = ''] = evidenceOf('Context Analyser');
    expect(context).toMatch(/^close@4h \| quote \| \d+ \| \S+( \S+){7}$/m);
    expect(context).toMatch(/^settled funding \| fraction of notional \| \d+ \| \S+( \S+)*$/m);
  });

  it('says that nothing was settled where the market does not answer for the past', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const away = async () => {
      throw new AppError('venue_unavailable', 'the venue is away');
    };
    const deps = {
      ...desk.deps,
      agents: askedAgents(),
      market: { ...desk.deps.market, fundingBetween: away },
    };
    const record = await recordOfCycle(runCycle, desk, 'run-1', deps);
    expect(record.outcome).not.toBe('failed');
    expect(evidenceOf('Context Analyser')[0]).not.toContain('settled funding');
  });
});
