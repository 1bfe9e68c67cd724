import { z } from 'zod';
import { Weighing } from './strategy-weights.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs, Timeframe } from './time.ts';

export const SignalAction = z.enum(['buy', 'sell', 'hold']);
export type SignalAction = z.infer<typeof SignalAction>;

/** Points at which a signal becomes an action; under it nothing is opened, whatever anybody says. */
export const SCORE_THRESHOLD = 3;

/** One rule's vote: positive for long, negative for short, with the numbers it saw. */
export const PointReading = z.object({
  rule: z.enum(['macd_cross', 'rsi_band', 'vwap_side', 'ema_stack', 'bollinger_touch', 'volume_surge']),
  timeframe: Timeframe,
  points: z.number().int().min(-3).max(3),
  evidence: z.string(),
});
export type PointReading = z.infer<typeof PointReading>;

export const Spike = z.object({
  symbol: MarketSymbol,
  timeframe: Timeframe,
  kind: z.enum(['price', 'volume']),
  direction: z.enum(['up', 'down']),
  /** Distance from the median in robust sigmas (1.4826 × MAD). */
  robustSigmas: z.number(),
  barOpenAtMs: EpochMs,
});
export type Spike = z.infer<typeof Spike>;

/** A spike as the watch over the market told it, in the moment it came. */
export const SpikeNotice = z.object({
  symbol: MarketSymbol,
  timeframe: Timeframe,
  kind: z.enum(['price', 'volume', 'both']),
  /** Of the move; of a burst of volume alone the bar's own. */
  direction: z.enum(['up', 'down']),
  /** Of the move; of a burst of volume alone that of the volume. */
  robustSigmas: z.number().positive(),
  /** Of what was traded in the bar, signed, whatever the kind. */
  volumeSigmas: z.number(),
  barOpenAtMs: EpochMs,
  /** Market time of the tick that crossed, or the close of the bar. */
  atMs: EpochMs,
});
export type SpikeNotice = z.infer<typeof SpikeNotice>;

export const TrendRegime = z.enum(['bull', 'bear', 'sideways', 'unknown']);
export type TrendRegime = z.infer<typeof TrendRegime>;

export const Regime = z.object({
  trend: TrendRegime,
  /** Short over long realised volatility; above 1.5 is `volatile`, under 0.7 `calm`; null before enough bars. */
  volatilityRatio: z.number().nonnegative().nullable(),
  volatility: z.enum(['calm', 'normal', 'volatile', 'unknown']),
  /** Correlation of returns with BTC, -1..1; null where it cannot be measured. */
  btcCorrelation: z.number().min(-1).max(1).nullable(),
});
export type Regime = z.infer<typeof Regime>;

/** The last values a person or a prompt quotes; null during warm-up. The sequences live in the frame. */
export const IndicatorReading = z.object({
  key: z.string(),
  timeframe: Timeframe,
  value: z.number().nullable(),
});
export type IndicatorReading = z.infer<typeof IndicatorReading>;

/** The values of an indicator over the newest closed bars, oldest first; null during warm-up. */
export interface RecentValues {
  readonly key: string;
  readonly timeframe: Timeframe;
  readonly values: readonly (number | null)[];
  /** When the newest of the bars closed. */
  readonly newestAtMs: EpochMs;
}

/** What the indicators say of one symbol. `score` sums the points; at ±3 (the threshold) it becomes an action. */
export const Signal = z.object({
  symbol: MarketSymbol,
  action: SignalAction,
  confidenceFraction: z.number().min(0).max(1),
  strategy: z.string(),
  score: z.number().int(),
  readings: z.array(PointReading),
  spikes: z.array(Spike),
  regime: Regime,
  lastQuote: z.number().positive(),
  /** ATR 14 of the 1h bars (or the next coarser there is), in quote per base unit; null in warm-up. */
  atrQuote: z.number().positive().nullable(),
  indicators: z.array(IndicatorReading),
  /** Of a strategy that weighs others' votes. */
  weighing: Weighing.optional(),
  atMs: EpochMs,
  reason: z.string(),
});
export type Signal = z.infer<typeof Signal>;

export const QAction = z.enum(['hold', 'long', 'short', 'close']);
export type QAction = z.infer<typeof QAction>;

/** The Q-table's advice. It counts only when the state was visited often enough; the reason says so either way. */
export const QAdvice = z.object({
  symbol: MarketSymbol,
  tableId: z.string().nullable(),
  state: z.string(),
  /** Of the actions the position allows. */
  values: z.partialRecord(QAction, z.number()).nullable(),
  visits: z.number().int().nonnegative(),
  counts: z.boolean(),
  best: QAction.nullable(),
  reason: z.string(),
});
export type QAdvice = z.infer<typeof QAdvice>;
