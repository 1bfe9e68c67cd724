import { describe, expect, it } from 'vitest';
import type { Instrument } from '#domain/instrument.ts';
import type { Signal } from '#domain/signal.ts';
import { BTC, signalOf } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';
import { sizeOpen } from '#tools/proposals/size-open.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '#tools/risk/limits.ts';

const normal = signalOf(BTC, { lastQuote: 100, atrQuote: 1.5 });
function size(
  over: Partial<Signal> = {},
  {
    instrument = {},
    limits = {},
    equityQuote = '10000',
    conviction = 1,
    side = 'long' as 'long' | 'short',
  } = {} as {
    instrument?: Partial<Instrument>;
    limits?: Partial<RiskLimits>;
    equityQuote?: string;
    conviction?: number;
    side?: 'long' | 'short';
  },
) {
  return sizeOpen({ ...normal, ...over }, side, conviction, {
    instrument: instrumentOf(BTC, instrument),
    limits: { ...DEFAULT_LIMITS, ...limits },
    equityQuote,
  });
}

describe('the size of an open', () => {
  it('loses the risk allowed at a stop two ATRs away, fees included', () => {
    // 100 of risk over 3 + 0.0005 × (100 + 97).
    expect(size()).toEqual({
      quantityBase: '32.273',
      entryPriceQuote: '100',
      stopPriceQuote: '97',
      targetPriceQuote: '106.93',
      leverage: 5,
    });
  });

  it('mirrors for a short', () => {
    // 100 of risk over 3 + 0.0005 × (100 + 103); the target pays 2.2 × that after fees.
    expect(size({}, { side: 'short' })).toMatchObject({
      quantityBase: '32.242',
      stopPriceQuote: '103',
      targetPriceQuote: '93.08',
    });
  });

  it.each([
    ['calm', 1.2],
    ['normal', 1],
    ['volatile', 0.5],
    ['unknown', 0.5],
  ] as const)('is scaled in %s volatility by %s', (volatility, factor) => {
    const plan = size({ regime: { ...normal.regime, volatility } });
    expect(Number(plan?.quantityBase)).toBeCloseTo(32.2737 * factor, 2);
  });

  it('is scaled by conviction, of which more than all is all', () => {
    expect(size({}, { conviction: 0.5 })?.quantityBase).toBe('16.136');
    expect(size({}, { conviction: 40 })?.quantityBase).toBe(size()?.quantityBase);
  });

  it('keeps its stop half a percent away where the ATR is smaller', () => {
    expect(size({ atrQuote: 0.01 })?.stopPriceQuote).toBe('99.5');
  });

  it('takes the lowest of preferred, configured and venue leverage', () => {
    expect(size({}, { limits: { leverage: { major: 3, alt: 2 } } })?.leverage).toBe(3);
    expect(size({}, { instrument: { maxLeverage: 2 } })?.leverage).toBe(2);
  });

  it.each([
    ['an ATR is missing', { atrQuote: null }, {}],
    ['the stop would be under zero', { atrQuote: 60 }, {}],
    ['the short’s target would be under zero', { atrQuote: 40 }, { side: 'short' as const }],
    ['equity is gone', {}, { equityQuote: '0' }],
    ['equity is negative', {}, { equityQuote: '-10' }],
    ['there is no conviction', {}, { conviction: 0 }],
    ['conviction is not a number', {}, { conviction: Number.NaN }],
    ['the size rounds to nothing', {}, { instrument: { quantityStepBase: '100' } }],
    ['the tick is so coarse that stop and entry fall together', {}, { instrument: { tickSizeQuote: '50' } }],
    ['the tick rounds the entry to zero', {}, { instrument: { tickSizeQuote: '1000' } }],
  ])('is nothing when %s', (_when, over, context) => {
    expect(size(over, context)).toBeNull();
  });
});
