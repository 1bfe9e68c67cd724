/** A desk in memory over recorded candles with a model a test writes, and what it came to against its rules. */
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { PAPER_SETTINGS } from '#exchanges/paper/paper-settings.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import { decidedCycle } from '#graphs/decided-cycle.ts';
import { createRulesAlone } from '#graphs/rules-alone.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import type { DecidedCycle } from '#tools/performance/decided-cycle.ts';
import { type Evaluation, evaluatePolicies } from '#tools/performance/evaluate-policies.ts';
import {
  HOLD_AT_MOST_MS,
  type ReckonTerms,
  reckonTrades,
  type SymbolHistory,
} from '#tools/performance/reckon-trades.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import type { Script } from './memory-agents.ts';
import { spyOnAgents } from './memory-agents.ts';
import { RULES } from './memory-cycles.ts';
import { createMemoryDesk } from './memory-deps.ts';

export interface RecordedSpan {
  readonly market: MarketData;
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly days: number;
  readonly terms: ReckonTerms;
}

const CYCLE_EVERY_MS = 15 * MINUTE_MS;

/** The span with all candles after it that a trade of it may need. */
export async function openRecordedSpan(options: {
  readonly path: string;
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly days: number;
}): Promise<RecordedSpan> {
  const { path, venue, symbols, fromMs, days } = options;
  const market = await createReplayMarket({ path, venue, symbols, fromMs, barsPerSeries: 150 });
  const span = { fromMs, toMs: Math.min(fromMs + days * DAY_MS + HOLD_AT_MOST_MS, market.spanMs.to ?? 0) };
  const histories = new Map<string, SymbolHistory>();
  for (const instrument of await market.instruments()) {
    const { symbol } = instrument;
    const series = await market.candles({ symbol, timeframe: market.finestTimeframe, ...span });
    const fundings = await market.fundingBetween(symbol, span.fromMs, span.toMs);
    histories.set(symbol, { series, fundings, instrument });
  }
  const terms = { histories, costs: PAPER_SETTINGS, limits: DEFAULT_LIMITS };
  return { market, symbols, fromMs, days, terms };
}

/** Runs the cycles one after the other; a halt is re-armed by the next one, as a person at hand would. */
export async function decideOver(span: RecordedSpan, script: Script): Promise<DecidedCycle[]> {
  const { market, symbols, fromMs, days } = span;
  const agents = spyOnAgents(RULES, script).desk;
  const desk = await createMemoryDesk({ market, symbols, startAtMs: fromMs, agents });
  const deps = { ...desk.deps, rulesAlone: createRulesAlone(RULES, desk.deps) };
  const decided: DecidedCycle[] = [];
  for (let atMs = fromMs; atMs < fromMs + days * DAY_MS; atMs += CYCLE_EVERY_MS) {
    desk.clock.nowMs = atMs;
    desk.setTradingState({ mode: 'active', reason: 'armed', setBy: 'person', sinceMs: atMs });
    await runCycle(desk.request(`run-${atMs}`), deps);
    const record = desk.records.pop();
    desk.spans.length = 0;
    const weighed = record && decidedCycle(record);
    if (weighed === undefined || typeof weighed === 'string')
      throw new Error(
        `the cycle of ${atMs} cannot be weighed (${weighed}): ${record?.reason} ${record?.notes}`,
      );
    decided.push(weighed);
  }
  return decided;
}

export function weigh(
  cycles: readonly DecidedCycle[],
  { terms, fromMs, days }: RecordedSpan,
  { seed = 7, resamples = 500 } = {},
): Evaluation {
  const reckoned = {
    model: reckonTrades(cycles, 'model', terms),
    rules: reckonTrades(cycles, 'rules', terms),
  };
  const knownToMs = fromMs + days * DAY_MS + HOLD_AT_MOST_MS;
  return evaluatePolicies(cycles, reckoned, { ...terms, seed, resamples, knownToMs });
}
