/** One backtest as it was asked: its candles, its span, and everything its outcome depends on. */
import type { RegimeWeights } from '#domain/strategy-weights.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { CandleArchive } from '#exchanges/replay/candle-archive.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { promptSetOf } from '#prompts/prompt-source.ts';
import { weighsVotes } from '#tools/strategies/desk-strategies.ts';
import type { Config } from '../config.ts';
import { packageVersion, rootFolder } from '../paths.ts';
import { type BacktestDesk, type BacktestDeskOptions, openBacktestDesk } from './backtest-desk.ts';
import { type ReckonedBacktest, reckonBacktest } from './backtest-result.ts';
import { type BacktestMarket, openBacktestMarket, type SpanWords } from './open-backtest-market.ts';
import type { Strategy } from './strategies.ts';
import type { BacktestSpan, BacktestState, StoredBacktest } from './walk-backtest.ts';

export interface BacktestPlanRequest {
  readonly config: Config;
  readonly stored: CandleArchive | null;
  readonly strategy: Strategy;
  /** Of a strategy that weighs votes; null weighs all the same. */
  readonly weights?: RegimeWeights | null;
  readonly symbols: readonly MarketSymbol[] | null;
  readonly fromMs: EpochMs | null;
  readonly toMs: EpochMs | null;
  /** A person arms a desk that has waited so long for one; nobody does when absent. */
  readonly armAfterMs?: number;
  /** When made-up prices begin; with the walk when absent. */
  readonly madeUpFromMs?: EpochMs;
  readonly words?: SpanWords;
}

export interface BacktestPlan {
  readonly opened: BacktestMarket;
  readonly span: BacktestSpan;
  /** Everything the outcome depends on, as plain JSON. */
  readonly question: object;
  /** Of a desk that begins anew. */
  readonly deskOptions: BacktestDeskOptions;
  openDesk(begun: StoredBacktest | null): Promise<BacktestDesk>;
  reckon(desk: BacktestDesk, state: BacktestState): Promise<ReckonedBacktest>;
}

/** @throws AppError `candle_data_missing` with the way out, `symbol_unknown`, `usage_invalid` */
export async function planBacktest(request: BacktestPlanRequest): Promise<BacktestPlan> {
  const { config, strategy } = request;
  const opened = await openBacktestMarket({ ...request, barsPerSeries: DEFAULT_SETTINGS.barsPerSeries });
  const { armAfterMs } = request;
  const span: BacktestSpan = {
    ...opened,
    ...paceOf(opened, config),
    ...(armAfterMs !== undefined && { armAfterMs }),
  };
  const limits = { ...config.limits, minOpenInterestQuote: null };
  const weights = weighsVotes(strategy.name) ? (request.weights ?? null) : null;
  const settings = { ...DEFAULT_SETTINGS, weights, whenModelDown: config.llm.whenDown };
  const { market, symbols, description, candleDigest } = opened;
  const { breaker } = config;
  const { seed } = config.market;
  const deskOptions: BacktestDeskOptions = {
    ...{ deskId: 'backtest', market, symbols, strategy, limits, settings, breaker, seed },
    prompts: promptSetOf(loadPrompts(`${rootFolder()}/prompts`)),
    startAtMs: span.fromMs,
  };
  return {
    ...{ opened, span, deskOptions },
    question: {
      ...{
        version: packageVersion(),
        strategy: strategy.name,
        symbols,
        market: description,
        candles: candleDigest,
      },
      ...{ fromMs: span.fromMs, toMs: span.toMs, cycleEveryMs: span.cycleEveryMs, armAfterMs },
      ...{ limits, breaker, settings, seed },
    },
    openDesk: (begun) => openBacktestDesk({ ...deskOptions, ...(begun && { contents: begun.desk }) }),
    reckon: (desk, state) =>
      reckonBacktest(desk, state, {
        ...{ strategy: strategy.name, symbols, span, market },
        ...(weighsVotes(strategy.name) && { weightsVersion: weights?.version ?? null }),
      }),
  };
}

/** The pace of the same desk in replay, in whole bars. */
function paceOf({ market }: BacktestMarket, { cycleIntervalMs, market: { source, speed } }: Config) {
  const barMs = TIMEFRAME_MS[market.finestTimeframe];
  const wantedMs = cycleIntervalMs * (source === 'replay' ? speed : 1);
  return { barMs, cycleEveryMs: Math.max(1, Math.round(wantedMs / barMs)) * barMs };
}
