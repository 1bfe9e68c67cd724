/** What the Risk agent took away from opens the gate had passed, and whether the market has proved it right since. */
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import type { CutTally, PastCycle } from '#domain/feedback.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { EpochMs } from '#domain/time.ts';

export interface RiskCut {
  readonly proposal: TradeProposal;
  /** What was taken away: all that the gate had left of it, or a part. */
  readonly cutBase: DecimalText;
  readonly isRefusal: boolean;
}

/** What a cut would have come to by now; null where the candles do not say. */
export type JudgeCut = (cut: RiskCut) => {
  readonly netQuote: DecimalText;
  /** Whether its stop or its target was reached; what is still open decides nothing. */
  readonly isDecided: boolean;
  readonly exitAtMs: EpochMs;
} | null;

/** The cuts of one cycle, in the order of its proposals. */
export function riskCuts({ proposals, verdicts }: Pick<PastCycle, 'proposals' | 'verdicts'>): RiskCut[] {
  return proposals.flatMap((proposal) => {
    const verdictOf = (stage: 'gate' | 'risk') =>
      verdicts.find((verdict) => verdict.stage === stage && verdict.proposalId === proposal.proposalId);
    const passed = verdictOf('gate');
    const reviewed = verdictOf('risk');
    if (proposal.kind !== 'open' || passed === undefined || reviewed === undefined) return [];
    const cut = decimal(passed.quantityBase).minus(reviewed.quantityBase);
    if (cut.lte(0)) return [];
    return [{ proposal, cutBase: decimalText(cut), isRefusal: reviewed.outcome === 'denied' }];
  });
}

/**
 * Adds the cuts up, oldest first. A trade that is refused again in each cycle would have been opened once: while one cut
 * of a symbol would still be running, later ones of that symbol are counted and not reckoned again.
 */
export function tallyCuts(cycles: readonly PastCycle[], judge: JudgeCut): CutTally {
  const oldestFirst = cycles.toSorted((left, right) => left.asOfMs - right.asOfMs);
  const runningUntilMs = new Map<string, EpochMs>();
  let [refused, shrunk, decided, undecided] = [0, 0, 0, 0];
  let saved = decimal(0);
  let missed = decimal(0);
  for (const cut of oldestFirst.flatMap(riskCuts)) {
    const { symbol, atMs } = cut.proposal;
    if (cut.isRefusal) refused += 1;
    else shrunk += 1;
    if (atMs < (runningUntilMs.get(symbol) ?? Number.NEGATIVE_INFINITY)) continue;
    const outcome = judge(cut);
    if (outcome === null || !outcome.isDecided) undecided += 1;
    else decided += 1;
    if (outcome === null) continue;
    runningUntilMs.set(symbol, outcome.isDecided ? outcome.exitAtMs : Number.POSITIVE_INFINITY);
    if (!outcome.isDecided) continue;
    const net = decimal(outcome.netQuote);
    if (net.lt(0)) saved = saved.minus(net);
    else missed = missed.plus(net);
  }
  return {
    ...{ refused, shrunk, decided, undecided },
    savedQuote: decimalText(saved),
    missedQuote: decimalText(missed),
    netQuote: decimalText(saved.minus(missed)),
  };
}
