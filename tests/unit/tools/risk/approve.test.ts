import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import { isRiskApproved } from '#domain/risk-approved.ts';
import { BTC, ETH, positionOf, proposalOf } from '#tests/support/agent-fixtures.ts';
import { approveEntry, approveReducing } from '#tools/risk/approve.ts';
import { entryOf, gateContextOf } from './made-gate.ts';

const proposal = proposalOf(BTC);
const approve = (lie: Partial<OrderRequest> = {}, asked = proposal, context = gateContextOf()) =>
  approveEntry(asked, context, (quantityBase) => entryOf(asked, { quantityBase, ...lie }));

describe('an approved entry', () => {
  it('is the order that was built, sealed and frozen', () => {
    const approval = approve();
    if (!approval.approved) throw new Error(approval.verdict.findings[0]?.message);
    expect(approval.order).toEqual(entryOf(proposal));
    expect(isRiskApproved(approval.order)).toBe(true);
    expect(Object.isFrozen(approval.order)).toBe(true);
    expect(isRiskApproved({ ...approval.order })).toBe(false);
    expect(isRiskApproved(structuredClone(approval.order))).toBe(false);
    expect(() => Object.assign(approval.order, { quantityBase: '11' })).toThrow(TypeError);
  });

  it('has the size the gate passes now', () => {
    const approval = approve({}, proposalOf(BTC, { quantityBase: '1000' }));
    expect(approval.approved && approval.order.quantityBase).toBe('25');
  });

  it('may reach a little through the judged price with its limit', () => {
    expect(approve({ type: 'limit', priceQuote: '100.2', timeInForce: 'ioc' }).approved).toBe(true);
  });

  it('is not built at all when the gate denies', () => {
    const approval = approveEntry(proposal, gateContextOf({ tradingMode: 'halted' }), () => {
      throw new Error('must not be built');
    });
    expect(approval).toMatchObject({ approved: false, verdict: { outcome: 'denied', stage: 'place' } });
  });

  const lies: readonly [string, Partial<OrderRequest>][] = [
    ['another symbol', { symbol: ETH }],
    ['the other side', { side: 'sell' }],
    ['another purpose', { purpose: 'exit' }],
    ['more than passed', { quantityBase: '10.001' }],
    ['less than passed, off the step', { quantityBase: '0.00001' }],
    ['nothing', { quantityBase: '0' }],
    ['a negative size', { quantityBase: '-10' }],
    ['a size that is not a number', { quantityBase: 'NaN' }],
    ['a size in exponents', { quantityBase: '1e1' }],
    ['more leverage', { leverage: 6 }],
    ['less leverage, which needs more margin', { leverage: 1 }],
    ['leverage that is not a number', { leverage: Number.NaN }],
    ['a trigger', { type: 'stop_market', triggerPriceQuote: '100' }],
    ['a market order with a trigger', { triggerPriceQuote: '100' }],
    ['a limit without a price', { type: 'limit' }],
    ['a limit far through the market', { type: 'limit', priceQuote: '1000000' }],
    ['a limit far away from the market', { type: 'limit', priceQuote: '90' }],
    ['a reducing entry', { reduceOnly: true }],
    ['no client order id', { clientOrderId: '' }],
  ];
  it.each(lies)('is refused when the builder makes %s', (_what, lie) => {
    const approval = approve(lie);
    expect(approval.approved).toBe(false);
    expect(approval.verdict).toMatchObject({ outcome: 'denied', quantityBase: '0' });
    expect(approval.verdict.findings.at(-1)).toMatchObject({ code: 'proposal_malformed', effect: 'deny' });
  });

  it('is what was checked, though the builder changes its mind between two readings', () => {
    let readings = 0;
    const approval = approveEntry(proposal, gateContextOf(), (quantityBase) => ({
      ...entryOf(proposal),
      get quantityBase() {
        return readings++ === 0 ? quantityBase : '1000000';
      },
    }));
    expect(approval.approved && approval.order.quantityBase).not.toBe('1000000');
  });
});

describe('a reducing order', () => {
  const position = positionOf(BTC);
  const exit = entryOf(proposal, { side: 'sell', purpose: 'exit', reduceOnly: true, quantityBase: '2' });

  it.each<[string, Partial<OrderRequest>]>([
    ['exit', {}],
    ['part', { quantityBase: '0.5' }],
    ['stop', { purpose: 'stop', type: 'stop_market', triggerPriceQuote: '97' }],
    ['target', { purpose: 'target', type: 'take_profit_market', triggerPriceQuote: '107' }],
    ['trail', { type: 'trailing_stop', trail: { callbackFraction: 0.01, activationPriceQuote: '101' } }],
  ])('is approved as an %s of the position', (_what, over) => {
    const approved = approveReducing({ ...exit, ...over }, position);
    expect(approved).toEqual({ ...exit, ...over });
    expect(approved !== null && isRiskApproved(approved)).toBe(true);
  });

  it('protects a position of which the venue tells no leverage', () => {
    expect(approveReducing({ ...exit, leverage: 0 }, { ...position, leverage: 0 })).not.toBeNull();
  });

  it.each<[string, Partial<OrderRequest>]>([
    ['more than the position', { quantityBase: '2.0001' }],
    ['nothing', { quantityBase: '0' }],
    ['a negative size', { quantityBase: '-2' }],
    ['a size that is not a number', { quantityBase: 'NaN' }],
    ['an order the venue may let increase', { reduceOnly: false }],
    [
      'a trail of no length',
      { type: 'trailing_stop', trail: { callbackFraction: 0, activationPriceQuote: null } },
    ],
    ['an entry', { purpose: 'entry' }],
    ['the side that increases', { side: 'buy' }],
    ['another symbol', { symbol: ETH }],
  ])('is refused for %s', (_what, over) => {
    expect(approveReducing({ ...exit, ...over }, position)).toBeNull();
  });
});
