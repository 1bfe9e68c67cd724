/** What is not worth a model's answer: subjects whose outcome is the same whatever is said of them. */
import type { MootSubject } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { mootBecause, withConviction } from '#tools/proposals/opinion-stakes.ts';
import { propose } from '#tools/proposals/propose.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { CycleDeps } from '../deps.ts';
import type { Frame } from '../frames.ts';
import type { CycleState } from '../state.ts';
import { subjectOf } from './decide.ts';
import { gateContext } from './gate-facts.ts';

/**
 * The subjects of these that no opinion moves, each with the reason. By the gate's own facts as of now: what it loosens
 * while the others are thought about is judged again at the gate, with the rules' opinion. None where the facts cannot be
 * read: the gate itself tells why.
 */
export async function mootSubjects(
  symbols: readonly MarketSymbol[],
  { state, frame }: { readonly state: CycleState; readonly frame: Frame },
  deps: CycleDeps,
): Promise<MootSubject[]> {
  const { account, positions, openEntries: openOrders, unknownOutcomes } = state;
  const subjects = symbols
    .map((symbol) => subjectOf(symbol, state, frame))
    .filter((subject) => subject !== null);
  const desk = { account, limits: deps.limits, convictionWeight: deps.settings.convictionWeight };
  // The facts are asked for all that an opinion could bring to an open.
  const agreed = subjects.map((subject) => withConviction(subject, Math.sign(subject.signal.score)));
  const { proposals } = propose(agreed, desk);
  const view = { account, positions, openOrders, unknownOutcomes };
  const facts = await gateContext({ ...state, proposals }, view, deps).catch(() => null);
  if (facts === null) return [];
  return subjects.flatMap((subject) => {
    const why = mootBecause(subject, desk, (proposal) => judgeProposal(proposal, facts, 'gate'));
    return why === null ? [] : [{ symbol: subject.signal.symbol, why }];
  });
}
