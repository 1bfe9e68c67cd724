/**
 * How likely a Sharpe ratio is more than the luck of having tried much. All ratios are those of one period of the returns
 * (a day here), not of a year.
 */
import { normalQuantile, normalShare } from '#tools/performance/normal.ts';
import { type ReturnMoments, sharpeOfPeriod } from './return-moments.ts';

/** Of the Euler–Mascheroni constant. */
const EULER = 0.577_215_664_901_532_9;

export interface Trials {
  /** Ways that were tried before this one was taken, this one among them. */
  readonly count: number;
  /** Of their Sharpe ratios. */
  readonly variance: number;
}

/**
 * The best Sharpe ratio that so many trials without any skill are expected to show; 0 for a single one.
 * @see D. H. Bailey and M. López de Prado, The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest Overfitting
 * and Non-Normality, Journal of Portfolio Management 40/5 (2014), equation 1 with a mean of zero.
 */
export function expectedBestSharpe({ count, variance }: Trials): number {
  if (count <= 1) return 0;
  const first = normalQuantile(1 - 1 / count);
  const second = normalQuantile(1 - 1 / (count * Math.E));
  return Math.sqrt(variance) * ((1 - EULER) * first + EULER * second);
}

/**
 * The probability that the true ratio lies above `benchmark`, given how many returns there were and how crooked they are.
 * Null where there is no ratio, and where the estimate of its own error is not positive (few, very crooked returns).
 * @see D. H. Bailey and M. López de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15/2 (2012).
 */
export function probabilisticSharpe(moments: ReturnMoments, benchmark: number): number | null {
  const sharpe = sharpeOfPeriod(moments);
  if (sharpe === null) return null;
  const { count, skewness, kurtosis } = moments;
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return spread > 0 ? normalShare(((sharpe - benchmark) * Math.sqrt(count - 1)) / Math.sqrt(spread)) : null;
}

/** The probability that the true ratio is above what the best of the trials would have shown without skill. */
export function deflatedSharpe(moments: ReturnMoments, trials: Trials): number | null {
  return probabilisticSharpe(moments, expectedBestSharpe(trials));
}

/** The trials of a choice by their Sharpe ratios; those that had none count as tried, with a ratio of 0: they made nothing. */
export function trialsOf(sharpes: readonly (number | null)[]): Trials {
  const known = sharpes.map((sharpe) => sharpe ?? 0);
  const count = known.length;
  const mean = known.reduce((sum, one) => sum + one, 0) / count;
  const squares = known.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { count, variance: count < 2 ? 0 : squares / (count - 1) };
}
