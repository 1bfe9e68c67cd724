import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { CostReport } from '#domain/costs.ts';
import { CycleRecord } from '#domain/run.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let home: Home;
let test: TestDatabase;
let server: ScriptedModel;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  server = await startScriptedModel();
  server.follow(() => say.answer({ ranked: [], summary: 'Nothing stands out.' }));
});
beforeEach(() => test.clear());
afterAll(async () => {
  await home?.remove();
  await test?.drop();
  await server?.close();
});

/** A moment of the generator's first day at which three opens pass. */
const TRADING = {
  VIGIL_FROM: '2025-01-01T02:30:00Z',
  VIGIL_SYMBOLS: 'BTC,ETH,SOL,BNB,XRP,DOGE',
  VIGIL_SEED: '7',
};
/** 100 tokens in and 20 out are 0.0012 USD. */
const PRICED = { LLM_PRICE_INPUT_USD: '10', LLM_PRICE_OUTPUT_USD: '10', LLM_MODEL: 'scripted-1' };

async function done(words: string[], env: Record<string, string> = {}): Promise<string> {
  const asked = { DATABASE_URL: test.url, OPENAI_BASE_URL: server.baseUrl, ...PRICED, ...TRADING, ...env };
  const { code, stdout, stderr } = await home.run(words, asked);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** A cycle at the start of the generator's candles: the same every time. */
async function cycle(env: Record<string, string> = {}, words: string[] = []): Promise<CycleRecord> {
  return CycleRecord.parse(JSON.parse(await done(['cycle', '--json', ...words], env)));
}

describe('what a cycle costs', () => {
  it('is reserved, paid, told, and not paid again for the very same question', async () => {
    const first = await cycle();
    expect(first.spending).toMatchObject({ mode: 'premium', tier: 'usual', steps: [] });
    expect(first.llm.calls).toBeGreaterThan(0);
    const paidUsd = first.llm.costUsd ?? Number.NaN;
    expect(paidUsd).toBeCloseTo(0.0012 * first.llm.calls, 10);
    expect(await test.database.sql`select 1 from spending_reservations`).toHaveLength(0);

    const asked = server.requests.length;
    const second = await cycle();
    expect(second.opinions).toEqual(first.opinions);
    const calls = await createLlmCallRepository(test.database).ofRun(second.runId);
    const cached = calls.filter(({ status }) => status === 'cached');
    expect(cached.length).toBeGreaterThan(0);
    for (const { answerAgeMs, costUsd } of cached) {
      expect(answerAgeMs).toBeGreaterThan(0);
      expect(costUsd).toBe(0);
    }
    expect(server.requests.length - asked).toBe(calls.length - cached.length);

    const report = CostReport.parse(JSON.parse(await done(['costs', '--by', 'agent', '--json'])));
    const bothUsd = paidUsd + (second.llm.costUsd ?? Number.NaN);
    expect(report.total.costUsd).toBeCloseTo(bothUsd, 10);
    expect(report.total).toMatchObject({ calls: first.llm.calls + second.llm.calls });
    expect(report.total.cachedAnswers).toBe(cached.length);
    expect(await done(['costs', '--by', 'agent'])).toContain(`${cached.length} answers taken again`);
  });

  it('is nothing where a budget is 0, and each question not asked is counted', async () => {
    const asked = server.requests.length;
    const record = await cycle({ LLM_BUDGET_USD_PER_CYCLE: '0' });
    expect(record.spending).toMatchObject({ tier: 'none', steps: [{ step: 'rules_only', limit: 'cycle' }] });
    expect(record.llm).toMatchObject({
      calls: 0,
      costUsd: 0,
      abstentions: { budget_spent: expect.any(Number) },
    });
    expect(server.requests).toHaveLength(asked);
    const told = await done(['models'], { LLM_BUDGET_USD_PER_CYCLE: '0' });
    expect(told).toContain('LLM_BUDGET_USD_PER_CYCLE is 0: the rules decide');
    expect(told).toMatch(/today: 0\.0000 of 5\.0000 USD spent or set aside/);
    const report = CostReport.parse(JSON.parse(await done(['costs', '--by', 'agent', '--json'])));
    expect(report.total.abstentions).toBe(record.llm.abstentions.budget_spent);
  });
});

describe('the mode', () => {
  it('is switched for what runs next, told, and taken back', async () => {
    expect(await done(['models'])).toContain('mode premium: scripted-1 is asked\nas configured');
    expect(JSON.parse(await done(['models', '--mode', 'free', '--json']))).toMatchObject({
      ...{ mode: 'free', configured: 'premium', effective: 'free', switchedBy: 'command line' },
    });
    expect((await cycle()).spending).toMatchObject({ mode: 'free', tier: 'free' });
    const typed = await cycle({}, ['--mode', 'premium']);
    expect(typed.spending).toMatchObject({ mode: 'premium', tier: 'usual' });
    expect(await done(['models', '--mode', 'configured'])).toContain('mode premium');
  });

  it('is not saving where no model is named for it', async () => {
    const env = { DATABASE_URL: test.url };
    for (const words of [
      ['models', '--mode', 'saving'],
      ['cycle', '--mode', 'saving'],
    ]) {
      const { code, stderr } = await home.run(words, env);
      expect(code).toBeGreaterThan(0);
      expect(stderr).toContain('LLM_SAVING_MODEL');
    }
  });

  it.each([[['costs', '--by', 'colour']], [['costs', '--days', '0']], [['models', '--mode', 'cheap']]])(
    'and costs are not told by %j',
    async (words) => {
      const { code, stderr } = await home.run(words, { DATABASE_URL: test.url });
      expect(code).toBe(2);
      expect(stderr).toContain('usage_invalid');
    },
  );
});
