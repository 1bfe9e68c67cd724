import type { Big } from 'big.js';
import type { PositionSide } from '#domain/account.ts';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Signal } from '#domain/signal.ts';
import { leverageLimit, type RiskLimits } from '../risk/limits.ts';

/** Stop distance in ATRs of the 1h bars, and the least it may be as a fraction of the price. */
const STOP_ATRS = 2;
const MIN_STOP_FRACTION = 0.005;
/** Room above the least reward to risk, so that ticks and a moved price do not break it. */
const REWARD_MARGIN = 1.1;
/** Preferred leverage; the limits may lower it further. */
const PREFERRED_LEVERAGE = 5;
/** REQUIREMENTS, regimes: half size in high volatility, 1.2 × in calm. */
const VOLATILITY_SIZE = { calm: 1.2, normal: 1, volatile: 0.5, unknown: 0.5 } as const;

export interface OpenPlan {
  readonly quantityBase: string;
  readonly entryPriceQuote: string;
  readonly stopPriceQuote: string;
  readonly targetPriceQuote: string;
  readonly leverage: number;
}

/**
 * Entry at the last price, a stop two ATRs away, a target that pays the least reward to risk after fees, and the size
 * whose loss at the stop is the risk allowed, scaled by volatility and conviction. Prices on ticks: the stop rounded
 * towards the entry, the target away from it, and all that follows reckoned from the rounded ones. Null when the signal
 * has no ATR, a price falls to zero or on the entry, or the size rounds to nothing.
 */
export function sizeOpen(
  signal: Signal,
  side: PositionSide,
  conviction: number,
  context: { instrument: Instrument; limits: RiskLimits; equityQuote: string },
): OpenPlan | null {
  const { instrument, limits } = context;
  if (signal.atrQuote === null) return null;
  const prices = pricesOf(signal, signal.atrQuote, side, instrument, limits.minRewardToRisk);
  if (prices === null) return null;
  const { entry, stop, target } = prices;
  const riskQuote =
    Number(context.equityQuote) *
    limits.riskPerTradeFraction *
    VOLATILITY_SIZE[signal.regime.volatility] *
    Math.min(1, Math.abs(conviction));
  const lossPerUnit = lossAtStop(Number(entry), Number(stop), instrument.takerFeeFraction);
  if (!(riskQuote > 0 && lossPerUnit > 0)) return null;
  const quantity = roundToStep(decimal(riskQuote / lossPerUnit), instrument.quantityStepBase, 'down');
  if (quantity.lte(0)) return null;
  return {
    quantityBase: decimalText(quantity),
    entryPriceQuote: decimalText(entry),
    stopPriceQuote: decimalText(stop),
    targetPriceQuote: decimalText(target),
    leverage: Math.min(PREFERRED_LEVERAGE, leverageLimit(limits, signal.symbol, instrument.maxLeverage)),
  };
}

/** Entry, stop and target on ticks; null where they do not stand in their order, or under zero. */
function pricesOf(
  { lastQuote }: Signal,
  atrQuote: number,
  side: PositionSide,
  { tickSizeQuote, takerFeeFraction }: Instrument,
  minRewardToRisk: number,
): { entry: Big; stop: Big; target: Big } | null {
  const away = side === 'long' ? 'up' : 'down';
  const direction = side === 'long' ? 1 : -1;
  const entry = roundToStep(decimal(lastQuote), tickSizeQuote, 'nearest');
  const distance = Math.max(STOP_ATRS * atrQuote, MIN_STOP_FRACTION * lastQuote);
  const wanted = Number(entry) - direction * distance;
  if (wanted <= 0) return null;
  const stop = roundToStep(decimal(wanted), tickSizeQuote, away);
  const risk = lossAtStop(Number(entry), Number(stop), takerFeeFraction);
  const reward = minRewardToRisk * REWARD_MARGIN * risk;
  // The price at which the gain, less the fees on entry and exit, is the reward.
  const paying =
    side === 'long'
      ? (Number(entry) * (1 + takerFeeFraction) + reward) / (1 - takerFeeFraction)
      : (Number(entry) * (1 - takerFeeFraction) - reward) / (1 + takerFeeFraction);
  if (paying <= 0) return null;
  const target = roundToStep(decimal(paying), tickSizeQuote, away);
  const isInOrder = side === 'long' ? stop.lt(entry) : stop.gt(entry);
  return isInOrder && stop.gt(0) && target.gt(0) ? { entry, stop, target } : null;
}

/** Loss of one unit at its stop, taker fees on both sides included. */
function lossAtStop(entry: number, stop: number, feeFraction: number): number {
  return Math.abs(entry - stop) + feeFraction * (entry + stop);
}
