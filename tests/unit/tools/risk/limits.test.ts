import { describe, expect, it } from 'vitest';
import { BTC, SOL } from '#tests/support/agent-fixtures.ts';
import { DEFAULT_LIMITS, leverageLimit, notionalMultipleLimit, RiskLimits } from '#tools/risk/limits.ts';
import { liquidationPrice, rewardToRisk } from '#tools/risk/prices.ts';

describe('risk limits', () => {
  it('lie within their own ceilings by default', () => {
    expect(RiskLimits.parse(DEFAULT_LIMITS)).toEqual(DEFAULT_LIMITS);
  });

  it.each([
    ['more than ten positions', { maxOpenPositions: 11 }],
    ['more than 2 % of risk', { riskPerTradeFraction: 0.0201 }],
    ['no risk at all, which is a halt in disguise', { riskPerTradeFraction: 0 }],
    ['more than a tenth of margin for a position', { positionMarginFraction: 0.11 }],
    ['more than 90 % of margin use', { marginUseFraction: 0.91 }],
    ['less reward than twice the risk', { minRewardToRisk: 1.99 }],
    ['more than 50 × leverage', { leverage: { major: 51, alt: 10 } }],
    ['more than ten equities of a major', { positionNotionalMultiple: { major: 10.1, alt: 1 } }],
    ['more than one and a half equities of another', { positionNotionalMultiple: { major: 1, alt: 1.6 } }],
    [
      'a day that may lose more than 3 %',
      { dailyLoss: { ...DEFAULT_LIMITS.dailyLoss, haltFraction: 0.031 } },
    ],
    ['a drawdown over a tenth', { drawdown: { warnFraction: 0.05, haltFraction: 0.11 } }],
    ['more than ten equities that move together', { correlatedNotionalMultiple: 10.1 }],
    ['funding of a day that costs more than the stop', { fundingShareOfRisk: 1.01 }],
    ['a price older than a quarter of an hour', { maxPriceAgeMs: 900_001 }],
    ['a whitelist of nothing, which is a halt in disguise', { symbolWhitelist: [] }],
    ['no hour at all', { tradingHours: [] }],
    ['an hour that ends before it begins', { tradingHours: [{ fromMinute: 60, toMinute: 59 }] }],
    ['a largest order of nothing', { maxOrderQuote: 0 }],
    ['a position that may stand without a stop for more than 10 s', { protectWithinMs: 10_001 }],
    ['no time to protect one at all', { protectWithinMs: 0 }],
    ['a number that is none', { totalNotionalMultiple: Number.NaN }],
    ['an endless limit', { totalNotionalMultiple: Number.POSITIVE_INFINITY }],
    [
      'a day that halts before it reduces',
      { dailyLoss: { warnFraction: 0.01, reduceFraction: 0.02, haltFraction: 0.015 } },
    ],
    [
      'a day that reduces before it warns',
      { dailyLoss: { warnFraction: 0.015, reduceFraction: 0.01, haltFraction: 0.03 } },
    ],
    ['a drawdown that halts before it warns', { drawdown: { warnFraction: 0.05, haltFraction: 0.04 } }],
  ])('cannot be configured to %s', (_what, over) => {
    expect(RiskLimits.safeParse({ ...DEFAULT_LIMITS, ...over }).success).toBe(false);
  });

  it('depend on the class of the symbol and on the venue', () => {
    const limits = { ...DEFAULT_LIMITS, leverage: { major: 20, alt: 5 } };
    expect(leverageLimit(limits, BTC, 125)).toBe(20);
    expect(leverageLimit(limits, BTC, 3)).toBe(3);
    expect(leverageLimit(limits, SOL, 125)).toBe(5);
    expect([notionalMultipleLimit(limits, BTC), notionalMultipleLimit(limits, SOL)]).toEqual([10, 1.5]);
  });
});

describe('the liquidation price', () => {
  const free = { maintenanceMarginFraction: 0.005, takerFeeFraction: 0, tickSizeQuote: '0.000001' };

  it('is where the margin is down to the maintenance margin', () => {
    // A long of 1 at 100 and 10 ×: 10 of margin; at 90.4523 of it 0.4523 is left, 0.5 % of the notional there.
    expect(liquidationPrice(100, 'long', 10, free)).toBe(90.452262);
    expect(liquidationPrice(100, 'short', 10, free)).toBe(109.452736);
  });

  it('lies nearer to the entry by the fees of both sides, and on a tick', () => {
    const charged = { ...free, takerFeeFraction: 0.0005, tickSizeQuote: '0.1' };
    expect(liquidationPrice(100, 'long', 10, charged)).toBe(90.6);
    expect(liquidationPrice(100, 'short', 10, charged)).toBe(109.3);
  });

  it('is the entry where leverage leaves nothing over maintenance and fees', () => {
    expect(liquidationPrice(100, 'long', 200, free)).toBe(100);
    expect(liquidationPrice(100, 'short', 250, free)).toBe(100);
    expect(liquidationPrice(100, 'long', 2, { ...free, maintenanceMarginFraction: 1 })).toBe(100);
  });

  it('is zero, never reached, for a long without leverage and fees', () => {
    expect(liquidationPrice(100, 'long', 1, free)).toBe(0);
  });
});

describe('reward to risk', () => {
  it('takes fees from the reward and adds them to the risk', () => {
    expect(rewardToRisk({ entry: 100, stop: 97, target: 107, feeFraction: 0 })).toBeCloseTo(7 / 3, 12);
    const ratio = rewardToRisk({ entry: 100, stop: 97, target: 107, feeFraction: 0.0005 });
    expect(ratio).toBeCloseTo((7 - 0.0005 * 207) / (3 + 0.0005 * 197), 12);
  });

  it('is zero when fees eat the reward, and when nothing is risked', () => {
    expect(rewardToRisk({ entry: 100, stop: 97, target: 100.05, feeFraction: 0.001 })).toBe(0);
    expect(rewardToRisk({ entry: 100, stop: 100, target: 107, feeFraction: 0 })).toBe(0);
  });
});
