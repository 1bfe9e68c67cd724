import { describe, expect, it } from 'vitest';
import type { TradeProposal } from '#domain/proposal.ts';
import { accountOf, BTC, ETH, positionOf, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import { pairOf } from '#tools/regime/market-correlation.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '#tools/risk/limits.ts';
import { gateContextOf, restingEntry, withInstrument } from './made-gate.ts';

const HUGE = '1000000000';
const judge = (over: Partial<TradeProposal>, context = gateContextOf()) =>
  judgeProposal(proposalOf(BTC, over), context, 'gate');
const wide = (over: Partial<RiskLimits>) =>
  gateContextOf({
    limits: {
      ...DEFAULT_LIMITS,
      riskPerTradeFraction: 0.02,
      positionMarginFraction: 0.1,
      correlatedNotionalMultiple: 10,
      ...over,
    },
  });

describe('the size of an opening', () => {
  it('is cut to the loss allowed at the stop, fees on both sides counted, and rounded down to the step', () => {
    // 100 of risk over 3 + 0.0005 × (100 + 97) = 3.0985 a unit.
    expect(judge({ quantityBase: HUGE })).toMatchObject({ outcome: 'resized', quantityBase: '25' });
    // With 20,000 of equity: 200 / 3.0985 = 64.547, and 5 % of margin at 5 × is 50.
    const account = accountOf({ equityQuote: '20000', availableQuote: '20000' });
    const verdict = judge({ quantityBase: HUGE }, gateContextOf({ account }));
    expect(verdict.quantityBase).toBe('50');
    expect(verdict.findings.map(({ code, limit }) => [code, limit?.toFixed(3)])).toEqual([
      ['risk_over_limit', '64.547'],
      ['position_over_limit', '50.000'],
      ['exposure_over_limit', '2000.000'],
      ['correlation_over_limit', '200.000'],
      ['margin_over_limit', '900.000'],
      ['balance_short', '995.099'],
      ['order_over_maximum', '1000000.000'],
    ]);
  });

  it('counts the exit fee of a short at its stop, which lies over the entry', () => {
    const short = { side: 'short', stopPriceQuote: '119', targetPriceQuote: '50', leverage: 2 } as const;
    // 100 / (19 + 0.0005 × 219) = 5.2329…; with both fees at the entry it would be 5.2356.
    expect(judge({ ...short, quantityBase: HUGE }).quantityBase).toBe('5.232');
  });

  it('is not fooled by an entry price nobody trades at', () => {
    const cheap = judge({
      entryPriceQuote: '1',
      stopPriceQuote: '0.99',
      targetPriceQuote: '1.1',
      leverage: 1,
    });
    expect(cheap.outcome).toBe('denied');
    const dear = judge({ entryPriceQuote: '101', targetPriceQuote: '112', quantityBase: HUGE });
    expect(Number(dear.quantityBase)).toBeLessThan(100 / 4);
    const moved = judge({ quantityBase: HUGE }, gateContextOf({ lastPricesQuote: new Map([[BTC, 100.2]]) }));
    expect(Number(moved.quantityBase)).toBeLessThan(25);
  });

  it('leaves what positions and resting entries have not taken of the total notional', () => {
    const positions = [positionOf(ETH, { quantityBase: '900', markPriceQuote: '100' })];
    const openOrders = [restingEntry(SOL, { quantityBase: '95', filledBase: '5', leverage: 10 })];
    const limits = { ...DEFAULT_LIMITS, correlatedNotionalMultiple: 10 };
    const correlations = new Map([
      [pairOf(BTC, ETH), 0],
      [pairOf(BTC, SOL), 0],
    ]);
    expect(judge({}, gateContextOf({ limits, correlations, positions, openOrders }))).toMatchObject({
      outcome: 'approved',
      quantityBase: '10',
    });
    const fuller = [restingEntry(SOL, { quantityBase: '99', filledBase: '5', leverage: 10 })];
    const verdict = judge({}, gateContextOf({ limits, correlations, positions, openOrders: fuller }));
    expect(verdict).toMatchObject({ outcome: 'resized', quantityBase: '6' });
    expect(verdict.findings.map(({ code }) => code)).toEqual(['exposure_over_limit']);
  });

  describe('beside what moves with it', () => {
    // 8,000 of ETH are held and 1,500 of SOL rest: with an equity of 10,000 a BTC at 100 has 5 units left of them.
    const beside = (over: Partial<GateContext> = {}) =>
      gateContextOf({
        positions: [positionOf(ETH, { quantityBase: '80', markPriceQuote: '100' })],
        openOrders: [restingEntry(SOL, { quantityBase: '15', leverage: 10 })],
        ...over,
      });
    const known = (eth: number, sol: number) => ({
      correlations: new Map([
        [pairOf(BTC, ETH), eth],
        [pairOf(BTC, SOL), sol],
      ]),
    });
    const short = { side: 'short', stopPriceQuote: '103', targetPriceQuote: '90' } as const;

    it.each([
      ['whole where nobody knows how they move', {}, beside(), '5'],
      ['whole where nobody knows, whatever the sides', short, beside(), '5'],
      ['whole where they move as one', {}, beside(known(1, 1)), '5'],
      ['by their correlation', {}, beside(known(1, 0.8)), '8'],
      ['not at all where they move apart', {}, beside(known(1, 0)), '10'],
      ['not as room where they move against it', {}, beside(known(1, -1)), '10'],
      ['on the other side where they move against it', short, beside(known(-1, -1)), '5'],
      ['never for more than they are', {}, beside(known(7, 7)), '5'],
      ['whole where the correlation is not a number', {}, beside(known(Number.NaN, Number.NaN)), '5'],
    ])('counts them %s', (_how, over, context, quantityBase) => {
      expect(judge(over, context).quantityBase).toBe(quantityBase);
    });

    it('names the limit', () => {
      expect(judge({}, beside()).findings).toMatchObject([
        { code: 'correlation_over_limit', effect: 'resize', value: 10, limit: 5 },
      ]);
    });
  });

  it('is cut to the configured largest order', () => {
    const verdict = judge({}, wide({ maxOrderQuote: 555.55 }));
    expect(verdict).toMatchObject({ outcome: 'resized', quantityBase: '5.555' });
    expect(verdict.findings).toMatchObject([{ code: 'order_over_maximum', effect: 'resize' }]);
    expect(judge({}, wide({ maxOrderQuote: 1_000 })).outcome).toBe('approved');
  });

  it('leaves what is not in use of the margin', () => {
    const account = accountOf({ marginUsedQuote: '8900' });
    const openOrders = [restingEntry(SOL, { quantityBase: '4', leverage: 10 })];
    const verdict = judge({}, gateContextOf({ account, openOrders }));
    // 9000 - 8900 - 40 = 60 of margin at 5 × and a price of 100.
    expect(verdict).toMatchObject({ outcome: 'resized', quantityBase: '3' });
    expect(verdict.findings.map(({ code }) => code)).toEqual(['margin_over_limit']);
  });

  it('needs free balance for its margin and its fees, after those of resting entries', () => {
    const account = accountOf({ availableQuote: '100' });
    // 100 / (20 + 0.0985) = 4.975…
    expect(judge({}, gateContextOf({ account })).quantityBase).toBe('4.975');
    // An entry of 4 at 10 × takes 40 and its own fees of 0.4: 59.6 / 20.0985 = 2.965…
    const openOrders = [restingEntry(SOL, { quantityBase: '4', leverage: 10 })];
    const verdict = judge({}, gateContextOf({ account, openOrders }));
    expect(verdict).toMatchObject({ quantityBase: '2.965' });
    expect(verdict.findings.map(({ code }) => code)).toEqual(['balance_short']);
  });

  it('leaves no room beside a market entry whose price nobody knows', () => {
    const openOrders = [restingEntry(SOL, { type: 'market', priceQuote: null })];
    expect(judge({}, gateContextOf({ openOrders })).outcome).toBe('approved');
    const lastPricesQuote = new Map([[BTC, 100]]);
    const verdict = judge({}, gateContextOf({ openOrders, lastPricesQuote }));
    expect(verdict).toMatchObject({ outcome: 'denied', quantityBase: '0' });
    expect(verdict.findings.map(({ code }) => code)).toContain('exposure_over_limit');
  });

  it('obeys the class: majors ten equities of notional, the rest one and a half', () => {
    const context = wide({ leverage: { major: 50, alt: 50 }, totalNotionalMultiple: 20 });
    const tight = {
      quantityBase: HUGE,
      stopPriceQuote: '99.9',
      targetPriceQuote: '101',
      leverage: 50,
    } as const;
    const free = (symbol: string) =>
      judgeProposal(
        proposalOf(symbol, tight),
        withInstrument(symbol, { takerFeeFraction: 0 }, context),
        'gate',
      );
    expect(free(BTC).quantityBase).toBe('500');
    expect(free(SOL).quantityBase).toBe('150');
  });

  it('is cut to the venue’s maximum and rounded down to a step that does not divide it', () => {
    const verdict = judge({}, withInstrument(BTC, { maxQuantityBase: '1', quantityStepBase: '0.3' }));
    expect(verdict).toMatchObject({ outcome: 'resized', quantityBase: '0.9' });
    expect(verdict.findings[0]).toMatchObject({
      code: 'order_over_maximum',
      effect: 'resize',
      value: 10,
      limit: 1,
    });
  });

  it.each([
    ['a maximum under the minimum', { maxQuantityBase: '0.0005' }],
    ['no maximum at all', { maxQuantityBase: '0' }],
    ['a maximum under the least notional', { maxQuantityBase: '0.04' }],
    ['a step over the size', { quantityStepBase: '11' }],
    ['a minimum over the size', { minQuantityBase: '10.001' }],
    ['a least notional over the size', { minNotionalQuote: '1000.01' }],
  ])('is denied as too small with %s', (_what, instrument) => {
    const verdict = judge({}, withInstrument(BTC, instrument));
    expect(verdict).toMatchObject({ outcome: 'denied', quantityBase: '0' });
    expect(verdict.findings.at(-1)).toMatchObject({ code: 'order_under_minimum', effect: 'deny' });
  });

  it('is judged without a stop and without fees, though nothing bounds the loss', () => {
    const verdict = judge({ stopPriceQuote: null }, withInstrument(BTC, { takerFeeFraction: 0 }));
    expect(verdict.findings.map(({ code }) => code)).toContain('stop_missing');
  });

  it.each([
    ['1e-320 in digits', `0.${'0'.repeat(400)}1`],
    ['1e400 in digits', `1${'0'.repeat(400)}`],
  ])('is malformed where an amount is %s', (_what, amount) => {
    for (const field of ['quantityBase', 'entryPriceQuote', 'stopPriceQuote', 'targetPriceQuote'])
      expect(judge({ [field]: amount }).findings.map(({ code }) => code)).toEqual(['proposal_malformed']);
  });
});
