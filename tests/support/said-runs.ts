/** Random runs of a few words each, stored as a desk stores them, and what a plain scan of them finds. */
import fc from 'fast-check';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import type { RunChoice } from '#db/repositories/run-list.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import type { AgentName, Opinion } from '#domain/opinion.ts';
import type { DenialCode, Verdict } from '#domain/proposal.ts';
import type { CycleOutcome, RunKind } from '#domain/run.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC, cycleRecord, llmCall, NOW_MS, newRun } from './database-rows.ts';
import type { TestDatabase } from './test-database.ts';

const ETH = 'ETH/USDT:USDT';
/** Few, so that most searches find something. */
export const WORDS = [
  'funding',
  'squeeze',
  'BTC/USDT:USDT',
  'stop_missing',
  'Märkte',
  '1.25',
  'fundings',
] as const;

const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((said) => said.join(' '));
const agents: AgentName[] = ['scanner', 'context', 'risk'];
const codes: DenialCode[] = ['stop_missing', 'drawdown'];
/** So that a season of runs goes over many spans of a search. */
const STEP_MS = 5 * HOUR_MS;
const COSTS = [0, 0.01, 0.5, null] as const;

const call = fc.record({
  agent: fc.constantFrom(...agents),
  system: fc.constantFrom('Weigh the funding.', 'You scan for a squeeze.'),
  prompt: words,
  reply: fc.option(words),
});

export const SaidRun = fc.record({
  kind: fc.constantFrom<RunKind>('cycle', 'analysis', 'fork'),
  outcome: fc.constantFrom<CycleOutcome | null>('traded', 'held', 'denied', null),
  symbols: fc.subarray([BTC, ETH], { minLength: 1 }),
  question: fc.option(words),
  reason: words,
  costUsd: fc.constantFrom(...COSTS),
  startedAfterMs: fc.nat(20).map((steps) => steps * STEP_MS),
  abstained: fc.subarray(agents),
  denials: fc.subarray(codes),
  calls: fc.array(call, { maxLength: 3 }),
});
export type SaidRun =
  typeof SaidRun extends fc.Arbitrary<infer Run> ? Run & { readonly runId: string } : never;

export const Choice: fc.Arbitrary<RunChoice> = fc.record(
  {
    kind: fc.constantFrom<RunKind>('cycle', 'fork'),
    status: fc.constantFrom('finished', 'running', 'waiting'),
    outcome: fc.constantFrom<CycleOutcome>('traded', 'held'),
    symbol: fc.constantFrom(BTC, ETH),
    agent: fc.constantFrom(...agents),
    abstained: fc.constantFrom(...agents),
    denial: fc.constantFrom(...codes),
    minCostUsd: fc.constantFrom(0, 0.01, 0.2),
    maxCostUsd: fc.constantFrom(0, 0.01, 0.5),
    fromMs: fc.nat(20).map((steps) => NOW_MS + steps * STEP_MS),
    toMs: fc.nat(20).map((steps) => NOW_MS + steps * STEP_MS),
  },
  { requiredKeys: [] },
);

export async function storeRuns({ database }: TestDatabase, said: readonly SaidRun[]): Promise<void> {
  const [runs, calls, records] = [
    createRunRepository(database),
    createLlmCallRepository(database),
    createRecordRepository(database),
  ];
  for (const run of said) {
    const { runId, kind, symbols, question } = run;
    // A desk of its own: of one desk only one cycle may be live.
    const deskId = `desk-${runId}`;
    await runs.start(
      newRun({ runId, deskId, kind, symbols, question, startedAtMs: NOW_MS + run.startedAfterMs }),
    );
    for (const [index, { agent, system, prompt, reply }] of run.calls.entries())
      await calls.add(
        llmCall({
          ...{ callId: `${runId}-${index}`, runId, agent, reply },
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: prompt },
          ],
        }),
      );
    if (run.outcome !== null)
      await records.save(
        cycleRecord({
          ...{ runId, deskId, kind, question, outcome: run.outcome, reason: run.reason },
          opinions: run.abstained.map(abstention),
          verdicts: run.denials.map(denial),
          llm: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: run.costUsd, abstentions: {} },
        }),
      );
  }
}

/** Newest first, as a list gives them. */
export function plainScan(said: readonly SaidRun[], fits: (run: SaidRun) => boolean): string[] {
  return said
    .filter(fits)
    .toSorted(
      (left, right) => right.startedAfterMs - left.startedAfterMs || (right.runId < left.runId ? -1 : 1),
    )
    .map(({ runId }) => runId);
}

export function isChosen(run: SaidRun, choice: RunChoice): boolean {
  const atMs = NOW_MS + run.startedAfterMs;
  const ended = run.outcome !== null;
  const costUsd = ended ? run.costUsd : 0;
  const within = (value: number | null, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY) =>
    value !== null && value >= least && value <= most;
  const asksCost = choice.minCostUsd !== undefined || choice.maxCostUsd !== undefined;
  return (
    (choice.kind === undefined || run.kind === choice.kind) &&
    (choice.status === undefined || choice.status === (ended ? 'finished' : 'running')) &&
    (choice.outcome === undefined || run.outcome === choice.outcome) &&
    (choice.symbol === undefined || run.symbols.includes(choice.symbol)) &&
    (choice.agent === undefined || run.calls.some(({ agent }) => agent === choice.agent)) &&
    (choice.abstained === undefined || (ended && run.abstained.includes(choice.abstained))) &&
    (choice.denial === undefined || (ended && run.denials.includes(choice.denial))) &&
    (!asksCost || within(costUsd, choice.minCostUsd, choice.maxCostUsd)) &&
    within(atMs, choice.fromMs, choice.toMs)
  );
}

/** Every passage of a run as plain text: its own words, and each call's. */
export function passagesOf(run: SaidRun): string[] {
  const own = `${run.question ?? ''} | ${run.outcome === null ? '' : run.reason}`;
  // Numbers of prompts are not looked for.
  const asked = (prompt: string) => prompt.replaceAll('1.25', '#');
  return [
    own,
    ...run.calls.map(({ system, prompt, reply }) => `${reply ?? ''} | ${asked(prompt)} | ${system}`),
  ];
}

function abstention(agent: AgentName): Opinion {
  const answer = { ranked: [], summary: '' };
  return { agent, symbol: null, decidedBy: 'rules', abstention: 'timed_out', answer };
}

function denial(code: DenialCode): Verdict {
  return {
    ...{
      proposalId: 'p',
      symbol: BTC as Verdict['symbol'],
      outcome: 'denied',
      quantityBase: '0',
      stage: 'gate',
    },
    findings: [{ code, effect: 'deny', value: null, limit: null, message: '' }],
  };
}
