/** Runs as the desk would leave them, one for each outcome, for the fake API. */
import { LlmCall } from '#domain/desk-event.ts';
import type { DecidedBy } from '#domain/opinion.ts';
import { type CycleOutcome, CycleRecord, NodeName, RunSummary, Span } from '#domain/run.ts';
import type { Spending } from '#domain/spending.ts';
import { fakeAccount, MARKET_NOW_MS } from './fake-books.ts';
import { bodyOf, decisionsOf } from './fake-decisions.ts';

export interface FakeRun {
  run: RunSummary;
  spans: Span[];
  calls: LlmCall[];
  record: CycleRecord | null;
}

const AGENTS: ReadonlySet<NodeName> = new Set(['guardian', 'scanner', 'context', 'risk', 'executor']);
const LOOK: readonly NodeName[] = ['observe', 'indicators', 'qtable', 'breaker', 'guardian'];
const NOT_TAKEN: readonly NodeName[] = ['protect', 'close', 'approval'];
const WHOLE = NodeName.options.filter((name) => !NOT_TAKEN.includes(name));

const PATHS: Record<CycleOutcome, readonly NodeName[]> = {
  traded: WHOLE,
  denied: [...LOOK, 'scanner', 'context', 'propose', 'gate', 'record'],
  held: [...LOOK, 'scanner', 'record'],
  halted: [...LOOK, 'protect', 'record'],
  failed: ['observe', 'record'],
};

const REASONS: Record<CycleOutcome, string> = {
  traded: 'Opened a long in BTC: MACD cross and volume surge on 1h, both above their limits.',
  denied: 'The gate denied both proposals: reward to risk 1.42 is under the minimum 2.',
  held: 'Nothing to decide: no detector saw more than 2 of 3 points.',
  halted: 'The breaker tripped: BTC fell 16.2% in 1h, limit 15%. Entries cancelled, stops tightened.',
  failed: 'SOL/USDT:USDT 3m: bar 2025-04-07T11:57:00Z is missing, the snapshot cannot be used.',
};

const DURATIONS: Partial<Record<NodeName, number>> = {
  observe: 38,
  indicators: 12.4,
  guardian: 640,
  scanner: 1_180,
  context: 2_260,
  risk: 1_460,
  executor: 905,
  place: 71,
};

/** What a node's span would hold; `decidedBy` is what the agents answer by. */
export function fakeSpan(
  runId: string,
  name: NodeName,
  options: { symbol?: string | null; startedAtMs: number; decidedBy?: DecidedBy; status?: Span['status'] },
): Span {
  const { symbol = null, startedAtMs, decidedBy = 'model', status = 'ok' } = options;
  const isAgent = AGENTS.has(name);
  const isOpen = status === 'open';
  return {
    spanId: `${runId}-${name}-${symbol ?? ''}`,
    runId,
    name,
    kind: isAgent ? 'agent' : 'tool',
    symbol,
    status,
    startedAtMs,
    durationMs: isOpen ? null : durationOf(name, symbol, decidedBy),
    decidedBy: isOpen ? null : isAgent ? decidedBy : 'code',
    input: bodyOf(name, 'input', symbol),
    output: isOpen || status === 'failed' ? null : bodyOf(name, 'output', symbol),
    error:
      status === 'failed'
        ? { code: 'market_data_unsound', message: 'SOL/USDT:USDT 3m: bar 2025-04-07T11:57:00Z is missing' }
        : null,
  };
}

export function fakeRun(
  runId: string,
  outcome: CycleOutcome,
  options: {
    symbols?: readonly string[];
    agoMs?: number;
    decidedBy?: DecidedBy;
    kind?: 'cycle' | 'analysis';
  } = {},
): FakeRun {
  const {
    symbols = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'],
    agoMs = 0,
    decidedBy = 'model',
  } = options;
  const startedAtMs = Date.parse('2026-11-21T02:00:00Z') - agoMs;
  const spans = spansOf(runId, PATHS[outcome], symbols, startedAtMs, decidedBy);
  if (outcome === 'failed') spans[0] = fakeSpan(runId, 'observe', { startedAtMs, status: 'failed' });
  const finishedAtMs = Math.ceil(Math.max(...spans.map((span) => span.startedAtMs + (span.durationMs ?? 0))));
  const calls = decidedBy === 'model' ? callsOf(runId, spans) : [];
  const marketAsOfMs = MARKET_NOW_MS - agoMs;
  const run: RunSummary = {
    runId,
    deskId: 'main',
    kind: options.kind ?? 'cycle',
    status: outcome === 'failed' ? 'failed' : 'finished',
    outcome,
    reason: REASONS[outcome],
    question: options.kind === 'analysis' ? 'Is the fall over?' : null,
    symbols: outcome === 'held' || outcome === 'failed' ? [] : [...symbols],
    level: outcome === 'halted' ? 'tripped' : 'clear',
    startedAtMs,
    finishedAtMs,
    marketAsOfMs: outcome === 'failed' ? null : marketAsOfMs,
    orders: outcome === 'traded' ? 3 : 0,
    costUsd: calls.length * 0.0011,
    ...{ forkOf: null, forkFrom: null, thinnedAtMs: null, waitsUntilMs: null },
  };
  RunSummary.parse(run);
  for (const span of spans) Span.parse(span);
  for (const call of calls) LlmCall.parse(call);
  return { run, spans, calls, record: recordOf(run, spans, symbols, decidedBy) };
}

function spansOf(
  runId: string,
  path: readonly NodeName[],
  symbols: readonly string[],
  startedAtMs: number,
  decidedBy: DecidedBy,
): Span[] {
  let atMs = startedAtMs;
  return path.flatMap((name) => {
    const subjects = name === 'context' ? symbols : [null];
    const spans = subjects.map((symbol) =>
      fakeSpan(runId, name, { symbol, startedAtMs: Math.round(atMs), decidedBy }),
    );
    atMs += Math.max(...spans.map((span) => span.durationMs ?? 0)) + 2;
    return spans;
  });
}

function durationOf(name: NodeName, symbol: string | null, decidedBy: DecidedBy): number {
  const spread = symbol === null ? 0 : symbol.charCodeAt(0) * 9;
  const full = (DURATIONS[name] ?? 3.2) + spread;
  return AGENTS.has(name) && decidedBy !== 'model' ? 0.4 : full;
}

function callsOf(runId: string, spans: readonly Span[]): LlmCall[] {
  return spans
    .filter((span) => span.kind === 'agent')
    .map((span) => ({
      callId: `call-${span.spanId}`,
      runId,
      spanId: span.spanId,
      agent: span.name,
      symbol: span.symbol,
      model: 'gpt-4.1-mini',
      provider: 'api.openai.com',
      responseFormat: 'json_schema',
      waitedMs: 0,
      ...{ cachedInputTokens: 1_024, reasoningTokens: 0, answerAgeMs: null },
      ...{ inputUsdPerMillion: 0.4, outputUsdPerMillion: 1.6 },
      attempt: 1,
      status: 'ok',
      httpStatus: 200,
      startedAtMs: span.startedAtMs,
      durationMs: span.durationMs ?? 0,
      inputTokens: 1_840,
      outputTokens: 212,
      costUsd: 0.0011,
      messages: [
        { role: 'system', content: `You are the ${span.name} of a trading desk. You advise; code decides.` },
        { role: 'user', content: JSON.stringify(span.input, null, 2) },
      ],
      reply: JSON.stringify(span.output),
      error: null,
      ...(span.name === 'executor' && TAKEN_AGAIN),
    }));
}

function recordOf(
  run: RunSummary,
  spans: readonly Span[],
  symbols: readonly string[],
  decidedBy: DecidedBy,
): CycleRecord {
  const outcome = run.outcome ?? 'held';
  const failedEarly = outcome === 'failed';
  return CycleRecord.parse({
    runId: run.runId,
    deskId: run.deskId,
    kind: run.kind,
    mode: 'paper',
    outcome,
    reason: run.reason,
    question: run.question,
    startedAtMs: run.startedAtMs,
    finishedAtMs: run.finishedAtMs,
    market: failedEarly
      ? null
      : {
          snapshotId: `snap-${run.runId}`,
          source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
          asOfMs: run.marketAsOfMs,
          fastTimeframe: '3m',
          timeframes: ['3m', '15m', '1h', '4h'],
          symbols: [...symbols],
          bars: symbols.length * 4 * 500,
          faults: [],
        },
    nodes: spans.map(({ name, kind, symbol, startedAtMs, durationMs, decidedBy: by, error }) => ({
      name,
      kind,
      symbol,
      startedAtMs,
      durationMs,
      decidedBy: by,
      error,
    })),
    level: run.level,
    breakerReasons:
      outcome === 'halted'
        ? [
            {
              trigger: 'btc_1h',
              level: 'tripped',
              value: -0.162,
              limit: -0.15,
              message: 'BTC fell 16.2% in 1h',
            },
          ]
        : [],
    tradingState: {
      mode: outcome === 'halted' ? 'halted' : 'active',
      reason: 'armed at start',
      setBy: 'start-up',
      sinceMs: MARKET_NOW_MS - 86_400_000,
    },
    ...decisionsOf(outcome, failedEarly ? [] : symbols, decidedBy, run.runId),
    subjects: run.symbols,
    positions: [],
    account: {
      before: fakeAccount(),
      after: outcome === 'traded' ? { ...fakeAccount(), balanceQuote: '10119.1293' } : fakeAccount(),
    },
    llm: {
      calls: decidedBy === 'model' ? spans.filter((span) => span.kind === 'agent').length : 0,
      inputTokens: 12_880,
      outputTokens: 1_484,
      costUsd: run.costUsd,
      abstentions: {},
    },
    ...(decidedBy === 'model' && { spending: FEWER_SUBJECTS }),
    promptSetId: 'ps-4f2a',
    seed: 7,
    notes: [],
  });
}

const TAKEN_AGAIN = { status: 'cached', answerAgeMs: 300_000, costUsd: 0 } as const;

const FEWER_SUBJECTS: Spending = {
  ...{ mode: 'premium', tier: 'usual', maxSubjects: 2 },
  steps: [
    {
      ...{ step: 'fewer_subjects', agent: 'scanner', limit: 'cycle' },
      ...{ limitUsd: 0.5, committedUsd: 0.1, estimateUsd: 0.42 },
      reason: 'too much for this cycle: 2 of 5 new subjects are asked about',
    },
  ],
};
