import { describe, expect, it } from 'vitest';
import type { Order } from '#domain/order.ts';
import { accountOf, BTC, ETH, positionOf, proposalOf, SOL, signalOf } from '#tests/support/agent-fixtures.ts';
import { convictionReach } from '#tools/proposals/conviction-reach.ts';
import { OPEN_CONVICTION, propose } from '#tools/proposals/propose.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { roomLeft, stakeOf } from '#tools/risk/room-left.ts';

const MARKS = { dayStartQuote: '10100', peakQuote: '10500' };

/** A resting entry, as far as room is concerned. */
function entryIn(symbol: string): Order {
  return { symbol, purpose: 'entry', reduceOnly: false } as Order;
}

describe('what the limits leave', () => {
  const room = (over: Partial<Parameters<typeof roomLeft>[0]> = {}, marks = MARKS) =>
    new Map(
      roomLeft(
        { account: accountOf({ marginUsedQuote: '1000' }), positions: [], openOrders: [], ...over },
        DEFAULT_LIMITS,
        marks,
      ).map(({ limit, used, most, left }) => [limit, [used, most, left]]),
    );

  it('is reckoned on equity, on the start of the day and on the peak', () => {
    expect(Object.fromEntries(room({ positions: [positionOf(BTC)] }))).toEqual({
      'open positions': ['1', '3', '2'],
      'total notional': ['202', '100000', '99798'],
      'margin in use': ['1000', '9000', '8000'],
      'loss of the day, then only closes': ['100', '202', '102'],
      'drawdown from the peak, then a halt': ['500', '1050', '550'],
    });
  });

  it('counts what is being opened as open, each symbol once', () => {
    const positions = [positionOf(BTC), positionOf(ETH)];
    expect(room({ positions, openOrders: [entryIn(ETH), entryIn(SOL)] }).get('open positions')).toEqual([
      ...['3', '3', '0'],
    ]);
  });

  it('is never less than nothing, and leaves out a mark that nobody knows', () => {
    const account = accountOf({ equityQuote: '9000', marginUsedQuote: '9500' });
    const tight = room({ account });
    expect(tight.get('margin in use')).toEqual(['9500', '8100', '0']);
    expect(tight.get('loss of the day, then only closes')).toEqual(['1100', '202', '0']);
    const risen = accountOf({ equityQuote: '11000' });
    expect(room({ account: risen }).get('drawdown from the peak, then a halt')).toEqual([
      '0',
      '1050',
      '1050',
    ]);
    expect([...room({}, { dayStartQuote: null, peakQuote: null } as never).keys()]).toHaveLength(3);
  });
});

describe('the stake of an open', () => {
  it('is its notional and what it loses at its stop, fees on both sides included', () => {
    const stake = stakeOf(proposalOf(BTC), '10', { takerFeeFraction: 0.001 }, '10000');
    // 10 × (3 + 0.1% of 100 and of 97); 7 less 0.1% of 100 and of 107 over that.
    expect(stake).toMatchObject({ notionalQuote: '1000', lossAtStopQuote: '31.97' });
    expect(stake.lossAtStopFraction).toBeCloseTo(0.003197, 12);
    expect(stake.rewardToRisk).toBeCloseTo((7 - 0.207) / 3.197, 12);
  });

  it('is no share of an equity that is not known', () => {
    const stake = stakeOf(proposalOf(BTC, { targetPriceQuote: null }), '1', { takerFeeFraction: 0 }, null);
    expect(stake).toMatchObject({ lossAtStopFraction: null, rewardToRisk: null });
  });
});

describe('how far a conviction reaches', () => {
  it('is where the fusion ends for the least and the most that can be said', () => {
    const reach = convictionReach(signalOf(BTC, { score: 4 }), null, 0.3);
    expect(reach).toEqual({ weight: 0.3, without: 0.5, least: 0.2, most: 0.8, openNeeds: OPEN_CONVICTION });
    expect(convictionReach(signalOf(BTC, { score: -4, action: 'sell' }), null, 0.3).openNeeds).toBe(-0.375);
    expect(convictionReach(signalOf(BTC, { action: 'hold', score: 1 }), null, 0.3).openNeeds).toBeNull();
  });

  it('tells the truth about what is proposed then', () => {
    const signal = signalOf(BTC, { score: 4, lastQuote: 100 });
    const instrument = {
      ...{ symbol: BTC, tickSizeQuote: '0.01', quantityStepBase: '0.001', minQuantityBase: '0.001' },
      ...{ maxQuantityBase: '1000', minNotionalQuote: '5', maxLeverage: 50 },
      ...{ maintenanceMarginFraction: 0.01, takerFeeFraction: 0.0005, makerFeeFraction: 0 },
    };
    const { weight, without, openNeeds } = convictionReach(signal, null, 0.3);
    const tipsAt = ((openNeeds ?? 0) - without) / weight;
    const proposedAt = (conviction: number) => {
      const opinion = { symbol: BTC, stance: 'neutral' as const, conviction, evidence: [], summary: '' };
      const desk = { account: accountOf(), limits: DEFAULT_LIMITS, convictionWeight: 0.3 };
      return propose([{ signal, instrument, position: null, advice: null, opinion }], desk).proposals.length;
    };
    expect(proposedAt(tipsAt + 0.01)).toBe(1);
    expect(proposedAt(tipsAt - 0.01)).toBe(0);
  });
});
