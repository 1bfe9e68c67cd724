/** Fills in what the orders of forks and shadows, and of the runs beside them, came to once the candles are there. */
import type { PromptTrials } from '#db/repositories/prompt-trials.ts';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { AppError, type ErrorCode } from '#domain/errors.ts';
import type { SimulatedProfit } from '#domain/prompt-trial.ts';
import type { CycleRecord } from '#domain/run.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { type CycleSettings, DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { meantOrders } from '#tools/performance/compare-runs.ts';
import {
  ENTER_WITHIN_MS,
  type SimulatedOutcome,
  simulateOutcome,
} from '#tools/performance/simulate-outcome.ts';
import type { Container } from '../container.ts';

/** Trials are compared by what the next day made of them: a week would keep their results a week away. */
export const HOLD_AT_MOST_MS = DAY_MS;
/** By then a position has been entered at the latest, held for as long as it may be, and its last bar has closed. */
const JUDGED_AFTER_MS = HOLD_AT_MOST_MS + 2 * ENTER_WITHIN_MS;
const TRIALS_IN_A_TURN = 20;
const NEVER_TO_COME: ReadonlySet<ErrorCode> = new Set([
  'symbol_unknown',
  'candle_data_missing',
  'market_finished',
]);

export interface TrialProfitOptions {
  readonly trials: Pick<PromptTrials, 'unsimulated' | 'setSimulated'>;
  readonly market: Pick<MarketData, 'candles' | 'fundingBetween' | 'finestTimeframe' | 'instruments'>;
  readonly marketKey: string;
  readonly assumedCosts: CycleSettings['assumedCosts'];
  readonly nowMs: () => EpochMs;
  /** Once it is aborted no further trial is begun. */
  readonly signal: AbortSignal;
}

/**
 * Reckons the oldest trials whose time is over; gives how many. A position is held to its stop, its target or its time:
 * what a later cycle would have closed is not known of a fork. A venue that does not answer leaves them for later.
 */
export async function reckonTrials(options: TrialProfitOptions): Promise<number> {
  const { trials, marketKey, nowMs, signal } = options;
  const beforeMs = nowMs() - JUDGED_AFTER_MS;
  const waiting = await trials.unsimulated({ marketKey, beforeMs, limit: TRIALS_IN_A_TURN });
  for (const [index, trial] of waiting.entries()) {
    if (signal.aborted) return index;
    const [run, other] = [await profitOf(trial.run, options), await profitOf(trial.with, options)];
    await trials.setSimulated(trial.runId, { run, with: other });
  }
  return waiting.length;
}

async function profitOf(record: CycleRecord, options: TrialProfitOptions): Promise<SimulatedProfit> {
  const opens = meantOrders(record).filter(({ kind }) => kind === 'open');
  const outcomes: (SimulatedOutcome | null)[] = [];
  for (const { proposalId, quantityBase } of opens) {
    const proposal = record.proposals.find((one) => one.proposalId === proposalId);
    if (proposal !== undefined) outcomes.push(await outcomeOf({ ...proposal, quantityBase }, options));
  }
  const entered = outcomes.filter((outcome) => outcome !== null);
  return {
    netQuote: decimalText(sumDecimals(entered.map(({ netQuote }) => netQuote))),
    trades: entered.length,
    won: entered.filter(({ netQuote }) => decimal(netQuote).gt(0)).length,
    notEntered: outcomes.length - entered.length,
  };
}

async function outcomeOf(
  proposal: CycleRecord['proposals'][number],
  { market, assumedCosts }: TrialProfitOptions,
): Promise<SimulatedOutcome | null> {
  const { symbol, atMs: fromMs } = proposal;
  const toMs = fromMs + JUDGED_AFTER_MS;
  const instrument = (await market.instruments()).find((one) => one.symbol === symbol);
  if (instrument === undefined) return null;
  const { takerFeeFraction, tickSizeQuote } = instrument;
  try {
    const [bars, fundings] = await Promise.all([
      market.candles({ symbol, timeframe: market.finestTimeframe, fromMs, toMs }),
      market.fundingBetween(symbol, fromMs, toMs),
    ]);
    const terms = { ...assumedCosts, takerFeeFraction, tickSizeQuote, fundings };
    return simulateOutcome(proposal, bars, { ...terms, holdAtMostMs: HOLD_AT_MOST_MS });
  } catch (thrown) {
    if (thrown instanceof AppError && NEVER_TO_COME.has(thrown.code)) return null;
    throw thrown;
  }
}

export function trialProfitOf(
  { rows, source, marketClock }: Pick<Container, 'rows' | 'source' | 'marketClock'>,
  signal: AbortSignal,
): TrialProfitOptions {
  const { assumedCosts } = DEFAULT_SETTINGS;
  const { trials } = rows;
  return {
    trials,
    assumedCosts,
    market: source.market,
    marketKey: source.key,
    nowMs: () => marketClock.nowMs(),
    signal,
  };
}
