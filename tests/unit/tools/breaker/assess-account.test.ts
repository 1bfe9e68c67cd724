import { describe, expect, it } from 'vitest';
import { BreakerReason } from '#domain/trading-state.ts';
import { type AccountInput, assessAccount } from '#tools/breaker/assess-account.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const day = { dayStartQuote: '10000', peakQuote: null };
const peak = { dayStartQuote: null, peakQuote: '10000' };

function at(equityQuote: string, equityMarks: AccountInput['equityMarks'], limits = DEFAULT_LIMITS) {
  const { level, asks, reasons } = assessAccount({ account: { equityQuote }, equityMarks, limits });
  return [level, asks, reasons.map(({ trigger, level: own }) => `${trigger} ${own}`)];
}

describe('the losses of an account', () => {
  it.each([
    ['9850.01', 'clear', null, []],
    ['9850', 'watch', null, ['daily_loss watch']],
    ['9800.01', 'watch', null, ['daily_loss watch']],
    ['9800', 'watch', 'reducing', ['daily_loss watch']],
    ['9700.01', 'watch', 'reducing', ['daily_loss watch']],
    ['9700', 'tripped', 'halted', ['daily_loss tripped']],
    ['0', 'tripped', 'halted', ['daily_loss tripped']],
    ['-250', 'tripped', 'halted', ['daily_loss tripped']],
    ['12000', 'clear', null, []],
  ])('with %s left of a day’s 10000 are %s and ask for %s', (equity, ...expected) => {
    expect(at(equity, day)).toEqual(expected);
  });

  it.each([
    ['9500.01', 'clear', null, []],
    ['9500', 'watch', null, ['drawdown watch']],
    ['9000.01', 'watch', null, ['drawdown watch']],
    ['9000', 'tripped', 'halted', ['drawdown tripped']],
  ])('with %s left of a peak of 10000 are %s and ask for %s', (equity, ...expected) => {
    expect(at(equity, peak)).toEqual(expected);
  });

  it('say which loss it is, how great it is and where trading halts', () => {
    const { reasons } = assessAccount({
      account: { equityQuote: '9700' },
      equityMarks: { dayStartQuote: '10000', peakQuote: '10200' },
      limits: DEFAULT_LIMITS,
    });
    expect(reasons.map((reason) => BreakerReason.parse(reason).message)).toEqual([
      'daily loss is 3%, trading halts at 3%',
    ]);
  });

  it('ask nothing before their marks are taken, or where the venue could not be read', () => {
    const nothing = { level: 'clear', reasons: [], asks: null };
    const limits = DEFAULT_LIMITS;
    expect(at('1', { dayStartQuote: null, peakQuote: null })).toEqual(['clear', null, []]);
    expect(assessAccount({ account: null, equityMarks: day, limits })).toEqual(nothing);
  });

  it('never ask for a halt without a reason, though the limits stand in a wrong order', () => {
    const dailyLoss = { warnFraction: 0.015, reduceFraction: 0.02, haltFraction: 0.01 };
    expect(at('9890', day, { ...DEFAULT_LIMITS, dailyLoss })).toEqual([
      'tripped',
      'halted',
      ['daily_loss tripped'],
    ]);
  });
});
