import { describe, expect, it } from 'vitest';
import { Instrument } from '#domain/instrument.ts';
import { DEFAULT_FEES, replayInstrument } from '#exchanges/replay/replay-instrument.ts';

describe('replayInstrument', () => {
  it.each([0.000_005, 0.1, 1, 2.08, 190, 3_300, 93_548.8])('fits its steps to the price %d', (priceQuote) => {
    const instrument = replayInstrument('SOL/USDT:USDT', priceQuote, DEFAULT_FEES);
    expect(Instrument.parse(instrument)).toEqual(instrument);
    expect(Number(instrument.tickSizeQuote) / priceQuote).toBeLessThanOrEqual(0.0001);
    expect(Number(instrument.quantityStepBase) * priceQuote).toBeLessThanOrEqual(0.5);
    expect(Number(instrument.maxQuantityBase) * priceQuote).toBeGreaterThan(1_000_000);
  });

  it('gives majors more leverage at less maintenance than alts', () => {
    expect(replayInstrument('BTC/USDT:USDT', 90_000, DEFAULT_FEES)).toMatchObject({
      maxLeverage: 50,
      maintenanceMarginFraction: 0.005,
    });
    expect(replayInstrument('SOL/USDT:USDT', 190, DEFAULT_FEES)).toMatchObject({
      maxLeverage: 20,
      maintenanceMarginFraction: 0.01,
    });
  });
});
