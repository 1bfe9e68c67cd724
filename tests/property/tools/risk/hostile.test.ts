import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import type { OrderRequest } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { isRiskApproved } from '#domain/risk-approved.ts';
import { BTC, ETH, positionOf, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import { entryOf, gateContextOf } from '#tests/unit/tools/risk/made-gate.ts';
import { approveEntry, approveReducing } from '#tools/risk/approve.ts';
import { judgeProposal, judgeProposals } from '#tools/risk/gate.ts';
import { troubles } from './arbitraries.ts';

const NOT_AMOUNTS = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-1',
  '0',
  '-0',
  '',
  ' 1',
  '1 ',
  '1e9',
  '0x10',
  '١٢',
  '1,000',
  '--1',
  '1.',
];
const strangeAmounts: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...NOT_AMOUNTS, Number.NaN, Infinity, -5, 1e9, null, undefined, {}, [], true, 10n),
  fc.constantFrom(`0.${'0'.repeat(400)}1`, `1${'0'.repeat(400)}`),
  fc.string({ maxLength: 12 }).filter((text) => !/^\d+(\.\d+)?$/.test(text)),
);
const strangeSymbols: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    'ВТС/USDT:USDT',
    'BTС/USDT:USDT',
    'ΒTC/USDT:USDT',
    'BTC/USDT:USDТ',
    'btc/usdt:usdt',
    'BTC/USDT:USDT\u200b',
    'BTC/USDT:USDT\n',
    'BTC\u0000/USDT:USDT',
    'DOGE/USDT:USDT',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    null,
    undefined,
    Number.NaN,
    {},
    [BTC],
    Object.create(null),
    Symbol('BTC'),
  ),
  fc.string({ unit: 'grapheme' }),
);

/** Each makes a sound open of 10 BTC at 100 into something no gate may let through. */
const spoils: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  strangeSymbols.map((symbol) => ({ symbol })),
  strangeAmounts.map((quantityBase) => ({ quantityBase })),
  strangeAmounts.map((entryPriceQuote) => ({ entryPriceQuote })),
  strangeAmounts.map((stopPriceQuote) => ({ stopPriceQuote })),
  strangeAmounts.map((targetPriceQuote) => ({ targetPriceQuote })),
  fc
    .constantFrom(100, 125, 11, 0, -5, 0.5, Number.NaN, Infinity, 1e308, '5', null)
    .map((leverage) => ({ leverage })),
  fc.constantFrom('buy', 'LONG', '', null, '__proto__').map((side) => ({ side })),
  fc.constantFrom('OPEN', '', null, undefined, 'constructor').map((kind) => ({ kind })),
  fc.constantFrom(2, -1.1, Number.NaN, '1').map((conviction) => ({ conviction })),
  fc.constantFrom(-1, 0.5, Number.NaN, null).map((atMs) => ({ atMs })),
  fc
    .integer({ min: 100_00, max: 1_000_000_00 })
    .map((cents) => ({ stopPriceQuote: (cents / 100).toFixed(2) })),
  fc.integer({ min: 1, max: 79_99 }).map((cents) => ({ stopPriceQuote: (cents / 100).toFixed(2) })),
  fc.integer({ min: 1, max: 106_00 }).map((cents) => ({ targetPriceQuote: (cents / 100).toFixed(2) })),
  fc.constantFrom({ side: 'short' }, { side: 'short', stopPriceQuote: '101' }),
  // A fantasy entry at which everything seems small.
  fc.constantFrom(
    { entryPriceQuote: '1', stopPriceQuote: '0.99', targetPriceQuote: '1.1' },
    { entryPriceQuote: '100000', stopPriceQuote: '99000', targetPriceQuote: '110000' },
    { entryPriceQuote: '90', stopPriceQuote: '89.9', targetPriceQuote: '99' },
  ),
  fc.constantFrom({ kind: 'close', quantityBase: '1000000000' }, { kind: 'close', symbol: 'ВТС/USDT:USDT' }),
);

const hostile = fc
  .tuple(spoils, fc.option(spoils))
  .map(([spoil, other]) => ({ ...proposalOf(BTC), ...other, ...spoil }) as TradeProposal)
  // Two spoils may undo each other: a short with a stop over it is sound.
  .filter((proposal) => !isSoundShort(proposal));

function isSoundShort({ side, stopPriceQuote, targetPriceQuote }: TradeProposal): boolean {
  return side === 'short' && Number(stopPriceQuote) > 100 && Number(targetPriceQuote) < 100;
}

describe('hostile proposals', { timeout: 60_000 }, () => {
  it('pass never and throw never, ten thousand of them', () => {
    let judged = 0;
    fc.assert(
      fc.property(hostile, fc.option(troubles), (proposal, trouble) => {
        judged++;
        const verdict = judgeProposal(proposal, gateContextOf({ ...trouble }), 'gate');
        expect(verdict).toMatchObject({ outcome: 'denied', quantityBase: '0' });
        expect(verdict.findings.some(({ effect, message }) => effect === 'deny' && message !== '')).toBe(
          true,
        );
      }),
      { numRuns: 10_000 },
    );
    expect(judged).toBe(10_000);
  });

  it('of a billion units are cut to what the limits leave', () => {
    const verdict = judgeProposal(proposalOf(BTC, { quantityBase: '1000000000' }), gateContextOf(), 'gate');
    expect(verdict).toMatchObject({ outcome: 'resized', quantityBase: '25' });
  });

  it('never keep a close or a sound open beside them from its verdict', () => {
    const context = gateContextOf({ positions: [positionOf(SOL)] });
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), fc.nat(), (bad, place) => {
        const list = [...bad];
        const close = proposalOf(SOL, { kind: 'close', quantityBase: '2' });
        list.splice(place % (list.length + 1), 0, close, proposalOf(ETH));
        const passed = judgeProposals(list, context, 'gate').filter(({ outcome }) => outcome !== 'denied');
        expect(passed.map(({ symbol, quantityBase }) => [symbol, quantityBase])).toEqual([
          [SOL, '2'],
          [ETH, '10'],
        ]);
      }),
      { numRuns: 500 },
    );
  });
});

/** One or more fields of an order replaced by something that says another thing than the proposal of 10 BTC. */
const lies: fc.Arbitrary<Partial<Record<keyof OrderRequest, unknown>>> = fc.oneof(
  strangeSymbols.map((symbol) => ({ symbol })),
  fc.constantFrom<unknown>(ETH, 'DOGE/USDT:USDT').map((symbol) => ({ symbol })),
  fc.constantFrom('sell', 'BUY', null).map((side) => ({ side })),
  fc.constantFrom('stop_market', 'take_profit_market', 'limit', 'oco').map((type) => ({ type })),
  fc.constantFrom('exit', 'stop', 'target', null).map((purpose) => ({ purpose })),
  strangeAmounts.map((quantityBase) => ({ quantityBase })),
  fc.constantFrom('10.001', '9.9999999', '1000000000').map((quantityBase) => ({ quantityBase })),
  strangeAmounts.filter((price) => price !== null).map((priceQuote) => ({ type: 'limit', priceQuote })),
  fc.constantFrom('101.01', '98.99', '1000000').map((priceQuote) => ({ type: 'limit', priceQuote })),
  strangeAmounts.filter((price) => price !== null).map((triggerPriceQuote) => ({ triggerPriceQuote })),
  fc.constantFrom(true, 'false', null).map((reduceOnly) => ({ reduceOnly })),
  fc.constantFrom(1, 4.999, 6, 100, Number.NaN, Infinity, '5', null).map((leverage) => ({ leverage })),
  fc.constantFrom('', 'x'.repeat(37), null).map((clientOrderId) => ({ clientOrderId })),
);

describe('approvals', { timeout: 60_000 }, () => {
  it('are never given to an entry whose builder lies', () => {
    const proposal = proposalOf(BTC);
    fc.assert(
      fc.property(lies, (lie) => {
        const build = (quantityBase: string) =>
          ({ ...entryOf(proposal), quantityBase, ...lie }) as OrderRequest;
        const approval = approveEntry(proposal, gateContextOf(), build);
        expect(approval.approved).toBe(false);
        expect(approval.verdict).toMatchObject({ outcome: 'denied', quantityBase: '0' });
      }),
      { numRuns: 3_000 },
    );
  });

  it('are never given to an entry of a hostile proposal, however faithful its builder', () => {
    fc.assert(
      fc.property(hostile, (proposal) => {
        const build = (quantityBase: string) => entryOf(proposal, { quantityBase });
        expect(approveEntry(proposal, gateContextOf(), build).approved).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('let nothing through as reducing that could increase or flip a position', () => {
    const quantity = fc.integer({ min: -10, max: 40 }).map((tenths) => (tenths / 10).toFixed(1));
    const orders = fc.record({
      clientOrderId: fc.constant('leg-1'),
      symbol: fc.constantFrom(BTC, ETH),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      type: fc.constantFrom(
        'market' as const,
        'limit' as const,
        'stop_market' as const,
        'take_profit_market' as const,
      ),
      purpose: fc.constantFrom('entry' as const, 'exit' as const, 'stop' as const, 'target' as const),
      quantityBase: fc.oneof(
        { weight: 5, arbitrary: quantity },
        fc.constantFrom('NaN', '', '1e5', 'Infinity'),
      ),
      priceQuote: fc.constantFrom(null, '100'),
      triggerPriceQuote: fc.constantFrom(null, '97'),
      reduceOnly: fc.boolean(),
      timeInForce: fc.constant('gtc' as const),
      leverage: fc.constantFrom(0, 1, 5, 100),
    });
    const positions: fc.Arbitrary<Position> = fc
      .tuple(fc.constantFrom('long' as const, 'short' as const), fc.integer({ min: 1, max: 30 }))
      .map(([side, tenths]) => positionOf(BTC, { side, quantityBase: (tenths / 10).toFixed(1) }));
    let approvals = 0;
    fc.assert(
      fc.property(orders, positions, (order, position) => {
        const approved = approveReducing(order, position);
        if (approved === null) return;
        approvals++;
        const signed = decimal(approved.quantityBase).times(approved.side === 'buy' ? 1 : -1);
        const held = decimal(position.quantityBase).times(position.side === 'long' ? 1 : -1);
        const after = held.plus(signed);
        expect(
          approved.reduceOnly && approved.symbol === position.symbol && approved.purpose !== 'entry',
        ).toBe(true);
        expect(after.abs().lt(held.abs()) && after.times(held).gte(0)).toBe(true);
        expect(isRiskApproved(approved) && Object.isFrozen(approved)).toBe(true);
        expect(isRiskApproved({ ...approved })).toBe(false);
      }),
      { numRuns: 5_000 },
    );
    expect(approvals).toBeGreaterThan(50);
  });
});
