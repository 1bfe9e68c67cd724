import { describe, expect, it } from 'vitest';
import { BTC, ETH, positionOf, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { gateContextOf, restingEntry } from './made-gate.ts';

const held = positionOf(BTC, { quantityBase: '2', markPriceQuote: '100', entryPriceQuote: '100' });
const growing = { symbol: BTC, side: 'long', filledBase: '2' } as const;

function judge(over: Partial<GateContext>, quantityBase = '1') {
  const verdict = judgeProposal(proposalOf(BTC, { quantityBase }), gateContextOf(over), 'place');
  return { ...verdict, codes: verdict.findings.map(({ code }) => code) };
}

describe('an entry that goes out in several orders', () => {
  it('may add to what it has filled itself', () => {
    expect(judge({ positions: [held], growing }).outcome).toBe('approved');
    expect(judge({ positions: [held] }).codes).toContain('position_exists');
  });

  it.each([
    ['is larger than what it filled', { positions: [{ ...held, quantityBase: '2.5' }], growing }],
    ['lies on the other side', { positions: [{ ...held, side: 'short' as const }], growing }],
    ['has another symbol', { positions: [held], growing: { ...growing, symbol: ETH } }],
    ['has another entry resting beside it', { positions: [held], openOrders: [restingEntry(BTC)], growing }],
  ])('may not add to a position that %s', (_what, over) => {
    expect(judge(over).codes).toContain('position_exists');
  });

  it('is held to the configured minimum as a whole, each of its orders to the venue’s', () => {
    const limits = { ...DEFAULT_LIMITS, minOrderQuote: 150 };
    expect(judge({ limits }).codes).toContain('order_under_minimum');
    expect(judge({ limits, positions: [held], growing }).outcome).toBe('approved');
    expect(judge({ limits, positions: [held], growing }, '0.04').codes).toContain('order_under_minimum');
  });

  it('counts its own position once among those that may be open', () => {
    const others = [positionOf(ETH), positionOf(SOL)];
    expect(judge({ positions: [held, ...others], growing }).codes).not.toContain('positions_over_limit');
    const oneMore = [...others, positionOf('XRP/USDT:USDT')];
    expect(judge({ positions: [held, ...oneMore], growing }).codes).toContain('positions_over_limit');
  });

  it('is held to the risk and the notional of the whole, not of each order', () => {
    const whole = judge({}, '1000');
    const rest = judge({ positions: [held], growing }, '1000');
    expect(whole.codes).toContain('risk_over_limit');
    expect(Number(whole.quantityBase) - Number(rest.quantityBase)).toBeCloseTo(2, 9);
    const full = {
      positions: [{ ...held, quantityBase: '500' }],
      growing: { ...growing, filledBase: '500' },
    };
    expect(judge(full, '1').outcome).toBe('denied');
  });
});
