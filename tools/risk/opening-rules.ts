/**
 * The rules an opening proposal must pass whatever its size. Each looks at one thing, at the entry price it is given, and
 * answers with findings; the gate collects them all, in any order, so that a report names everything that was wrong.
 */
import type { Position } from '#domain/account.ts';
import { decimal, divideDecimals } from '#domain/decimal.ts';
import { percentText } from '#domain/percent.ts';
import { deny } from './findings.ts';
import type { GrowingPosition } from './gate-context.ts';
import { leverageLimit } from './limits.ts';
import { MARKET_RULES } from './market-rules.ts';
import type { OpeningRule } from './opening-rule.ts';
import { liquidationPrice, rewardToRisk } from './prices.ts';
import { PROTECTION_RULES } from './protection-rules.ts';
import { isOpening } from './size-limits.ts';

const tradingState: OpeningRule = (_proposal, { tradingMode }) => {
  if (tradingMode === 'halted') return [deny('trading_halted')];
  return tradingMode === 'reducing' ? [deny('trading_reducing')] : [];
};

/** At two thirds of a trip nothing is opened any more that the trip would hurt. */
const sideAtRisk: OpeningRule = ({ symbol, side }, { atRisk }) => {
  if (!atRisk?.sides.includes(side)) return [];
  return [deny('side_at_risk', { message: `no new ${side} in ${symbol}: ${atRisk.message}` })];
};

const reconciled: OpeningRule = (_proposal, { account, unknownOutcomes }) => {
  if (account === null) return [deny('reconcile_pending')];
  if (unknownOutcomes === 0) return [];
  const message = `${unknownOutcomes} sent order(s) without a known outcome, or holdings nobody can read`;
  return [deny('outcome_unknown', { value: unknownOutcomes, limit: 0, message })];
};

/** A model that is down takes no new risk with it; its agents' rules go on closing and protecting. */
const modelAnswers: OpeningRule = (_proposal, { unansweredAsks }) => {
  if (unansweredAsks === 0) return [];
  const message = `the model left ${unansweredAsks} question(s) of this cycle unanswered`;
  return [deny('model_unavailable', { value: unansweredAsks, limit: 0, message })];
};

const leverage: OpeningRule = (proposal, { limits }, instrument) => {
  const limit = leverageLimit(limits, proposal.symbol, instrument.maxLeverage);
  if (proposal.leverage <= limit) return [];
  const message = `leverage ${proposal.leverage} exceeds the limit ${limit} for ${proposal.symbol}`;
  return [deny('leverage_over_limit', { value: proposal.leverage, limit, message })];
};

const positionCount: OpeningRule = (_proposal, { positions, openOrders, growing, limits }) => {
  const symbols = new Set(positions.map((position) => position.symbol));
  for (const order of openOrders) if (isOpening(order)) symbols.add(order.symbol);
  if (growing) symbols.delete(growing.symbol);
  if (symbols.size < limits.maxOpenPositions) return [];
  const message = `${symbols.size} positions are open or opening, the limit is ${limits.maxOpenPositions}`;
  return [deny('positions_over_limit', { value: symbols.size, limit: limits.maxOpenPositions, message })];
};

const onePerSymbol: OpeningRule = ({ symbol }, { positions, openOrders, growing }) => {
  const held = positions.some((position) => position.symbol === symbol && !isGrowing(position, growing));
  const opening = openOrders.some((order) => order.symbol === symbol && isOpening(order));
  return held || opening
    ? [deny('position_exists', { message: `${symbol} is held or being opened already` })]
    : [];
};

/** Whether a position is nothing but what this entry has filled so far: a larger one has grown by somebody else's hand. */
function isGrowing({ symbol, side, quantityBase }: Position, growing: GrowingPosition | undefined): boolean {
  return (
    growing !== undefined &&
    growing.symbol === symbol &&
    growing.side === side &&
    decimal(quantityBase).lte(growing.filledBase)
  );
}

const stop: OpeningRule = (proposal, _context, instrument) => {
  const { symbol, side, entryPriceQuote, stopPriceQuote } = proposal;
  if (stopPriceQuote === null) return [deny('stop_missing')];
  const entry = Number(entryPriceQuote);
  const stopPrice = Number(stopPriceQuote);
  const isRightSide = side === 'long' ? stopPrice < entry : stopPrice > entry;
  if (!isRightSide) {
    const message = `stop ${stopPriceQuote} of a ${side} in ${symbol} lies on the wrong side of ${entryPriceQuote}`;
    return [deny('stop_wrong_side', { value: stopPrice, limit: entry, message })];
  }
  const liquidation = liquidationPrice(entry, side, proposal.leverage, instrument);
  const isInside = side === 'long' ? stopPrice > liquidation : stopPrice < liquidation;
  if (isInside) return [];
  const message = `stop ${stopPriceQuote} in ${symbol} lies beyond the liquidation price ${liquidation.toPrecision(8)}`;
  return [deny('stop_beyond_liquidation', { value: stopPrice, limit: liquidation, message })];
};

const reward: OpeningRule = (proposal, { limits }, instrument) => {
  const { side, entryPriceQuote, stopPriceQuote, targetPriceQuote } = proposal;
  if (stopPriceQuote === null) return [];
  const entry = Number(entryPriceQuote);
  const target = targetPriceQuote === null ? Number.NaN : Number(targetPriceQuote);
  const isRightSide = side === 'long' ? target > entry : target < entry;
  if (!isRightSide) return [deny('target_wrong_side', { value: target, limit: entry })];
  const ratio = rewardToRisk({
    entry,
    stop: Number(stopPriceQuote),
    target,
    feeFraction: instrument.takerFeeFraction,
  });
  if (ratio >= limits.minRewardToRisk) return [];
  const message = `reward to risk ${ratio.toFixed(2)} after fees is under ${limits.minRewardToRisk}`;
  return [deny('reward_under_minimum', { value: ratio, limit: limits.minRewardToRisk, message })];
};

const dailyLoss: OpeningRule = (_proposal, { account, equityMarks, limits }) => {
  const lost = lossFraction(account?.equityQuote, equityMarks.dayStartQuote);
  const limit = limits.dailyLoss.reduceFraction;
  if (lost < limit) return [];
  return [
    deny('daily_loss', {
      value: lost,
      limit,
      message: `the day has lost ${percentText(lost)} of equity, the limit is ${percentText(limit)}`,
    }),
  ];
};

const drawdown: OpeningRule = (_proposal, { account, equityMarks, limits }) => {
  const lost = lossFraction(account?.equityQuote, equityMarks.peakQuote);
  const limit = limits.drawdown.haltFraction;
  if (lost < limit) return [];
  return [
    deny('drawdown', {
      value: lost,
      limit,
      message: `equity is ${percentText(lost)} under its peak, the limit is ${percentText(limit)}`,
    }),
  ];
};

/** Share of `from` that is gone at `now`; zero when either is unknown or nothing was lost. */
export function lossFraction(now: string | undefined, from: string | null): number {
  if (now === undefined || from === null || decimal(from).lte(0)) return 0;
  return Math.max(0, Number(divideDecimals(decimal(from).minus(now), decimal(from), 12)));
}

export const OPENING_RULES: readonly OpeningRule[] = [
  ...MARKET_RULES,
  ...PROTECTION_RULES,
  tradingState,
  sideAtRisk,
  reconciled,
  modelAnswers,
  leverage,
  positionCount,
  onePerSymbol,
  stop,
  reward,
  dailyLoss,
  drawdown,
];
