import type { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, divideDecimals, sumDecimals } from '#domain/decimal.ts';
import { DENIALS, type TradeProposal, Verdict } from '#domain/proposal.ts';
import { positionOf, proposalOf } from '#tests/support/agent-fixtures.ts';
import { closeOf, gateContextOf } from '#tests/unit/tools/risk/made-gate.ts';
import { judgeProposal, judgeProposals } from '#tools/risk/gate.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { judgeOpen } from '#tools/risk/judge-open.ts';
import { notionalMultipleLimit } from '#tools/risk/limits.ts';
import { OPENING_RULES } from '#tools/risk/opening-rules.ts';
import { opens, type Situation, situations, troubles } from './arbitraries.ts';

const RUNS = { numRuns: 400 };
const product = (...factors: readonly (Big | string | number)[]) =>
  factors.reduce<Big>((total, factor) => total.times(decimal(factor)), decimal(1));

/** Judges the first open of a situation alone. */
function judgeFirst({ context, proposals }: Situation): { proposal: TradeProposal; verdict: Verdict } {
  const [proposal] = proposals;
  if (proposal === undefined) throw new Error('a situation has an open');
  return { proposal, verdict: judgeProposal(proposal, context, 'gate') };
}

/** Both prices an open is held to: its own and the market's. */
function entriesOf({ symbol, entryPriceQuote }: TradeProposal, { lastPricesQuote }: GateContext): string[] {
  return [entryPriceQuote, decimal(lastPricesQuote.get(symbol) ?? entryPriceQuote).toFixed()];
}

/** Notional and margin that stood before: positions at their mark, what is left of resting entries at their price. */
function standing({ positions, openOrders }: GateContext): { notional: Big; margin: Big } {
  const rests = openOrders.map((order) => ({
    notional: decimal(order.quantityBase)
      .minus(order.filledBase)
      .times(order.priceQuote ?? 'NaN'),
    leverage: order.leverage,
  }));
  return {
    notional: sumDecimals([
      ...positions.map((position) => product(position.quantityBase, position.markPriceQuote)),
      ...rests.map(({ notional }) => notional),
    ]),
    margin: sumDecimals(
      rests.map(({ notional, leverage }) => divideDecimals(notional, decimal(leverage), 18, 'up')),
    ),
  };
}

describe('the gate', { timeout: 30_000 }, () => {
  it('keeps every limit, to the last digit, whenever it lets an open through', () => {
    let passed = 0;
    fc.assert(
      fc.property(situations, (situation) => {
        const { context } = situation;
        const { proposal, verdict } = judgeFirst(situation);
        if (verdict.outcome === 'denied') return;
        passed++;
        const { limits, account, instruments } = context;
        const instrument = instruments.get(proposal.symbol);
        if (instrument === undefined || account === null) throw new Error('passed without facts');
        const quantity = decimal(verdict.quantityBase);
        const before = standing(context);
        const ofEquity = (multiple: number) => product(account.equityQuote, multiple);
        expect(quantity.mod(instrument.quantityStepBase).eq(0)).toBe(true);
        expect(quantity.gte(instrument.minQuantityBase) && quantity.lte(instrument.maxQuantityBase)).toBe(
          true,
        );
        expect(proposal.leverage).toBeLessThanOrEqual(instrument.maxLeverage);
        for (const entry of entriesOf(proposal, context)) {
          const stop = decimal(proposal.stopPriceQuote ?? 'NaN');
          const notional = quantity.times(entry);
          const fees = product(quantity, stop.plus(entry), instrument.takerFeeFraction);
          const loss = stop.minus(entry).abs().times(quantity).plus(fees);
          const marginOf = (multiple: number) => ofEquity(multiple).times(proposal.leverage);
          const taken = product(account.marginUsedQuote, proposal.leverage).plus(
            before.margin.times(proposal.leverage),
          );
          expect(notional.gte(instrument.minNotionalQuote)).toBe(true);
          expect(loss.lte(ofEquity(limits.riskPerTradeFraction))).toBe(true);
          expect(notional.lte(ofEquity(notionalMultipleLimit(limits, proposal.symbol)))).toBe(true);
          expect(notional.lte(marginOf(limits.positionMarginFraction))).toBe(true);
          expect(notional.plus(before.notional).lte(ofEquity(limits.totalNotionalMultiple))).toBe(true);
          expect(notional.plus(taken).lte(marginOf(limits.marginUseFraction))).toBe(true);
          expect(
            notional
              .plus(fees.times(proposal.leverage))
              .lte(product(account.availableQuote, proposal.leverage)),
          ).toBe(true);
        }
      }),
      RUNS,
    );
    expect(passed).toBeGreaterThan(60);
  });

  it('never enlarges, and says approved only of the whole size', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { proposal, verdict } = judgeFirst(situation);
        expect(decimal(verdict.quantityBase).lte(proposal.quantityBase)).toBe(true);
        expect(verdict.outcome === 'approved').toBe(decimal(verdict.quantityBase).eq(proposal.quantityBase));
        expect(verdict.outcome === 'denied').toBe(verdict.quantityBase === '0');
      }),
      RUNS,
    );
  });

  it('gives every denial a code of the table with a message, and answers by the schema', () => {
    fc.assert(
      fc.property(situations, troubles, (situation, trouble) => {
        const { verdict } = judgeFirst({ ...situation, context: { ...situation.context, ...trouble } });
        expect(Verdict.parse(verdict)).toEqual(verdict);
        const refusals = verdict.findings.filter(({ effect }) => effect === 'deny');
        expect(refusals.length > 0).toBe(verdict.outcome === 'denied');
        for (const { code, message } of verdict.findings) {
          expect(Object.hasOwn(DENIALS, code)).toBe(true);
          expect(message.length).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  it('lets no open through while halted or reducing', () => {
    const modes = fc.constantFrom('halted' as const, 'reducing' as const);
    fc.assert(
      fc.property(situations, modes, ({ context, proposals }, tradingMode) => {
        for (const verdict of judgeProposals(proposals, { ...context, tradingMode }, 'place')) {
          expect(verdict.outcome).toBe('denied');
          expect(verdict.findings.map(({ code }) => code)).toContain(`trading_${tradingMode}`);
        }
      }),
      RUNS,
    );
  });

  it('gives the same verdict whatever the order of its rules', () => {
    const shuffled = fc.shuffledSubarray([...OPENING_RULES], { minLength: OPENING_RULES.length });
    fc.assert(
      fc.property(situations, troubles, shuffled, ({ context, proposals }, trouble, rules) => {
        const within = { ...context, ...trouble, instruments: context.instruments };
        for (const proposal of proposals) {
          const instrument = within.instruments.get(proposal.symbol);
          if (instrument === undefined) throw new Error('a situation has its instruments');
          expect(judgeOpen(proposal, within, instrument, 'gate', rules)).toEqual(
            judgeOpen(proposal, within, instrument, 'gate'),
          );
        }
      }),
      RUNS,
    );
  });

  it('lets every close of a held position through, whatever else is wrong', () => {
    const wanted = fc.integer({ min: 1, max: 5_000 }).map((units) => decimal(units).times('0.001').toFixed());
    fc.assert(
      fc.property(troubles, opens('BTC/USDT:USDT'), wanted, (trouble, { proposal }, quantityBase) => {
        const positions = [positionOf(proposal.symbol, { side: proposal.side, quantityBase: '2' })];
        const context = gateContextOf({ ...trouble, positions });
        const close = closeOf(proposal.symbol, { side: proposal.side, quantityBase });
        const verdict = judgeProposal(close, context, 'place');
        expect(verdict.outcome).not.toBe('denied');
        expect(decimal(verdict.quantityBase).eq(decimal(quantityBase).gt(2) ? 2 : quantityBase)).toBe(true);
      }),
      RUNS,
    );
  });

  it('never lets more leverage loosen a rule', () => {
    const refusals = (verdict: Verdict) =>
      verdict.findings
        .filter(({ code, effect }) => effect === 'deny' && code !== 'order_under_minimum')
        .map(({ code }) => code);
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 50 }), (situation, more) => {
        const { proposal, verdict } = judgeFirst(situation);
        const lent = { ...proposal, leverage: proposal.leverage + more };
        const higher = judgeProposal(lent, situation.context, 'gate');
        expect(refusals(higher)).toEqual(expect.arrayContaining(refusals(verdict)));
      }),
      RUNS,
    );
  });

  it('never lets more leverage enlarge a size where margin is not what binds it', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 50 }), ({ context, proposals }, more) => {
        const [proposal] = proposals;
        if (proposal === undefined || context.account === null) return;
        const roomy = {
          ...context,
          limits: { ...context.limits, positionMarginFraction: 1e9, marginUseFraction: 1e9 },
        };
        const account = { ...context.account, availableQuote: `1${'0'.repeat(20)}` };
        const size = (leverage: number) =>
          decimal(judgeProposal({ ...proposal, leverage }, { ...roomy, account }, 'gate').quantityBase);
        expect(size(proposal.leverage + more).lte(size(proposal.leverage))).toBe(true);
      }),
      RUNS,
    );
  });

  it('never lets less equity, one more position or one more entry at rest pass more', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 99 }), ({ context, proposals }, hundredths) => {
        const [proposal] = proposals;
        if (proposal === undefined || context.account === null) return;
        const size = (over: Partial<GateContext>) =>
          decimal(
            judgeProposal(
              proposal,
              { ...context, ...over, equityMarks: { dayStartQuote: null, peakQuote: null } },
              'gate',
            ).quantityBase,
          );
        const equityQuote = product(context.account.equityQuote, hundredths, '0.01').toFixed();
        expect(size({ account: { ...context.account, equityQuote } }).lte(size({}))).toBe(true);
        expect(size({ openOrders: [] }).gte(size({}))).toBe(true);
        expect(size({ positions: [] }).gte(size({}))).toBe(true);
      }),
      RUNS,
    );
  });

  it('keeps the count of positions and every total over all opens it passes together', () => {
    let several = 0;
    fc.assert(
      fc.property(situations, ({ context, proposals }) => {
        const { limits, account, positions, openOrders, instruments } = context;
        const verdicts = judgeProposals(proposals, context, 'gate');
        const passed = proposals.flatMap((proposal, i) => {
          const verdict = verdicts[i];
          return verdict === undefined || verdict.outcome === 'denied' ? [] : [{ proposal, verdict }];
        });
        if (passed.length === 0 || account === null) return;
        if (passed.length > 1) several++;
        expect(positions.length + openOrders.length + passed.length).toBeLessThanOrEqual(
          limits.maxOpenPositions,
        );
        const before = standing(context);
        const parts = passed.map(({ proposal, verdict }) => {
          const [own = '0', last = '0'] = entriesOf(proposal, context);
          const entry = decimal(own).gt(last) ? own : last;
          const notional = product(verdict.quantityBase, entry);
          const fee = instruments.get(proposal.symbol)?.takerFeeFraction ?? 0;
          return {
            notional,
            margin: divideDecimals(notional, decimal(proposal.leverage), 18, 'down'),
            fees: product(notional, fee),
          };
        });
        const total = (part: 'notional' | 'margin' | 'fees') => sumDecimals(parts.map((one) => one[part]));
        const margin = total('margin').plus(before.margin);
        const ofEquity = (multiple: number) => product(account.equityQuote, multiple);
        expect(total('notional').plus(before.notional).lte(ofEquity(limits.totalNotionalMultiple))).toBe(
          true,
        );
        expect(margin.plus(account.marginUsedQuote).lte(ofEquity(limits.marginUseFraction))).toBe(true);
        expect(margin.plus(total('fees')).lte(account.availableQuote)).toBe(true);
      }),
      RUNS,
    );
    expect(several).toBeGreaterThan(15);
  });

  it('gives one verdict for each proposal, in their order, of closes and opens mixed', () => {
    const kinds = fc.array(fc.constantFrom('open' as const, 'close' as const), { maxLength: 8 });
    fc.assert(
      fc.property(kinds, (list) => {
        const proposals = list.map((kind, i) =>
          proposalOf(i % 2 ? 'ETH/USDT:USDT' : 'BTC/USDT:USDT', { kind, proposalId: `p${i}` }),
        );
        const verdicts = judgeProposals(
          proposals,
          gateContextOf({ positions: [positionOf('ETH/USDT:USDT')] }),
          'gate',
        );
        expect(verdicts.map(({ proposalId }) => proposalId)).toEqual(list.map((_, i) => `p${i}`));
      }),
    );
  });
});
