import type { Account, Position } from '#domain/account.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { ContextOpinion } from '#domain/opinion.ts';
import type { TradeProposal, Withheld } from '#domain/proposal.ts';
import { type QAdvice, SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';
import { venueSymbol } from '#domain/symbol.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { type FusedConviction, fuseConviction } from './fuse.ts';
import { sizeOpen } from './size-open.ts';

export interface Subject {
  readonly signal: Signal;
  readonly instrument: Instrument;
  readonly position: Position | null;
  readonly advice: QAdvice | null;
  readonly opinion: ContextOpinion | null;
}

/** Fused conviction an open needs, and an opposite one that closes a position. */
export const OPEN_CONVICTION = 0.375;

/** What proposals are reckoned with beside their subjects. */
export interface ProposingDesk {
  readonly account: Account | null;
  readonly limits: RiskLimits;
  readonly convictionWeight: number;
}

/**
 * What code wants to trade for these subjects: at most one proposal each, closes before opens, opens by conviction.
 * A losing position whose signal has faded to hold is closed; a winning one is kept (REQUIREMENTS, Learning). One that is
 * younger than the minimum hold is left to its stop and target: the gate itself holds no close back.
 * The direction comes from the signal alone: an opinion can weaken it below the threshold, never turn it.
 * A subject without a proposal is told with the reason why.
 */
export function propose(
  subjects: readonly Subject[],
  desk: ProposingDesk,
): { proposals: TradeProposal[]; withheld: Withheld[] } {
  const proposals: TradeProposal[] = [];
  const withheld: Withheld[] = [];
  for (const subject of subjects) {
    const weighed = weigh(subject, desk);
    if ('proposalId' in weighed) proposals.push(weighed);
    else withheld.push(weighed);
  }
  proposals.sort(
    (left, right) =>
      Number(left.kind === 'open') - Number(right.kind === 'open') ||
      Math.abs(right.conviction) - Math.abs(left.conviction) ||
      left.symbol.localeCompare(right.symbol, 'en'),
  );
  return { proposals, withheld };
}

function weigh(
  { signal, instrument, position, advice, opinion }: Subject,
  { account, limits, convictionWeight }: ProposingDesk,
): TradeProposal | Withheld {
  const fused = fuseConviction(signal, advice, opinion, convictionWeight);
  if (position !== null) return weighClose(signal, advice, position, fused, limits);
  const { symbol, action, score } = signal;
  const without = (code: Withheld['code'], message: string): Withheld => ({ symbol, code, message });
  if (account === null)
    return without('account_unread', 'the account could not be read, so no size can be reckoned');
  if (action === 'hold' || Math.abs(score) < SCORE_THRESHOLD)
    return without(
      'points_short',
      `the signal is ${action} at ${score} points, and an open needs ${SCORE_THRESHOLD} to one side`,
    );
  const side = action === 'buy' ? 'long' : 'short';
  const towards = side === 'long' ? fused.conviction : -fused.conviction;
  if (towards < OPEN_CONVICTION)
    return without(
      'conviction_short',
      `conviction for a ${side} is ${towards.toFixed(3)}, and an open needs ${OPEN_CONVICTION}: ${fused.parts}`,
    );
  if (signal.atrQuote === null)
    return without('atr_missing', 'there are too few candles for an ATR, and without one there is no stop');
  const { equityQuote } = account;
  const plan = sizeOpen(signal, side, towards, { instrument, limits, equityQuote });
  if (plan === null)
    return without(
      'size_zero',
      `no stop, target and size fit: equity ${equityQuote}, price ${signal.lastQuote}, ATR ${signal.atrQuote}, quantity step ${instrument.quantityStepBase}`,
    );
  return {
    proposalId: `${venueSymbol(symbol)}-open-${side}`,
    kind: 'open',
    symbol,
    side,
    ...plan,
    conviction: fused.conviction,
    reason: `${signal.reason}; ${fused.parts}`,
    atMs: signal.atMs,
  };
}

function weighClose(
  signal: Signal,
  advice: QAdvice | null,
  position: Position,
  fused: FusedConviction,
  { protections: { minHoldMs } }: RiskLimits,
): TradeProposal | Withheld {
  const against = position.side === 'long' ? -fused.conviction : fused.conviction;
  const isLosing = Number(position.unrealisedQuote) < 0;
  const reason = closeReason({ against, isLosing, hasFaded: signal.action === 'hold', advice });
  if (reason === null) {
    const { side, symbol, quantityBase, unrealisedQuote } = position;
    const turn = `conviction against it is ${against.toFixed(3)} and ${OPEN_CONVICTION} would close it`;
    const message = `${side} ${quantityBase} is held and nothing is added to it; ${turn}; unrealised ${unrealisedQuote}, signal ${signal.action}`;
    return { symbol, code: 'position_kept', message };
  }
  const heldMs = signal.atMs - position.openedAtMs;
  if (heldMs < minHoldMs) {
    const message = `${reason}, but it is ${Math.max(0, Math.floor(heldMs / 1_000))} s old and is left to its stop for ${minHoldMs / 1_000} s`;
    return { symbol: position.symbol, code: 'held_too_short', message };
  }
  return {
    proposalId: `${venueSymbol(signal.symbol)}-close-${position.side}`,
    kind: 'close',
    symbol: position.symbol,
    side: position.side,
    quantityBase: position.quantityBase,
    entryPriceQuote: position.markPriceQuote,
    stopPriceQuote: null,
    targetPriceQuote: null,
    leverage: position.leverage,
    conviction: fused.conviction,
    reason: `${reason}; ${fused.parts}`,
    atMs: signal.atMs,
  };
}

function closeReason(facts: {
  against: number;
  isLosing: boolean;
  hasFaded: boolean;
  advice: QAdvice | null;
}): string | null {
  if (facts.against >= OPEN_CONVICTION) return 'the signal has turned against the position';
  if (facts.isLosing && facts.hasFaded) return 'losing, and the signal has faded to hold';
  if (facts.isLosing && facts.advice?.counts && facts.advice.best === 'close')
    return 'losing, and the table advises to close';
  return null;
}
