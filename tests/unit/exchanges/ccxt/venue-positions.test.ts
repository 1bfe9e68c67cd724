import { beforeEach, expect, it } from 'vitest';
import { createVenueFees } from '#exchanges/ccxt/venue-fees.ts';
import { createVenuePositions } from '#exchanges/ccxt/venue-positions.ts';
import { fakeSession } from '#tests/support/fake-venue-session.ts';

const SYMBOL = 'BTC/USDT:USDT';
const NOW_MS = Date.UTC(2025, 0, 8);

const told = { trades: [] as object[], positions: [] as object[], tradesAsked: [] as unknown[][] };

beforeEach(() => {
  Object.assign(told, { trades: [], positions: [], tradesAsked: [] });
});

function trade(id: string, side: 'buy' | 'sell', amount: number, more: object = {}) {
  const fee = { cost: 0.5, currency: 'USDT' };
  return { id, order: `order-${id}`, side, amount, price: 50_000, fee, timestamp: NOW_MS - 60_000, ...more };
}

function position(contracts: number, more: object = {}) {
  const entry = { entryPrice: 50_000, markPrice: 50_000, leverage: 5, timestamp: NOW_MS };
  return { symbol: SYMBOL, side: 'long', contracts, notional: contracts * 50_000, ...entry, ...more };
}

function venuePositions(contractSize = 1) {
  const session = fakeSession(
    {
      fetchPositions: async () => told.positions,
      fetchMyTrades: async (...asked: unknown[]) => {
        told.tradesAsked.push(asked);
        return told.trades;
      },
      fetchTicker: async () => ({ last: 600 }),
    },
    { nowMs: () => NOW_MS, contractSize, unlisted: ['NEWUSDT'] },
  );
  const settings = {
    isHedged: async () => false,
    prepareEntry: async () => {},
    leverageOf: async () => 5,
    learnLeverage: () => {},
  };
  return createVenuePositions({ session, settings, fees: createVenueFees(session) });
}

it('tells fees paid in another currency at its price', async () => {
  told.trades = [trade('1', 'buy', 0.1, { fee: { cost: 0.01, currency: 'BNB' } }), trade('2', 'buy', 0.1)];
  told.positions = [position(0.2)];
  expect(await venuePositions().read()).toMatchObject([{ positionId: `${SYMBOL}#1`, feesQuote: '6.5' }]);
});

it('begins each side of a hedged symbol with its own fills', async () => {
  told.trades = [
    trade('1', 'buy', 0.3, { info: { positionSide: 'LONG' } }),
    trade('2', 'sell', 0.2, { info: { positionSide: 'SHORT' } }),
    trade('3', 'buy', 0.1, { info: { positionSide: 'SHORT' } }),
  ];
  told.positions = [position(0.3), position(0.1, { side: 'short' })];
  const read = await venuePositions().read();
  expect(read.map(({ side, positionId }) => [side, positionId])).toEqual([
    ['long', `${SYMBOL}#1`],
    ['short', `${SYMBOL}#2`],
  ]);
});

it('turns contracts of another size into units of the base currency', async () => {
  told.trades = [trade('1', 'buy', 7)];
  told.positions = [position(7)];
  expect(await venuePositions(0.01).read()).toMatchObject([
    { quantityBase: '0.07', positionId: `${SYMBOL}#1` },
  ]);
});

it('asks for the newest fills, so that a busy week does not hide them', async () => {
  told.trades = [trade('1', 'buy', 0.1)];
  told.positions = [position(0.1)];
  await venuePositions().read();
  expect(told.tradesAsked).toEqual([[SYMBOL, undefined, 1_000]]);
});

it('looks again for the beginning of a position whose newest fill was not told yet', async () => {
  const positions = venuePositions();
  told.positions = [position(0.1)];
  expect(await positions.read()).toMatchObject([{ positionId: `${SYMBOL}#long-${NOW_MS}` }]);
  told.trades = [trade('9', 'buy', 0.1)];
  expect(await positions.read()).toMatchObject([{ positionId: `${SYMBOL}#9` }]);
  await positions.read();
  expect(told.tradesAsked).toHaveLength(2);
});

it('keeps what a position is while it grows and its newest fill is not told yet', async () => {
  const positions = venuePositions();
  told.trades = [trade('1', 'buy', 0.1)];
  told.positions = [position(0.1)];
  await positions.read();
  told.positions = [position(0.2)];
  expect(await positions.read()).toMatchObject([{ positionId: `${SYMBOL}#1`, quantityBase: '0.2' }]);
});

it('tells of a position in a symbol nobody lists beside the others, until it is gone', async () => {
  const positions = venuePositions();
  told.positions = [position(3, { symbol: 'NEWUSDT' }), position(0.1)];
  expect(await positions.read()).toMatchObject([{ symbol: SYMBOL }]);
  expect(positions.unreadable()).toEqual([{ symbol: 'NEWUSDT', what: 'a long position of 3 contracts' }]);
  told.positions = [position(0.1)];
  await positions.read();
  expect(positions.unreadable()).toEqual([]);
});
