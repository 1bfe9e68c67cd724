import { describe, expect, it } from 'vitest';
import type { ContextQuestion, GuardianQuestion, RiskQuestion } from '#agents/agent-desk.ts';
import { context } from '#agents/context.ts';
import { contextReadings } from '#agents/context-readings.ts';
import { executor } from '#agents/executor.ts';
import { ungroundedEvidence } from '#agents/grounding.ts';
import { guardian } from '#agents/guardian.ts';
import { risk } from '#agents/risk.ts';
import { scanner } from '#agents/scanner.ts';
import {
  ContextOpinion,
  ExecutionPlan,
  type ExecutionStyle,
  RiskReview,
  ScannerReport,
} from '#domain/opinion.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { Regime, Signal } from '#domain/signal.ts';
import {
  accountOf,
  adviceOn,
  BTC,
  ETH,
  positionOf,
  proposalOf,
  SOL,
  signalOf,
  spikeOf,
  verdictOn,
} from '#tests/support/agent-fixtures.ts';

const CALM: Regime = { trend: 'bull', volatilityRatio: 1, volatility: 'normal', btcCorrelation: 0.4 };

describe('the Scanner by rules', () => {
  const rank = (question: Parameters<typeof scanner.decideByRules>[0]) =>
    scanner.decideByRules(question).ranked.map(({ symbol }) => symbol);

  it('ranks by the size of the score whatever its sign, and lifts a strong spike', () => {
    const shortlist = [
      signalOf(BTC, { score: 3 }),
      signalOf(ETH, { score: -6, action: 'sell' }),
      signalOf(SOL, { score: 4, spikes: [spikeOf(SOL, { robustSigmas: 12 })] }),
    ];
    expect(rank({ shortlist, positions: [], maxSubjects: 3 })).toEqual([SOL, ETH, BTC]);
  });

  it('keeps to the maximum, with open positions on top of it', () => {
    const shortlist = [signalOf(BTC), signalOf(ETH, { score: 7 })];
    const question = { shortlist, positions: [positionOf(SOL)], maxSubjects: 1 };
    expect(rank(question)).toEqual([ETH, SOL]);
    expect(ScannerReport.safeParse(scanner.decideByRules(question)).success).toBe(true);
  });
});

describe('the Guardian by rules', () => {
  const watch: GuardianQuestion = {
    level: 'watch',
    reasons: [{ trigger: 'btc_fall_1h', level: 'watch', value: 0.11, limit: 0.15, message: 'BTC fell 0.11' }],
    signals: [signalOf(BTC), signalOf(ETH), signalOf(SOL)],
    account: accountOf(),
    positions: [],
  };
  const falling = (symbol: string) => signalOf(symbol, { action: 'sell', score: -4 });

  it('keeps on watch while account and breadth are sound', () => {
    expect(guardian.decideByRules(watch).ask).toBe('keep');
  });

  it.each<[string, Partial<GuardianQuestion>]>([
    ['most symbols point down', { signals: [falling(BTC), falling(ETH), signalOf(SOL)] }],
    ['open losses are heavy', { account: accountOf({ unrealisedQuote: '-250' }) }],
    [
      'the drawdown is on watch',
      {
        reasons: [{ trigger: 'drawdown', level: 'watch', value: 0.06, limit: 0.1, message: 'drawdown 0.06' }],
      },
    ],
    ['the account cannot be read', { account: null }],
  ])('asks to reduce on watch when %s', (_name, over) => {
    expect(guardian.decideByRules({ ...watch, ...over }).ask).toBe('reduce');
  });

  it.each(['clear', 'tripped'] as const)('adds nothing when the level is %s', (level) => {
    expect(guardian.decideByRules({ ...watch, level, account: null }).ask).toBe('keep');
  });
});

describe('the Context agent by rules', () => {
  const base: ContextQuestion = {
    signal: signalOf(ETH, { regime: CALM }),
    qAdvice: null,
    position: null,
    fundingRateFraction: null,
    openInterestQuote: null,
    btc: null,
    question: null,
  };
  const conviction = (over: Partial<ContextQuestion>) =>
    context.decideByRules({ ...base, ...over }).conviction;

  it('leans with the score and the regime', () => {
    expect(context.decideByRules(base)).toMatchObject({ stance: 'bullish', conviction: 0.44 });
  });

  it('is neutral at 0 when nothing was measured', () => {
    const signal = signalOf(ETH, { score: 0, action: 'hold', regime: { ...CALM, trend: 'unknown' } });
    expect(context.decideByRules({ ...base, signal })).toMatchObject({ stance: 'neutral', conviction: 0 });
  });

  it.each<[string, Partial<ContextQuestion>, 'more' | 'less' | 'same']>([
    ['BTC falls and the coin follows it', { btc: signalOf(BTC, { score: -5 }) }, 'less'],
    ['longs are crowded', { fundingRateFraction: 0.0008 }, 'less'],
    ['shorts are crowded', { fundingRateFraction: -0.0008 }, 'more'],
    ['funding is usual', { fundingRateFraction: 0.0001 }, 'same'],
    ['the table prefers long', { qAdvice: adviceOn(ETH) }, 'more'],
    ['the table has seen too little', { qAdvice: adviceOn(ETH, { counts: false }) }, 'same'],
    [
      'volatility is high',
      { signal: signalOf(ETH, { regime: { ...CALM, volatility: 'volatile' } }) },
      'less',
    ],
  ])('is moved when %s', (_name, over, direction) => {
    const moved = conviction(over);
    if (direction === 'same') expect(moved).toBe(conviction({}));
    else if (direction === 'more') expect(moved).toBeGreaterThan(conviction({}));
    else expect(moved).toBeLessThan(conviction({}));
  });

  it('leans against a losing position whose signal has faded', () => {
    const signal = signalOf(ETH, { score: 0, action: 'hold', regime: { ...CALM, trend: 'sideways' } });
    const position = positionOf(ETH, { unrealisedQuote: '-5' });
    expect(conviction({ signal, position })).toBe(-0.25);
  });

  it('quotes only what it was shown', () => {
    const question = { ...base, btc: signalOf(BTC), fundingRateFraction: 0.0009, qAdvice: adviceOn(ETH) };
    const opinion = context.decideByRules(question);
    expect(opinion.evidence.length).toBeGreaterThan(3);
    expect(ungroundedEvidence(opinion.evidence, contextReadings(question))).toEqual([]);
    expect(ContextOpinion.safeParse(opinion).success).toBe(true);
  });
});

describe('the Risk agent by rules', () => {
  const questionOf = (
    over: Partial<RiskQuestion> & { proposals: readonly TradeProposal[] },
  ): RiskQuestion => ({
    verdicts: over.proposals.map((proposal) => verdictOn(proposal)),
    signals: [BTC, ETH, SOL].map((symbol) => signalOf(symbol, { regime: CALM })),
    account: accountOf(),
    positions: [],
    ...over,
  });
  const reviewOf = (over: Parameters<typeof questionOf>[0]) => risk.decideByRules(questionOf(over)).reviews;
  const correlated = [BTC, ETH, SOL].map((symbol) =>
    signalOf(symbol, { regime: { ...CALM, btcCorrelation: 0.9 } }),
  );

  it('keeps what nothing speaks against', () => {
    expect(reviewOf({ proposals: [proposalOf(ETH)] })).toMatchObject([{ action: 'keep', sizeFraction: 1 }]);
  });

  it('halves in high volatility', () => {
    const signals = [signalOf(ETH, { regime: { ...CALM, volatility: 'volatile' } })];
    expect(reviewOf({ proposals: [proposalOf(ETH)], signals })).toMatchObject([
      { action: 'shrink', sizeFraction: 0.5 },
    ]);
  });

  it('shrinks for low conviction', () => {
    const proposals = [proposalOf(ETH, { conviction: 0.4 })];
    expect(reviewOf({ proposals })).toMatchObject([{ action: 'shrink', sizeFraction: 0.7 }]);
  });

  it('shrinks the second of two correlated bets, and the third more', () => {
    const proposals = [proposalOf(ETH), proposalOf(SOL)];
    const positions = [positionOf(BTC)];
    expect(reviewOf({ proposals, positions, signals: correlated })).toMatchObject([
      { sizeFraction: 0.7, reason: expect.stringContaining('BTC already makes the same long bet') },
      { sizeFraction: 0.49, reason: expect.stringContaining('BTC, ETH already make the same long bet') },
    ]);
  });

  it('does not count a position that this cycle closes', () => {
    const close = proposalOf(BTC, { proposalId: 'BTC-close-long', kind: 'close' });
    const reviews = reviewOf({
      proposals: [close, proposalOf(ETH)],
      positions: [positionOf(BTC)],
      signals: correlated,
    });
    expect(reviews).toMatchObject([{ action: 'keep' }, { action: 'keep' }]);
  });

  it.each<[string, Partial<TradeProposal>, Partial<Parameters<typeof signalOf>[1]>]>([
    ['it goes against the trend with a weak score', { side: 'short', conviction: -0.6 }, { score: -4 }],
    ['its conviction points the other way', { conviction: -0.6 }, {}],
    ['the score points the other way', {}, { score: -4 }],
  ])('refuses when %s', (_name, proposal, signal) => {
    const proposals = [proposalOf(ETH, proposal)];
    const reviews = reviewOf({ proposals, signals: [signalOf(ETH, { regime: CALM, ...signal })] });
    expect(reviews).toMatchObject([{ action: 'refuse', sizeFraction: 0 }]);
  });

  it('refuses an open without a signal and always passes a close', () => {
    const close = proposalOf(BTC, { proposalId: 'BTC-close-long', kind: 'close', conviction: -1 });
    const reviews = reviewOf({ proposals: [close, proposalOf(ETH)], signals: [] });
    expect(reviews).toMatchObject([{ action: 'keep' }, { action: 'refuse' }]);
  });

  it('says nothing about what the gate denied', () => {
    const proposal = proposalOf(ETH);
    const verdicts = [verdictOn(proposal, { outcome: 'denied', quantityBase: '0' })];
    expect(risk.decideByRules(questionOf({ proposals: [proposal], verdicts })).reviews).toEqual([]);
  });

  it('answers in the domain’s words', () => {
    const review = risk.decideByRules(questionOf({ proposals: [proposalOf(ETH), proposalOf(SOL)] }));
    expect(RiskReview.safeParse(review).success).toBe(true);
  });
});

describe('the Executor by rules', () => {
  const styleOf = (proposal: TradeProposal, signal: Partial<Parameters<typeof signalOf>[1]> = {}) => {
    const question = {
      proposals: [proposal],
      verdicts: [verdictOn(proposal)],
      signals: [signalOf(proposal.symbol, signal)],
    };
    const plan = executor.decideByRules(question);
    expect(ExecutionPlan.safeParse(plan).success).toBe(true);
    return plan.plans[0]?.style;
  };

  it.each<[string, TradeProposal, Partial<Signal>, ExecutionStyle]>([
    ['market for a close', proposalOf(ETH, { kind: 'close' }), {}, 'market'],
    ['market while a spike runs', proposalOf(ETH), { spikes: [spikeOf(ETH)] }, 'market'],
    ['market in high volatility', proposalOf(ETH), { regime: { ...CALM, volatility: 'volatile' } }, 'market'],
    ['limit when it is calm', proposalOf(ETH), {}, 'limit'],
    ['twap for a large notional of an alt', proposalOf(SOL, { quantityBase: '300' }), {}, 'twap'],
    ['limit for the same notional of a major', proposalOf(ETH, { quantityBase: '300' }), {}, 'limit'],
  ])('chooses %s', (_name, proposal, signal, style) => {
    expect(styleOf(proposal, signal)).toBe(style);
  });

  it('offers slicing only where there is something to slice', () => {
    const small = proposalOf(ETH);
    const question = { proposals: [small], verdicts: [verdictOn(small)], signals: [signalOf(ETH)] };
    const reply = {
      plans: [{ proposalId: small.proposalId, style: 'twap' as const, deadlineMs: null, reason: 'slow' }],
      summary: '',
    };
    expect(executor.bound(reply, question).plans[0]?.style).toBe('limit');
  });

  it('says in whose words it fills in what a model left out', () => {
    const question = { proposals: [proposalOf(ETH)], verdicts: [], signals: [signalOf(ETH)] };
    const judged = { ...question, verdicts: question.proposals.map((proposal) => verdictOn(proposal)) };
    const plan = executor.bound({ plans: [], summary: '' }, judged).plans[0];
    expect(plan?.reason).toMatch(/^by the rules: /);
    const book = { ...judged, account: accountOf(), positions: [] };
    expect(risk.bound({ reviews: [], summary: '' }, book).reviews[0]?.reason).toMatch(/^by the rules: /);
  });
});
