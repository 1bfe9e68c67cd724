import type { Account, Position } from '#domain/account.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { ContextOpinion } from '#domain/opinion.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { type QAdvice, SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';
import { venueSymbol } from '#domain/symbol.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { fuseConviction } from './fuse.ts';
import { sizeOpen } from './size-open.ts';

export interface Subject {
  readonly signal: Signal;
  readonly instrument: Instrument;
  readonly position: Position | null;
  readonly advice: QAdvice | null;
  readonly opinion: ContextOpinion | null;
}

/** Fused conviction an open needs, and an opposite one that closes a position. */
const OPEN_CONVICTION = 0.375;

/**
 * What code wants to trade for these subjects: at most one proposal each, closes before opens, opens by conviction.
 * A losing position whose signal has faded to hold is closed; a winning one is kept (REQUIREMENTS, Learning).
 * The direction comes from the signal alone: an opinion can weaken it below the threshold, never turn it.
 */
export function propose(
  subjects: readonly Subject[],
  context: { account: Account | null; limits: RiskLimits; convictionWeight: number },
): TradeProposal[] {
  const proposals = subjects
    .map((subject) => proposeFor(subject, context))
    .filter((proposal) => proposal !== null);
  return proposals.sort(
    (left, right) =>
      Number(left.kind === 'open') - Number(right.kind === 'open') ||
      Math.abs(right.conviction) - Math.abs(left.conviction) ||
      left.symbol.localeCompare(right.symbol, 'en'),
  );
}

function proposeFor(
  subject: Subject,
  context: { account: Account | null; limits: RiskLimits; convictionWeight: number },
): TradeProposal | null {
  const { signal, position, advice, opinion } = subject;
  const fused = fuseConviction(signal, advice, opinion, context.convictionWeight);
  if (position !== null) return proposeClose(subject, position, fused);
  if (context.account === null || signal.action === 'hold') return null;
  const side = signal.action === 'buy' ? 'long' : 'short';
  const towards = side === 'long' ? fused.conviction : -fused.conviction;
  if (Math.abs(signal.score) < SCORE_THRESHOLD || towards < OPEN_CONVICTION) return null;
  const plan = sizeOpen(signal, side, towards, {
    instrument: subject.instrument,
    limits: context.limits,
    equityQuote: context.account.equityQuote,
  });
  if (plan === null) return null;
  return {
    proposalId: `${venueSymbol(signal.symbol)}-open-${side}`,
    kind: 'open',
    symbol: signal.symbol,
    side,
    ...plan,
    conviction: fused.conviction,
    reason: `${signal.reason}; ${fused.parts}`,
    atMs: signal.atMs,
  };
}

function proposeClose(
  { signal, advice }: Subject,
  position: Position,
  fused: { conviction: number; parts: string },
): TradeProposal | null {
  const against = position.side === 'long' ? -fused.conviction : fused.conviction;
  const isLosing = Number(position.unrealisedQuote) < 0;
  const reason = closeReason({ against, isLosing, hasFaded: signal.action === 'hold', advice });
  if (reason === null) return null;
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
