import { z } from 'zod';
import { MarketSymbol } from './symbol.ts';
import { EpochMs, Timeframe } from './time.ts';

/** How a Q-table is learned. docs/qtable.md says what each does and why it has its default. */
export const QTableParameters = z.object({
  /** Passes over the training part of every symbol. */
  episodes: z.number().int().min(1).max(100_000),
  /** Share of a surprise that is learned from one experience: in the first episode, and from four fifths of them on. */
  learningRate: z.number().gt(0).max(1),
  lastLearningRate: z.number().gt(0).max(1),
  /** What the next bar's value is worth now, for each bar. */
  discount: z.number().min(0).lt(1),
  /** Share of random actions in the first episode, and from four fifths of them on. */
  firstExploration: z.number().min(0).max(1),
  lastExploration: z.number().min(0).max(1),
  /** Experiences drawn again after each new one. */
  replaysPerStep: z.number().int().min(0).max(64),
  /** Experiences that are kept to draw from. */
  replaySize: z.number().int().min(1).max(1_000_000),
  /** What one side of a trade costs: fee, half the spread and slippage, in fractions of its notional. */
  costFraction: z.number().min(0).max(0.1),
  /** Paid by either side every eight hours where no settlement is known. */
  assumedFundingFraction: z.number().min(0).max(0.01),
  /** How much of a trade's deepest fall from its best mark is taken off its reward. */
  drawdownPenalty: z.number().min(0).max(10),
  /** What the reward is the change of: realised profit alone, or with it what an open position would realise now. */
  reward: z.enum(['realised', 'marked']),
  /** Under so many visits a state has no influence. */
  minVisits: z.number().int().min(1),
  /** Bars a desk sees of each timeframe. */
  lookBackBars: z.number().int().min(2),
  /** The last part of the span, which training never sees. */
  heldOutFraction: z.number().gt(0).max(0.5),
  /** Between the two parts, so that nothing of the one reaches into the other. */
  embargoMs: z.number().int().nonnegative(),
});
export type QTableParameters = z.infer<typeof QTableParameters>;

export const DEFAULT_Q_PARAMETERS: QTableParameters = {
  episodes: 200,
  learningRate: 0.05,
  lastLearningRate: 0.002,
  discount: 0.99,
  firstExploration: 1,
  lastExploration: 0.05,
  replaysPerStep: 4,
  replaySize: 10_000,
  costFraction: 0.0006,
  assumedFundingFraction: 0.0001,
  drawdownPenalty: 0.25,
  reward: 'realised',
  minVisits: 30,
  lookBackBars: 150,
  heldOutFraction: 0.2,
  embargoMs: 2 * 86_400_000,
};

/** Under so many trades, and for the Sharpe ratio so many days, a figure is not told. */
export const Q_LEAST_TRADES = 10;
export const Q_LEAST_DAYS = 14;

/**
 * What the table's own advice would have come to, a unit of notional in each trade, after costs. Fractions are of that
 * unit and are added, not compounded. Null is "not available": too few trades to mean anything.
 */
export const QTableScore = z.object({
  fromMs: EpochMs,
  toMs: EpochMs,
  bars: z.number().int().nonnegative(),
  trades: z.number().int().nonnegative(),
  returnFraction: z.number().nullable(),
  winRateFraction: z.number().min(0).max(1).nullable(),
  /** Gains over losses; null also where nothing was lost. */
  profitFactor: z.number().nonnegative().nullable(),
  /** Of daily returns, times √365; null also under two weeks. */
  sharpe: z.number().nullable(),
  maxDrawdownFraction: z.number().nonnegative().nullable(),
  costsFraction: z.number().nonnegative(),
  /** Paid; negative where it was received. */
  fundingFraction: z.number(),
  /** Share of the bars in a position. */
  exposureFraction: z.number().min(0).max(1),
  /** Share of the bars in whose state the table had enough visits to advise. */
  supportedFraction: z.number().min(0).max(1),
  /** Holding each symbol over the same bars, their mean after costs. */
  holdReturnFraction: z.number().nullable(),
});
export type QTableScore = z.infer<typeof QTableScore>;

/** What an episode came to while it was still exploring. */
export const QCurvePoint = z.object({
  /** From 1. */
  episode: z.number().int().positive(),
  explorationFraction: z.number().min(0).max(1),
  /** Profit after costs less penalties, over all symbols. */
  rewardFraction: z.number(),
  profitFraction: z.number(),
  trades: z.number().int().nonnegative(),
});
export type QCurvePoint = z.infer<typeof QCurvePoint>;

/** Everything of a trained table but its numbers. It says what the table was made of, so that it can be made again. */
export const QTableFacts = z.object({
  encodingVersion: z.number().int().positive(),
  symbols: z.array(MarketSymbol).min(1),
  timeframe: Timeframe,
  /** Where the candles are from. */
  source: z.string(),
  /** Of the candles that were read. */
  fromMs: EpochMs,
  toMs: EpochMs,
  /** SHA-256 of the states, prices and settlements it was trained on. */
  dataHash: z.string(),
  seed: z.number().int().nonnegative(),
  parameters: QTableParameters,
  /** States with any visit, and with enough. */
  visitedStates: z.number().int().nonnegative(),
  supportedStates: z.number().int().nonnegative(),
  scores: z.object({ inSample: QTableScore, outOfSample: QTableScore }),
  curve: z.array(QCurvePoint),
});
export type QTableFacts = z.infer<typeof QTableFacts>;
