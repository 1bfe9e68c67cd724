import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { decideOver, openRecordedSpan, type RecordedSpan, weigh } from '#tests/support/weighed-week.ts';
import type { DecidedCycle } from '#tools/performance/decided-cycle.ts';
import { evaluatePolicies } from '#tools/performance/evaluate-policies.ts';
import { drawVeto } from '#tools/performance/random-veto.ts';
import { reckonTrades } from '#tools/performance/reckon-trades.ts';
import { helpVerdict } from '#tools/performance/verdict.ts';

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'BNB', 'ADA', 'LINK', 'DOT', 'LTC', 'BCH'].map(
  (base) => `${base}/USDT:USDT`,
);
/** The week in which a stablecoin lost its peg. */
const FROM_MS = Date.UTC(2023, 2, 6);

/** A Risk agent that refuses what it is told to and keeps all else. */
const refusing = (refuses: (proposal: TradeProposal) => boolean): Script => ({
  risk: ({ proposals }) => ({
    reviews: proposals.map((proposal) => {
      const isRefused = refuses(proposal);
      const action = isRefused ? ('refuse' as const) : ('keep' as const);
      return { proposalId: proposal.proposalId, action, sizeFraction: isRefused ? 0 : 1, reason: 'scripted' };
    }),
    summary: '',
  }),
});

/** Knows the candles to come, and by them what would be lost. */
function foreseer(span: RecordedSpan, byRules: readonly DecidedCycle[]): Script {
  const nothing = { opens: [], closes: [] };
  const undecided = byRules.map((cycle) => ({ ...cycle, rules: nothing }));
  return refusing((proposal) => {
    const from = undecided.findIndex(({ atMs }) => atMs >= proposal.atMs);
    const [own, ...later] = undecided.slice(from);
    if (own === undefined) return true;
    const opens = [{ proposal, quantityBase: proposal.quantityBase }];
    const [trade] = reckonTrades([{ ...own, rules: { opens, closes: [] } }, ...later], 'rules', span.terms);
    return trade === undefined || trade.r <= 0;
  });
}

describe('a recorded week of ten symbols', () => {
  it('tells a model that knows the future from the rules and from chance, and a guesser from neither', async (context) => {
    skipWithoutRecordedMarket(context);
    const span = await openRecordedSpan({
      ...{ path: RECORDED_MARKET, venue: 'BINANCE', symbols: SYMBOLS, fromMs: FROM_MS, days: 7 },
    });
    const byRules = await decideOver(span, {});
    const knowing = weigh(await decideOver(span, foreseer(span, byRules)), span);
    expect(knowing.modelLessRules.finding).toBe('better');
    expect(knowing.modelLessRandom.finding).toBe('better');
    expect(helpVerdict(knowing.modelLessRules, knowing.modelLessRandom).finding).toBe('helped');
    expect(knowing.model.hitRateFraction).toBe(1);

    const random = seededRandom(3);
    const cycles = await decideOver(
      span,
      refusing(() => random.next() < 0.5),
    );
    const guessing = weigh(cycles, span);
    expect(guessing.modelLessRandom.finding).toBe('no_difference');
    expect(guessing.model.trades).toBeGreaterThan(50);
    expect(guessing.randomVeto.trades.mean).toBeCloseTo(guessing.model.trades, -1);

    const rules = reckonTrades(cycles, 'rules', span.terms);
    let toldApart = 0;
    for (let guesser = 0; guesser < 60; guesser += 1) {
      const model = drawVeto(rules, { dropFraction: 0.4, keptShares: [1] }, seededRandom(1_000 + guesser));
      const options = { ...span.terms, seed: guesser, resamples: 200, knownToMs: FROM_MS * 2 };
      const { modelLessRandom } = evaluatePolicies(cycles, { model, rules }, options);
      if (modelLessRandom.finding !== 'no_difference') toldApart += 1;
    }
    // Ranges of 95% are wrong once in twenty times.
    expect(toldApart).toBeLessThanOrEqual(7);
  }, 240_000);
});
