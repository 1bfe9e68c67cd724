import { z } from 'zod';
import { PositionSide } from './account.ts';
import { DecimalText } from './decimal.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

/** What code wants to trade, before the gate. Every open carries its stop and its target. */
export const TradeProposal = z.object({
  proposalId: z.string(),
  kind: z.enum(['open', 'close']),
  symbol: MarketSymbol,
  side: PositionSide,
  quantityBase: DecimalText,
  /** The price the sizes were computed at; the gate computes again at the real one. */
  entryPriceQuote: DecimalText,
  stopPriceQuote: DecimalText.nullable(),
  targetPriceQuote: DecimalText.nullable(),
  leverage: z.number().min(1),
  /** Fused from points, Q-advice and bounded convictions, -1..1. */
  conviction: z.number().min(-1).max(1),
  reason: z.string(),
  atMs: EpochMs,
});
export type TradeProposal = z.infer<typeof TradeProposal>;

export const WITHHOLDINGS = {
  data_missing: 'The symbol has no sound market data.',
  account_unread: 'The account could not be read, so no size can be reckoned.',
  points_short: 'The points are under the threshold of an open.',
  conviction_short: 'The fused conviction is under the threshold of an open.',
  atr_missing: 'There are too few candles for an ATR, and without one there is no stop.',
  size_zero: 'No stop, target and size fit the account and the venue’s steps.',
  held_too_short: 'The position is younger than the cycle lets one be before it closes it.',
  position_kept: 'A position is held; nothing is added to it, and nothing calls for its close.',
} as const satisfies Record<string, string>;
export type WithheldCode = keyof typeof WITHHOLDINGS;
export const WithheldCode = z.enum(Object.keys(WITHHOLDINGS) as [WithheldCode, ...WithheldCode[]]);

/** Why a subject of the cycle gave no proposal, with the numbers. No denial: there was nothing to deny. */
export const Withheld = z.object({ symbol: MarketSymbol, code: WithheldCode, message: z.string() });
export type Withheld = z.infer<typeof Withheld>;

export const DENIALS = {
  trading_halted: 'Trading is halted; nothing may be opened.',
  trading_reducing: 'Trading is reducing; nothing may be opened.',
  side_at_risk: 'The market moves against this side: the breaker stands at watch.',
  symbol_not_listed: 'The symbol is outside the universe.',
  symbol_not_whitelisted: 'The symbol is not on the configured whitelist.',
  outside_hours: 'It is outside the configured trading hours.',
  data_unsound: 'The symbol’s market data is stale or faulty.',
  data_stale: 'The price the verdict rests on is too old.',
  proposal_stale: 'The market it was proposed on is too long ago.',
  too_illiquid: 'The symbol’s open interest is under the minimum, or the venue tells none.',
  proposal_malformed: 'A number is missing, not finite or not positive.',
  leverage_over_limit: 'The leverage is over the limit of its class.',
  positions_over_limit: 'As many positions are open as may be.',
  position_exists: 'A position in this symbol is open already.',
  outcome_unknown: 'An earlier order’s outcome is not settled.',
  stop_missing: 'An open needs a stop.',
  stop_wrong_side: 'The stop lies on the wrong side of the entry.',
  stop_beyond_liquidation: 'The stop lies beyond the liquidation price.',
  target_wrong_side: 'The target lies on the wrong side of the entry.',
  reward_under_minimum: 'Reward to risk after fees is under the minimum.',
  funding_over_limit: 'A day of funding would cost too much of the risk.',
  risk_over_limit: 'The loss at the stop is over the risk allowed for a trade.',
  position_over_limit: 'The notional is over the limit of a position.',
  exposure_over_limit: 'Total notional would be over the limit.',
  correlation_over_limit: 'Notional that moves together would be over the limit.',
  margin_over_limit: 'Margin in use would be over the limit.',
  balance_short: 'Not enough free balance for the margin and fees.',
  order_under_minimum: 'The size is under the venue’s minimum, or the configured one.',
  order_over_maximum: 'The size is over the venue’s maximum, or the configured one.',
  daily_loss: 'The day’s loss is over the limit.',
  drawdown: 'The drawdown from the peak is over the limit.',
  loss_streak: 'Too many trades were lost in a row; nothing opens for a time.',
  stop_guard: 'Too many stops were lost in this symbol and side; nothing opens there for a time.',
  stop_cooldown: 'The symbol was stopped out a short time ago.',
  venue_failing: 'The venue failed too many orders of late.',
  churn_over_limit: 'Too many positions were opened within the hour.',
  model_unavailable: 'The configured model did not answer; without it nothing new is opened.',
  reconcile_pending: 'The venue could not be read; nothing opens before it can.',
  nothing_to_close: 'There is no such position to close.',
  refused_by_risk: 'The Risk agent refused it, or a part of its size.',
  not_approved: 'A person refused it, or a part of its size; what an answer does not name is refused.',
  approval_expired: 'Nobody approved it before the deadline, or nobody was there to place it after.',
} as const satisfies Record<string, string>;
export type DenialCode = keyof typeof DENIALS;
export const DenialCode = z.enum(Object.keys(DENIALS) as [DenialCode, ...DenialCode[]]);

/** One rule's objection with its numbers. A `resize` finding shrank the size, a `deny` finding refused it. */
export const Finding = z.object({
  code: DenialCode,
  effect: z.enum(['deny', 'resize']),
  /** The measured value and the limit it broke, as plain numbers where there are any. */
  value: z.number().nullable(),
  limit: z.number().nullable(),
  message: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const Verdict = z.object({
  proposalId: z.string(),
  symbol: MarketSymbol,
  outcome: z.enum(['approved', 'resized', 'denied']),
  /** What may be traded: the proposal's size, a smaller one, or zero. */
  quantityBase: DecimalText,
  findings: z.array(Finding),
  /** Which asking this was: the gate node, the Risk agent's review, a person's approval, or the placement. */
  stage: z.enum(['gate', 'risk', 'approval', 'place']),
});
export type Verdict = z.infer<typeof Verdict>;
