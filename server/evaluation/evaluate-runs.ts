/** From recorded cycles to a report: what was decided, what came after, and what it tells. */
import type { CandleRepository } from '#db/repositories/candles.ts';
import type { CycleRef, EvaluatedRuns } from '#db/repositories/evaluated-runs.ts';
import type { MarketSource } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import { PAPER_SETTINGS } from '#exchanges/paper/paper-settings.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { Unweighed } from '#graphs/decided-cycle.ts';
import {
  type Evaluation,
  evaluatePolicies,
  type ReckonedPolicies,
} from '#tools/performance/evaluate-policies.ts';
import { HOLD_AT_MOST_MS, reckonTrades } from '#tools/performance/reckon-trades.ts';
import { type HelpVerdict, helpVerdict } from '#tools/performance/verdict.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import type { LlmConfig } from '../config-model.ts';
import { KNOWLEDGE_WORDS, type Knowledge, type KnownModel, knowledgeAt, knownModel } from './knowledge.ts';
import { loadHistories } from './load-histories.ts';
import { type ReadCycle, readCycles } from './read-cycles.ts';

export interface EvaluateSources {
  readonly rows: Pick<EvaluatedRuns, 'records' | 'modelsOf'>;
  readonly market: MarketData;
  /** The candles of venues; null where the market is no venue. */
  readonly stored: { readonly venue: string; readonly candles: CandleRepository } | null;
  readonly nowMs: EpochMs;
  readonly limits: RiskLimits;
  readonly llm: Pick<LlmConfig, 'model' | 'baseUrl' | 'knowledgeCutoffMs'>;
}

export interface EvaluatedPeriod extends Evaluation {
  readonly knowledge: Knowledge;
  readonly knowledgeWords: string;
  readonly verdict: HelpVerdict;
}

export interface EvaluateReport {
  readonly market: MarketSource | null;
  readonly seed: number;
  readonly resamples: number;
  readonly runsChosen: number;
  readonly runsElsewhere: number;
  readonly leftOut: Readonly<Record<Unweighed, number>>;
  readonly symbols: readonly MarketSymbol[];
  readonly symbolsWithoutCandles: readonly MarketSymbol[];
  readonly models: readonly KnownModel[];
  /** One for each thing the model may have known; none where no cycle could be weighed. */
  readonly periods: readonly EvaluatedPeriod[];
}

export interface EvaluateProgress {
  readonly doneFraction: number;
  readonly detail: string;
}

export async function evaluateRuns(
  { runs, elsewhere }: { readonly runs: readonly CycleRef[]; readonly elsewhere: number },
  sources: EvaluateSources,
  { seed, resamples }: { readonly seed: number; readonly resamples: number },
  onProgress: (progress: EvaluateProgress) => void,
): Promise<EvaluateReport> {
  const { market, stored, nowMs, limits } = sources;
  const read = await readCycles(runs, sources.rows, (count) =>
    onProgress({ doneFraction: (0.5 * count) / runs.length, detail: `${count} of ${runs.length} records` }),
  );
  const span = spanAfter(runs, market, nowMs);
  const { histories, missing } = await loadHistories(
    read.symbols,
    span,
    { market, ...(stored && { stored }) },
    (symbol, count) =>
      onProgress({ doneFraction: 0.5 + (0.2 * count) / read.symbols.length, detail: `candles of ${symbol}` }),
  );
  const terms = { histories, limits, costs: PAPER_SETTINGS };
  onProgress({ doneFraction: 0.7, detail: `what became of ${read.cycles.length} cycles` });
  const reckoned = {
    model: reckonTrades(read.cycles, 'model', terms),
    rules: reckonTrades(read.cycles, 'rules', terms),
  };
  onProgress({ doneFraction: 0.85, detail: `${resamples} draws` });
  const models = [...new Set(read.cycles.flatMap((cycle) => cycle.models))].sort();
  const known = models.map((model) => knownModel(model, sources.llm));
  const isSynthetic = read.source?.synthetic ?? false;
  const options = { ...terms, seed, resamples, knownToMs: span.toMs };
  const periods = [...periodsOf(read.cycles, known, isSynthetic)].map(
    ([knowledge, cycles]): EvaluatedPeriod => {
      const evaluation = evaluatePolicies(cycles, ofCycles(reckoned, cycles), options);
      const verdict = helpVerdict(evaluation.modelLessRules, evaluation.modelLessRandom);
      return { knowledge, knowledgeWords: KNOWLEDGE_WORDS[knowledge], ...evaluation, verdict };
    },
  );
  return {
    ...{ market: read.source, seed, resamples, runsChosen: runs.length, runsElsewhere: elsewhere },
    ...{ leftOut: read.leftOut, symbols: read.symbols, symbolsWithoutCandles: missing },
    ...{ models: known, periods },
  };
}

/** From the first decision to the last exit there may be, as far as there are candles; `runs` in the order of time. */
function spanAfter(runs: readonly CycleRef[], market: MarketData, nowMs: EpochMs) {
  const widthMs = TIMEFRAME_MS[market.finestTimeframe];
  const firstMs = runs[0]?.asOfMs ?? 0;
  const lastMs = runs.at(-1)?.asOfMs ?? firstMs;
  // Only a venue has a present; files and the generator are as good for what came after the desk's own clock.
  const endMs = market.spanMs.to ?? (market.source.kind === 'ccxt' ? nowMs : Number.POSITIVE_INFINITY);
  const toMs = Math.min(lastMs + HOLD_AT_MOST_MS + widthMs, endMs);
  return {
    fromMs: Math.floor(firstMs / widthMs) * widthMs,
    toMs: Math.max(firstMs, Math.floor(toMs / widthMs) * widthMs),
  };
}

/** A cycle that asked no model stands with those around it: by the models that were asked anywhere. */
function periodsOf(
  cycles: readonly ReadCycle[],
  known: readonly KnownModel[],
  isSynthetic: boolean,
): Map<Knowledge, ReadCycle[]> {
  const periods = new Map<Knowledge, ReadCycle[]>();
  for (const cycle of cycles) {
    const asked = known.filter(({ model }) => cycle.models.includes(model));
    const knowledge = knowledgeAt(cycle.atMs, asked.length > 0 ? asked : known, { isSynthetic });
    const own = periods.get(knowledge) ?? [];
    periods.set(knowledge, own);
    own.push(cycle);
  }
  return periods;
}

function ofCycles(reckoned: ReckonedPolicies, cycles: readonly ReadCycle[]): ReckonedPolicies {
  const runIds = new Set(cycles.map(({ runId }) => runId));
  return {
    model: reckoned.model.filter(({ runId }) => runIds.has(runId)),
    rules: reckoned.rules.filter(({ runId }) => runIds.has(runId)),
  };
}
