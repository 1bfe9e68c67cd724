import { expect, it } from 'vitest';
import type { VenueMarket } from '#exchanges/ccxt/market-list.ts';
import { INSTRUMENT_DEFAULTS, instrumentOf, instrumentsIn } from '#exchanges/ccxt/venue-instrument.ts';
import { fakeSession } from '#tests/support/fake-venue-session.ts';

const TICKS = { id: 'binanceusdm', precisionMode: 4 };
const DIGITS = { id: 'binanceusdm', precisionMode: 2 };

function marketWith(changes: object): VenueMarket {
  const silent = {
    symbol: 'BTC/USDT:USDT',
    precision: { price: 0.1, amount: 1 },
    limits: {},
    contractSize: 1,
  };
  return { ...silent, ...changes } as unknown as VenueMarket;
}

it('takes the careful default for whatever a venue keeps silent about', () => {
  expect(instrumentOf(marketWith({}), TICKS)).toMatchObject({
    minQuantityBase: '1',
    maxQuantityBase: '100000',
    minNotionalQuote: '10',
    maxLeverage: INSTRUMENT_DEFAULTS.maxLeverage,
    maintenanceMarginFraction: INSTRUMENT_DEFAULTS.maintenanceMarginFraction,
    takerFeeFraction: INSTRUMENT_DEFAULTS.takerFeeFraction,
    makerFeeFraction: INSTRUMENT_DEFAULTS.makerFeeFraction,
  });
});

it('turns contracts into units of the base currency, to the last digit', () => {
  const limits = {
    amount: { min: 0.1, max: 300 },
    market: { max: 120 },
    leverage: { max: 100 },
    cost: { min: 5 },
  };
  const market = marketWith({ contractSize: 0.001, precision: { price: 0.1, amount: 0.1 }, limits });
  expect(instrumentOf(market, TICKS)).toMatchObject({
    quantityStepBase: '0.0001',
    minQuantityBase: '0.0001',
    maxQuantityBase: '0.12',
    minNotionalQuote: '5',
    maxLeverage: 100,
  });
});

it('reads precision counted in digits', () => {
  const market = marketWith({ precision: { price: 2, amount: 3 } });
  expect(instrumentOf(market, DIGITS)).toMatchObject({ tickSizeQuote: '0.01', quantityStepBase: '0.001' });
});

it('refuses a market without a tick or a step', () => {
  const market = marketWith({ precision: { price: undefined, amount: 1 } });
  expect(() => instrumentOf(market, TICKS)).toThrow(expect.objectContaining({ code: 'symbol_unknown' }));
});

it('leaves out a contract whose name is in other letters, and keeps the rest', () => {
  const session = fakeSession({});
  const listed = { swap: true, linear: true, active: true, settle: 'USDT' };
  const markets = ['人生/USDT:USDT', 'BTC/USDT:USDT'].map((symbol) => marketWith({ ...listed, symbol }));
  Object.assign(session.exchange, { precisionMode: 4, markets: Object.fromEntries(Object.entries(markets)) });
  expect([...instrumentsIn(session, 'USDT').keys()]).toEqual(['BTC/USDT:USDT']);
});
