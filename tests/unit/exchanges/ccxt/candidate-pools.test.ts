import { describe, expect, it } from 'vitest';
import type { MarketSymbol } from '#domain/symbol.ts';
import {
  candidatesOf,
  choosePools,
  type DayTicker,
  type PoolWishes,
  readCandidatePools,
} from '#exchanges/ccxt/candidate-pools.ts';
import { fakeSession } from '#tests/support/fake-venue-session.ts';

const symbolOf = (base: string) => `${base}/USDT:USDT` as MarketSymbol;
const [A, B, C, D, E] = ['A', 'B', 'C', 'D', 'E'].map(symbolOf) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];

function day(symbol: MarketSymbol, moveFraction: number, quoteVolume: number): DayTicker {
  return { symbol, lastQuote: 2, moveFraction, quoteVolume };
}

const DAYS = [day(A, 0.01, 900), day(B, -0.3, 10), day(C, 0.2, 500), day(D, -0.02, 700), day(E, 0.02, 5)];
const WISHES: PoolWishes = { movers: 2, openInterest: 2, minOpenInterestQuote: 100 };

describe('whom to ask about', () => {
  it('is four times the wish, by the size of the move and by volume', () => {
    const { byMove, byVolume } = candidatesOf(DAYS, { ...WISHES, movers: 1, openInterest: 1 });
    expect(byMove.map(({ symbol }) => symbol)).toEqual([B, C, D, E]);
    expect(byVolume.map(({ symbol }) => symbol)).toEqual([A, D, C, B]);
  });

  it('is nobody for a pool that is not wished for', () => {
    expect(candidatesOf(DAYS, { ...WISHES, movers: 0 }).byMove).toEqual([]);
    expect(candidatesOf(DAYS, { ...WISHES, openInterest: 0 }).byVolume).toEqual([]);
  });
});

describe('the pools', () => {
  const choose = (interests: readonly [MarketSymbol, number | null][] | null, wishes = WISHES) =>
    choosePools(
      { ...candidatesOf(DAYS, wishes), interests: interests === null ? null : new Map(interests) },
      wishes,
    );

  it('hold the greatest moves and the most open interest, without the illiquid and the untold', () => {
    const told: [MarketSymbol, number | null][] = [
      [A, 100],
      [B, 99.9],
      [C, 400],
      [D, 300],
      [E, null],
    ];
    expect(choose(told)).toEqual({ movers: [C, D], openInterest: [C, D] });
    const exact: [MarketSymbol, number | null][] = [
      [A, 100],
      [B, 100],
      [C, 99],
    ];
    expect(choose(exact)).toEqual({ movers: [B, A], openInterest: [A, B] });
  });

  it('take any size where no minimum is asked for', () => {
    const told: [MarketSymbol, number | null][] = [
      [A, 0],
      [B, null],
      [C, 1],
    ];
    expect(choose(told, { ...WISHES, minOpenInterestQuote: null })).toEqual({
      movers: [B, C],
      openInterest: [C, A],
    });
  });

  it('hold movers of any size on a venue that tells no open interest', () => {
    expect(choose(null, { ...WISHES, openInterest: 0 })).toEqual({ movers: [B, C], openInterest: [] });
  });
});

describe('a reading', () => {
  const tickers = Object.fromEntries(
    DAYS.map(({ symbol, lastQuote, moveFraction, quoteVolume }) => [
      symbol,
      { symbol, last: lastQuote, percentage: moveFraction * 100, quoteVolume },
    ]),
  );
  const offered = [A, B, C, D, E];
  const read = (
    interestOf: (symbol: MarketSymbol) => number | null,
    answers: Parameters<typeof fakeSession>[0] = {},
    wishes = WISHES,
  ) =>
    readCandidatePools(
      fakeSession({ fetchTickers: async () => tickers, fetchOpenInterest: async () => ({}), ...answers }),
      { openInterestQuote: async (symbol) => interestOf(symbol) },
      offered,
      wishes,
    );

  it('chooses from the day of all symbols and the open interest of some', async () => {
    expect(await read((symbol) => (symbol === B ? 1 : 200))).toEqual({
      movers: [C, D],
      openInterest: [A, C],
    });
  });

  it('passes over a symbol without a price or a move, and one the venue does not answer for', async () => {
    const { [C]: _gone, ...others } = tickers;
    const fetchTickers = async () => ({ ...others, [D]: { symbol: D, last: 2 } });
    const interestOf = (symbol: MarketSymbol) => {
      if (symbol === B) throw new Error('not now');
      return 200;
    };
    expect(await read(interestOf, { fetchTickers })).toEqual({ movers: [E, A], openInterest: [A, E] });
  });

  it('fails when the venue answers for none', async () => {
    const away = () => {
      throw new Error('away');
    };
    await expect(read(away)).rejects.toThrow('away');
  });

  it('refuses a wish the venue cannot fulfil, by its variable', async () => {
    const without = (name: string, wishes: PoolWishes) => {
      const session = fakeSession({ fetchTickers: async () => tickers, fetchOpenInterest: async () => ({}) });
      const { [name]: _gone, ...has } = session.exchange.has;
      const poorer = { ...session, exchange: { ...session.exchange, has } as typeof session.exchange };
      return readCandidatePools(poorer, { openInterestQuote: async () => null }, offered, wishes);
    };
    await expect(without('fetchOpenInterest', WISHES)).rejects.toMatchObject({
      code: 'config_invalid',
      message: 'VIGIL_POOL_OPEN_INTEREST is set, but binanceusdm does not tell open interest: unset it',
    });
    await expect(without('fetchTickers', { ...WISHES, openInterest: 0 })).rejects.toMatchObject({
      message: expect.stringContaining('VIGIL_POOL_MOVERS is set'),
    });
    await expect(without('fetchOpenInterest', { ...WISHES, openInterest: 0 })).resolves.toMatchObject({
      movers: [B, C],
    });
  });
});
