/** The proposals an agent may still speak about: those the gate passed, with what it left of them. */
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { Signal } from '#domain/signal.ts';
import type { EpochMs } from '#domain/time.ts';
import { ageSeconds, amount, rounded, signed, table } from './evidence-table.ts';

export interface PassedProposal {
  readonly proposal: TradeProposal;
  readonly verdict: Verdict;
  readonly signal: Signal | null;
  /** Passed size times the price it was computed at. */
  readonly notionalQuote: number;
}

export interface PassedQuestion {
  readonly proposals: readonly TradeProposal[];
  readonly verdicts: readonly Verdict[];
  readonly signals: readonly Signal[];
}

/** In the order of the proposals. The last verdict of a proposal counts. */
export function passedProposals({ proposals, verdicts, signals }: PassedQuestion): PassedProposal[] {
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.proposalId, verdict]));
  const signalOf = new Map(signals.map((signal) => [signal.symbol, signal]));
  return proposals.flatMap((proposal) => {
    const verdict = verdictOf.get(proposal.proposalId);
    if (verdict === undefined || verdict.outcome === 'denied') return [];
    const notionalQuote = Number(verdict.quantityBase) * Number(proposal.entryPriceQuote);
    return [{ proposal, verdict, signal: signalOf.get(proposal.symbol) ?? null, notionalQuote }];
  });
}

export function passedTable(passed: readonly PassedProposal[], nowMs: EpochMs): string {
  return table(
    [
      'proposal id',
      'kind',
      'symbol',
      'side',
      'conviction (-1..1)',
      'notional (quote)',
      'leverage (x)',
      'entry (quote)',
      'stop (quote)',
      'target (quote)',
      'gate',
      'why',
      'age (s)',
    ],
    passed.map(({ proposal, verdict, notionalQuote }) => [
      proposal.proposalId,
      proposal.kind,
      proposal.symbol,
      proposal.side,
      signed(proposal.conviction),
      amount(String(notionalQuote)),
      proposal.leverage,
      Number(proposal.entryPriceQuote),
      priceOf(proposal.stopPriceQuote),
      priceOf(proposal.targetPriceQuote),
      gateText(verdict),
      proposal.reason,
      ageSeconds(proposal.atMs, nowMs),
    ]),
  );
}

/** By code and numbers: the words of a review are a model's, and a model's words stay out of the next prompt. */
function gateText({ outcome, findings }: Verdict): string {
  const why = findings.map(({ code, value, limit }) => {
    const numbers = [value, limit].filter((number) => number !== null).map((number) => rounded(number, 3));
    return numbers.length === 0 ? code : `${code} ${numbers.join(' against ')}`;
  });
  return [outcome, ...why].join('; ');
}

function priceOf(priceQuote: string | null): number | null {
  return priceQuote === null ? null : Number(priceQuote);
}
