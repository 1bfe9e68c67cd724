import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, isoTime } from '#domain/time.ts';
import { readConfig } from '#server/config.ts';
import { createContainer } from '#server/container.ts';
import type { EvaluateReport } from '#server/evaluation/evaluate-runs.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import {
  type ChatRequest,
  type ScriptedModel,
  say,
  startScriptedModel,
} from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment, recordOf } from '#tests/support/test-desk.ts';

const CYCLES = 30;
const FROM_MS = Date.parse('2025-01-02T12:15:00Z');

let home: Home;
let test: TestDatabase;
let model: ScriptedModel;
let env: Record<string, string>;
const runIds: string[] = [];

/** Follows the code's order, holds no view, and refuses the first of the proposals it is asked about. */
function answer({ body }: ChatRequest): unknown {
  const said = body.messages.map(({ content }) => content).join('\n');
  const symbols = [...new Set(said.match(/[A-Z0-9]+\/USDT:USDT/g))];
  const proposals = [...new Set(said.match(/[A-Z0-9]+-open-(long|short)/g))];
  switch (body.response_format?.json_schema?.name) {
    case 'guardian_answer':
      return { ask: 'keep', reason: 'nothing new' };
    case 'scanner_answer':
      return { ranked: symbols.map((symbol) => ({ symbol, reason: 'listed' })), summary: 'as listed' };
    case 'context_answer':
      return { symbol: symbols[0], stance: 'neutral', conviction: 0, evidence: [], summary: 'no view' };
    case 'risk_answer':
      return {
        reviews: proposals.map((proposalId, turn) => ({
          ...{ proposalId, action: turn === 0 ? 'refuse' : 'keep', sizeFraction: null, reason: 'the first' },
        })),
        summary: 'one less',
      };
    default:
      return { plans: [], summary: 'at once' };
  }
}

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  model = await startScriptedModel((request) => say.answer(answer(request)));
  env = {
    ...deskEnvironment(test.url),
    VIGIL_HOME: home.folder,
    ...{ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' },
    ...{ LLM_PRICE_INPUT_USD: '1', LLM_PRICE_OUTPUT_USD: '4' },
  };
  let nowMs = FROM_MS;
  const container = await createContainer({
    ...{ config: readConfig(env), logger: SILENT_LOGGER, clock: 'fixed' },
    around: { clock: (clock) => ({ ...clock, nowMs: () => nowMs, stop: () => clock.stop() }) },
  });
  const { rows, source, engine } = container;
  const deskId = `${source.key}--weighed`;
  const symbols = [...source.symbols];
  await rows.desks.create({
    deskId,
    name: 'weighed',
    symbols,
    intervalMs: 60_000,
    paused: true,
    createdAtMs: 0,
  });
  const { promptSetId } = await rows.prompts.resolveSet('production', 0);
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    nowMs = FROM_MS + cycle * HOUR_MS;
    const runId = `run-${String(cycle).padStart(3, '0')}`;
    const run = { runId, deskId, symbols, promptSetId, question: null, seed: 7, owner: null };
    await rows.runs.start({ ...run, kind: 'cycle', status: 'queued', startedAtMs: FROM_MS + cycle });
    await engine.execute(runId);
    runIds.push(runId);
  }
  const kept = await recordOf(container, runIds[0] ?? '');
  expect(kept.rulesAlone?.proposals.length).toBeGreaterThan(0);
  await container.close();
}, 120_000);
afterAll(async () => {
  await home?.remove();
  await model?.close();
  await test?.drop();
});

const evaluate = (...words: string[]) => home.run(['evaluate', '--resamples', '200', ...words], env);

async function reportOf(...words: string[]): Promise<EvaluateReport> {
  const { code, stdout, stderr } = await evaluate('--json', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('`evaluate`', () => {
  it('weighs what a model decided over the wire against its rules', async () => {
    const report = await reportOf('--runs', 'all');
    expect(report).toMatchObject({
      ...{ market: { synthetic: true }, seed: 7, resamples: 200, runsChosen: CYCLES, runsElsewhere: 0 },
      ...{ symbolsWithoutCandles: [], models: [{ model: 'scripted-1', knowledgeCutoffMs: null }] },
    });
    const [period] = report.periods;
    expect(period).toMatchObject({ knowledge: 'made_up', cycles: CYCLES });
    expect(period?.cyclesByModel).toBeGreaterThan(3);
    expect(period?.veto.vetoedFraction).toBeGreaterThan(0);
    expect(period?.rules.trades).toBeGreaterThan(period?.model.trades ?? Number.NaN);
    expect(period?.modelCostUsd).toBeGreaterThan(0);
    expect(period?.modelLessRules.difference).toBeCloseTo(
      (period?.model.sumR ?? 0) - (period?.rules.sumR ?? 0),
      6,
    );
    expect(await reportOf('--runs', 'all')).toEqual(report);
  });

  it('takes the newest, a span of market time, a list of ids and one desk', async () => {
    const chosen = async (...words: string[]) => (await reportOf(...words)).periods[0];
    expect(await chosen('--runs', '5')).toMatchObject({
      cycles: 5,
      fromMs: FROM_MS + (CYCLES - 5) * HOUR_MS,
    });
    const [from, to] = [FROM_MS + 2 * HOUR_MS, FROM_MS + 6 * HOUR_MS].map(isoTime);
    expect(await chosen('--runs', `${from}..${to}`)).toMatchObject({
      cycles: 4,
      fromMs: FROM_MS + 2 * HOUR_MS,
    });
    const list = join(home.folder, 'ids.txt');
    await writeFile(list, `${runIds[1]}\n\n${runIds[0]}\n`);
    expect(await chosen('--runs', list)).toMatchObject({ cycles: 2, fromMs: FROM_MS });
  });

  it('prints tables for people and for a page', async () => {
    const plain = await evaluate('--runs', 'all');
    expect(plain.stdout).toMatch(/market generator seed 7 \(synthetic: these prices are made up\)/);
    expect(plain.stdout).toMatch(/^ {2}rules alone +\d+/m);
    expect(plain.stdout).toMatch(/No promise of profit/);
    expect((await evaluate('--runs', 'all', '--markdown')).stdout).toMatch(/^\| rules alone \| \d+ \|/m);
  });

  it.each([
    [['--runs', 'nothing.txt'], 2, /--runs nothing\.txt cannot be read as a file .*: give all, a number/],
    [['--runs', '0'], 2, /--runs 0 asks for no run/],
    [['--runs', '2025-02-01..2025-01-01'], 2, /runs backwards/],
    [['--runs', 'all', '--resamples', 'many'], 2, /--resamples many is no whole number from 100/],
    [['--runs', '2030-01-01..2030-02-01'], 1, /not_found: there is no cycle with a record among those/],
    [
      ['--runs', 'all', '--desk', 'another'],
      1,
      /desk another has none of these cycles; they are of generator/,
    ],
  ])('refuses %j and names the way out', async (words, code, message) => {
    const ended = await home.run(['evaluate', ...words], env);
    expect(ended.stderr).toMatch(message);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
  });

  it('passes over cycles of another market, whose candles are not here', async () => {
    const elsewhere = await home.run(['evaluate', '--runs', 'all'], { ...env, VIGIL_SEED: '8' });
    expect(elsewhere.stderr).toMatch(/all 30 cycles ran on another market .* set VIGIL_MARKET, VIGIL_DATA/);
  });
});
