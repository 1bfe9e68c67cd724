/** Sums of trades that have been reckoned. */
import { type DecimalText, decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { EpochMs } from '#domain/time.ts';

/** The least that the sums need of a trade. */
export interface SummedTrade {
  readonly exitAtMs: EpochMs;
  readonly netQuote: DecimalText;
  readonly r: number;
}

export interface PolicySummary {
  readonly trades: number;
  /** Share of trades that gained after all costs; null without a trade. */
  readonly hitRateFraction: number | null;
  /** What the winners gained over what the losers lost; null without a loss. */
  readonly profitFactor: number | null;
  /** After fees, slippage and funding. */
  readonly netQuote: DecimalText;
  /** Of the equity at the start; null where that is unknown. */
  readonly netFraction: number | null;
  readonly sumR: number;
  readonly meanR: number | null;
  /** The farthest the sum of closed trades fell from its best, zero included. */
  readonly worstDrawdownQuote: DecimalText;
}

/** `startEquityQuote`: null where no cycle could read its account. Money exact, ratios as numbers. */
export function summariseTrades(
  trades: readonly SummedTrade[],
  startEquityQuote: DecimalText | null,
): PolicySummary {
  const nets = trades.map(({ netQuote }) => decimal(netQuote));
  const gained = sumDecimals(nets.filter((net) => net.gt(0)));
  const lost = sumDecimals(nets.filter((net) => net.lt(0))).abs();
  const net = sumDecimals(nets);
  const sumR = trades.reduce((sum, { r }) => sum + r, 0);
  const count = trades.length;
  const equity = Number(startEquityQuote ?? 0);
  return {
    trades: count,
    hitRateFraction: count === 0 ? null : nets.filter((one) => one.gt(0)).length / count,
    profitFactor: lost.eq(0) ? null : Number(gained) / Number(lost),
    netQuote: decimalText(net),
    netFraction: equity > 0 ? Number(net) / equity : null,
    sumR,
    meanR: count === 0 ? null : sumR / count,
    worstDrawdownQuote: worstDrawdown(trades),
  };
}

function worstDrawdown(trades: readonly SummedTrade[]): DecimalText {
  let sum = decimal(0);
  let best = sum;
  let worst = sum;
  for (const { netQuote } of trades.toSorted((left, right) => left.exitAtMs - right.exitAtMs)) {
    sum = sum.plus(netQuote);
    if (sum.gt(best)) best = sum;
    if (best.minus(sum).gt(worst)) worst = best.minus(sum);
  }
  return decimalText(worst);
}
