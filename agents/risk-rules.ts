/** The Risk agent's own policy: refuse contradictions, then shrink for every reason to be careful. */
import type { Position, PositionSide } from '#domain/account.ts';
import type { RiskReview } from '#domain/opinion.ts';
import { percentText } from '#domain/percent.ts';
import type { Signal } from '#domain/signal.ts';
import { baseOf } from '#domain/symbol.ts';
import type { RiskQuestion } from './agent-desk.ts';
import { type PassedProposal, passedProposals } from './passed-proposals.ts';

export type Review = RiskReview['reviews'][number];

/** Points from which a signal may go against the trend. */
const STRONG_SCORE = 5;
const LOW_CONVICTION = 0.45;
const LOW_CONVICTION_SHARE = 0.7;
/** Half size in high volatility (REQUIREMENTS, regimes). */
const VOLATILE_SHARE = 0.5;
/** Correlation with BTC from which two coins count as one bet. */
const CORRELATED = 0.7;
const CORRELATED_SHARE = 0.7;
/** ATR over price from which an hour's usual move is large, and the share kept. */
const WIDE_ATR_FRACTION = 0.02;
const WIDE_ATR_SHARE = 0.75;
/** Under this share a trade is not worth its fees. */
const LEAST_SHARE = 0.2;

export function reviewByRules(passed: PassedProposal, question: RiskQuestion): Review {
  const { proposal, signal } = passed;
  const { proposalId } = proposal;
  if (proposal.kind === 'close') return keep(proposalId, 'A close lowers risk and always passes.');
  const contradiction = contradictionIn(passed);
  if (contradiction !== null) return refuse(proposalId, contradiction);

  const cuts = signal === null ? [] : cutsFor(passed, signal, question);
  const share = cuts.reduce((product, cut) => product * cut.share, 1);
  const reason = cuts.map(({ why }) => why).join('; ');
  if (cuts.length === 0) return keep(proposalId, 'Nothing speaks against the passed size.');
  if (share < LEAST_SHARE) return refuse(proposalId, reason);
  const sizeFraction = Math.round(share * 100) / 100;
  return { proposalId, action: 'shrink', sizeFraction, reason: reason.slice(0, 300) };
}

function contradictionIn({ proposal: { side, conviction }, signal }: PassedProposal): string | null {
  if (signal === null) return 'There is no signal for this symbol in this run.';
  if (directionOf(side) * conviction < 0) return `A ${side} with conviction ${conviction.toFixed(2)}.`;
  if (directionOf(side) * signal.score < 0) return `A ${side} against a score of ${signal.score}.`;
  const { trend } = signal.regime;
  const isAgainstTrend = (trend === 'bull' && side === 'short') || (trend === 'bear' && side === 'long');
  if (isAgainstTrend && Math.abs(signal.score) < STRONG_SCORE)
    return `A ${side} against the ${trend} trend needs ${STRONG_SCORE} points, the score is ${signal.score}.`;
  return null;
}

interface Cut {
  readonly share: number;
  readonly why: string;
}

function cutsFor({ proposal }: PassedProposal, signal: Signal, question: RiskQuestion): Cut[] {
  const cuts: Cut[] = [];
  if (signal.regime.volatility === 'volatile')
    cuts.push({ share: VOLATILE_SHARE, why: 'volatility is high' });
  const atrFraction = signal.atrQuote === null ? 0 : signal.atrQuote / signal.lastQuote;
  if (atrFraction >= WIDE_ATR_FRACTION)
    cuts.push({ share: WIDE_ATR_SHARE, why: `ATR is ${percentText(atrFraction)} of the price` });
  if (Math.abs(proposal.conviction) < LOW_CONVICTION)
    cuts.push({ share: LOW_CONVICTION_SHARE, why: `conviction is only ${proposal.conviction.toFixed(2)}` });
  const companions = correlatedWith(proposal, signal, question);
  if (companions.length > 0)
    cuts.push({
      share: CORRELATED_SHARE ** Math.min(companions.length, 3),
      why: `${companions.map(baseOf).join(', ')} already ${companions.length === 1 ? 'makes' : 'make'} the same ${proposal.side} bet`,
    });
  return cuts;
}

/** Positions, and opens the gate listed earlier, that point the same way and move with the same market. */
function correlatedWith(
  proposal: { readonly proposalId: string; readonly symbol: string; readonly side: PositionSide },
  signal: Signal,
  question: RiskQuestion,
): string[] {
  if (!movesWithBtc(signal)) return [];
  const passed = passedProposals(question).map((other) => other.proposal);
  const closing = passed.filter(({ kind }) => kind === 'close').map(({ symbol }) => symbol);
  const earlier = passed.slice(
    0,
    passed.findIndex(({ proposalId }) => proposalId === proposal.proposalId),
  );
  const staying = question.positions.filter((position: Position) => !closing.includes(position.symbol));
  const sameWay = [...staying, ...earlier.filter(({ kind }) => kind === 'open')]
    .filter(({ symbol, side }) => symbol !== proposal.symbol && side === proposal.side)
    .map(({ symbol }) => symbol);
  return [...new Set(sameWay)].filter((symbol) =>
    question.signals.some((other) => other.symbol === symbol && movesWithBtc(other)),
  );
}

function movesWithBtc({ symbol, regime }: Signal): boolean {
  return baseOf(symbol) === 'BTC' || (regime.btcCorrelation ?? 0) >= CORRELATED;
}

function directionOf(side: PositionSide): 1 | -1 {
  return side === 'long' ? 1 : -1;
}

function keep(proposalId: string, reason: string): Review {
  return { proposalId, action: 'keep', sizeFraction: 1, reason };
}

function refuse(proposalId: string, reason: string): Review {
  return { proposalId, action: 'refuse', sizeFraction: 0, reason: reason.slice(0, 300) };
}
