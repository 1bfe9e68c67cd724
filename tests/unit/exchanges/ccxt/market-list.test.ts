import type { Exchange } from 'ccxt';
import { expect, it, vi } from 'vitest';
import { createMarketList } from '#exchanges/ccxt/market-list.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';

function perpetual(symbol: string) {
  return { symbol, swap: true, linear: true, active: true };
}

function stage(told: () => Promise<object[]>) {
  const clock = { ms: 0 };
  const exchange = {
    markets: { [BTC]: perpetual(BTC) } as Record<string, object>,
    setMarkets(markets: { symbol: string }[]) {
      this.markets = Object.fromEntries(markets.map((market) => [market.symbol, market]));
    },
  };
  const readAnew = vi.fn(async () =>
    Object.fromEntries((await told()).map((market) => [(market as { symbol: string }).symbol, market])),
  );
  const list = createMarketList({
    exchange: exchange as unknown as Exchange,
    wallClock: { nowMs: () => clock.ms },
    readAnew: readAnew as never,
  });
  return { list, clock, readAnew };
}

it('reads the list anew once a minute at most, however many miss a symbol and whether it answers', async () => {
  const { list, clock, readAnew } = stage(() => Promise.reject(new Error('no answer')));
  list.relist();
  list.relist();
  clock.ms = 59_999;
  list.relist();
  expect(readAnew).toHaveBeenCalledTimes(1);
  clock.ms = 60_000;
  list.relist();
  expect(readAnew).toHaveBeenCalledTimes(2);
});

it('keeps what the new list leaves out readable, as not traded', async () => {
  const { list } = stage(async () => [perpetual(ETH)]);
  expect(list.listed(ETH)).toBeNull();
  list.relist();
  await vi.waitUntil(() => list.listed(ETH) !== null);
  expect([list.listed(BTC)?.active, list.listed(ETH)?.active]).toEqual([false, true]);
});

it('does not know a contract that ends, nor one whose name we cannot write', () => {
  const { list } = stage(async () => []);
  expect(list.listed('BTC/USDT:USDT-261225')).toBeNull();
});
