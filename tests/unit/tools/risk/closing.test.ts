import { describe, expect, it } from 'vitest';
import { BTC, ETH, positionOf, proposalOf } from '#tests/support/agent-fixtures.ts';
import { judgeProposal, judgeProposals } from '#tools/risk/gate.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { closeOf, gateContextOf, withInstrument } from './made-gate.ts';

const held = { positions: [positionOf(BTC)] };

describe('a close', () => {
  it('passes whatever else is wrong', () => {
    const context = gateContextOf({
      ...held,
      tradingMode: 'halted',
      account: null,
      unknownOutcomes: 9,
      instruments: new Map(),
      lastPricesQuote: new Map(),
      limits: { ...DEFAULT_LIMITS, minOpenInterestQuote: 15_000_000 },
      openInterestsQuote: new Map([[BTC, 0]]),
      equityMarks: { dayStartQuote: '1000000', peakQuote: '1000000' },
    });
    const broken = closeOf(BTC, { entryPriceQuote: '0', leverage: Number.NaN, conviction: 7, reason: '' });
    expect(judgeProposal(broken, context, 'place')).toMatchObject({ outcome: 'approved', quantityBase: '2' });
  });

  it('is cut to the position and says so', () => {
    const verdict = judgeProposal(closeOf(BTC, { quantityBase: '5' }), gateContextOf(held), 'gate');
    expect(verdict).toMatchObject({ outcome: 'resized', quantityBase: '2' });
    expect(verdict.findings).toMatchObject([
      { code: 'position_over_limit', effect: 'resize', value: 5, limit: 2 },
    ]);
  });

  it('is rounded down to the step when it closes a part, and passes as it is when it closes all', () => {
    const context = withInstrument(BTC, { quantityStepBase: '0.3' }, gateContextOf(held));
    const part = judgeProposal(closeOf(BTC, { quantityBase: '1' }), context, 'gate');
    expect(part).toMatchObject({ outcome: 'resized', quantityBase: '0.9' });
    expect(judgeProposal(closeOf(BTC), context, 'gate')).toMatchObject({
      outcome: 'approved',
      quantityBase: '2',
    });
  });

  it('passes whole where the venue takes less at once: it goes out in as many orders as it takes', () => {
    const context = withInstrument(BTC, { maxQuantityBase: '1.5' }, gateContextOf(held));
    expect(judgeProposal(closeOf(BTC), context, 'gate')).toMatchObject({
      outcome: 'approved',
      quantityBase: '2',
      findings: [],
    });
  });

  it('is denied without a position of that symbol and side, or with one of no size', () => {
    for (const positions of [
      [],
      [positionOf(ETH)],
      [positionOf(BTC, { side: 'short' })],
      [positionOf(BTC, { quantityBase: '0' })],
    ])
      expect(judgeProposal(closeOf(BTC), gateContextOf({ positions }), 'gate')).toMatchObject({
        outcome: 'denied',
        quantityBase: '0',
        findings: [{ code: 'nothing_to_close', message: 'no long position in BTC/USDT:USDT to close' }],
      });
  });

  it('is denied when its own size cannot be read or is under one step', () => {
    for (const quantityBase of ['NaN', 'Infinity', '-1', '0', '', '1e3'])
      expect(
        judgeProposal(closeOf(BTC, { quantityBase }), gateContextOf(held), 'gate').findings,
      ).toMatchObject([{ code: 'proposal_malformed' }]);
    const speck = judgeProposal(closeOf(BTC, { quantityBase: '0.0001' }), gateContextOf(held), 'gate');
    expect(speck).toMatchObject({ outcome: 'denied', findings: [{ code: 'order_under_minimum' }] });
  });
});

describe('several proposals', () => {
  it('get their verdicts in their own order though closes are judged first', () => {
    const proposals = [proposalOf(BTC), closeOf(ETH), proposalOf('XRP/USDT:USDT', { stopPriceQuote: null })];
    const context = gateContextOf({ positions: [positionOf(ETH)] });
    expect(
      judgeProposals(proposals, context, 'gate').map(({ symbol, outcome }) => [symbol, outcome]),
    ).toEqual([
      [BTC, 'approved'],
      [ETH, 'approved'],
      ['XRP/USDT:USDT', 'denied'],
    ]);
  });

  it('pass a symbol once, though the same proposal stands there twice', () => {
    const twice = proposalOf(BTC);
    const verdicts = judgeProposals([twice, twice], gateContextOf(), 'gate');
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['approved', 'denied']);
    expect(verdicts[1]?.findings[0]?.code).toBe('position_exists');
  });

  it('are not kept from a close by an open that cannot be judged', () => {
    const context = withInstrument(
      BTC,
      { quantityStepBase: '0' },
      gateContextOf({ positions: [positionOf(ETH)] }),
    );
    const verdicts = judgeProposals([proposalOf(BTC), closeOf(ETH)], context, 'gate');
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['denied', 'approved']);
  });
});
