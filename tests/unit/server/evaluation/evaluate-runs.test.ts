import { beforeAll, describe, expect, it } from 'vitest';
import type { CycleRef } from '#db/repositories/evaluated-runs.ts';
import { CycleRecord } from '#domain/run.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { createRulesAlone } from '#graphs/rules-alone.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { MARKDOWN, PLAIN, reportText } from '#server/cli/evaluate-report.ts';
import { type EvaluateReport, type EvaluateSources, evaluateRuns } from '#server/evaluation/evaluate-runs.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { MARKET, openDesk, RULES } from '#tests/support/memory-cycles.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const FROM_MS = Date.UTC(2025, 0, 1, 2);
const EVERY_MS = HOUR_MS;
const CYCLES = 100;
/** Between the two days of cycles. */
const CUTOFF_MS = Date.UTC(2025, 0, 3, 12);

/** Refuses every other proposal it is asked about, whatever it is. */
function everyOther(): Script {
  let asked = 0;
  return {
    risk: ({ proposals }) => ({
      reviews: proposals.map(({ proposalId }) => {
        asked += 1;
        const isKept = asked % 2 === 0;
        return { proposalId, action: isKept ? 'keep' : 'refuse', sizeFraction: isKept ? 1 : 0, reason: '' };
      }),
      summary: '',
    }),
  };
}

let records: CycleRecord[] = [];

beforeAll(async () => {
  const desk = await openDesk(FROM_MS, { script: everyOther() });
  const deps = { ...desk.deps, rulesAlone: createRulesAlone(RULES, desk.deps) };
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const atMs = FROM_MS + cycle * EVERY_MS;
    desk.clock.nowMs = atMs;
    desk.setTradingState({ mode: 'active', reason: 'armed', setBy: 'person', sinceMs: atMs });
    await runCycle(desk.request(`run-${cycle}`), deps);
  }
  // As they come back out of the database.
  records = desk.records.map((record) => CycleRecord.parse(JSON.parse(JSON.stringify(record))));
}, 60_000);

const isByModel = ({ opinions }: CycleRecord) => opinions.some(({ decidedBy }) => decidedBy === 'model');

function evaluate(
  told: readonly CycleRecord[],
  llm: Partial<EvaluateSources['llm']> = {},
): Promise<EvaluateReport> {
  const runs = told.map(
    ({ runId, deskId, market }): CycleRef => ({ runId, deskId, asOfMs: market?.asOfMs ?? 0 }),
  );
  const byId = new Map(told.map((record) => [record.runId, record]));
  const sources: EvaluateSources = {
    rows: {
      records: async (runIds) => runIds.flatMap((runId) => byId.get(runId) ?? []),
      modelsOf: async (runIds) =>
        new Map(runIds.flatMap((runId) => (isByModel(byId.get(runId)!) ? [[runId, ['m-1']] as const] : []))),
    },
    ...{ market: MARKET, stored: null, nowMs: FROM_MS + 90 * DAY_MS, limits: DEFAULT_LIMITS },
    llm: { model: 'm-1', baseUrl: null, knowledgeCutoffMs: null, ...llm },
  };
  const options = { seed: 7, resamples: 200 };
  return evaluateRuns({ runs, elsewhere: 0 }, sources, options, () => {});
}

const onRealPrices = (record: CycleRecord): CycleRecord => ({
  ...record,
  market: record.market && { ...record.market, source: { ...record.market.source, synthetic: false } },
});

describe('the evaluation of recorded cycles', () => {
  it('sets a model beside its rules, a random veto and holding, on the same cycles', async () => {
    const { periods, runsChosen, leftOut } = await evaluate(records);
    expect({ runsChosen, leftOut }).toEqual({
      ...{ runsChosen: CYCLES, leftOut: { no_cycle: 0, failed: 0, no_rules_alone: 0 } },
    });
    const [period] = periods;
    expect(period).toMatchObject({ knowledge: 'made_up', cycles: CYCLES, startEquityQuote: '10000' });
    expect(period?.rules.trades).toBeGreaterThan(10);
    expect(period?.model.trades).toBeGreaterThan(5);
    expect(period?.veto.vetoedFraction).toBeGreaterThan(0.3);
    expect(period?.buyAndHold?.symbols).toHaveLength(6);
    expect(period?.modelCostUsd).toBeCloseTo(records.filter(isByModel).length * 0.001, 6);
  });

  it('splits at the knowledge cut-off, each side told for what it is', async () => {
    const { periods, models } = await evaluate(records.map(onRealPrices), { knowledgeCutoffMs: CUTOFF_MS });
    expect(models).toEqual([{ model: 'm-1', knowledgeCutoffMs: CUTOFF_MS }]);
    const [before, after] = periods;
    expect(periods.map(({ knowledge }) => knowledge)).toEqual(['before_cutoff', 'after_cutoff']);
    expect((before?.cycles ?? 0) + (after?.cycles ?? 0)).toBe(CYCLES);
    expect(before?.knowledgeWords).toMatch(/may have read about this period/);
    expect(after?.fromMs).toBeGreaterThanOrEqual(CUTOFF_MS);
  });

  it('says that an unknown cut-off is unknown, and takes a known model’s from the table', async () => {
    const unknown = await evaluate(records.map(onRealPrices));
    expect(unknown.periods.map(({ knowledge }) => knowledge)).toEqual(['cutoff_unknown']);
    expect(unknown.periods[0]?.knowledgeWords).toMatch(/set LLM_KNOWLEDGE_CUTOFF/);
    // What is configured speaks of the configured model alone.
    const other = await evaluate(records.map(onRealPrices), { model: 'm-2', knowledgeCutoffMs: CUTOFF_MS });
    expect(other.periods.map(({ knowledge }) => knowledge)).toEqual(['cutoff_unknown']);
  });

  it('leaves out and counts what cannot be weighed', async () => {
    const [first, ...rest] = records.filter(isByModel);
    const { rulesAlone: _alone, ...old } = first as CycleRecord;
    const failed = { ...(rest[0] as CycleRecord), outcome: 'failed' as const };
    const { leftOut, periods } = await evaluate([old, failed, ...rest.slice(1)]);
    expect(leftOut).toEqual({ no_cycle: 0, failed: 1, no_rules_alone: 1 });
    expect(periods[0]?.cycles).toBe(rest.length - 1);
  });

  it('says that rules which decided everything leave nothing to compare', async () => {
    const report = await evaluate(records.filter((record) => !isByModel(record)));
    expect(report.periods).toMatchObject([{ cyclesByModel: 0, verdict: { finding: 'same_decisions' } }]);
    expect(reportText(report, PLAIN)).toMatch(/^ {2}No model decided anything in these cycles/m);
  });

  it('is told in tables without a word of profit to come', async () => {
    const report = await evaluate(records.map(onRealPrices), { knowledgeCutoffMs: CUTOFF_MS });
    const plain = reportText(report, PLAIN);
    expect(plain).toMatch(/model m-1, knowledge cut-off 2025-01-03/);
    expect(plain).toMatch(/policy +trades +won +profit factor +net USDT/);
    expect(plain).toMatch(/^ {2}random veto \(drops [\d.]+%\)/m);
    expect(plain).toMatch(/model − random veto: .* R; /);
    expect(plain).toMatch(/the model cost [\d.]+ USD; its trades came to [+−]?[\d.]+ USDT against the rules/);
    expect(plain).toMatch(/No promise of profit/);
    expect(reportText(report, MARKDOWN)).toMatch(/\| policy \| trades \|.*\n\| --- \| --: \|/);
  });
});
