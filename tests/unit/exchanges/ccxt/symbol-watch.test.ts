import { beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '#domain/account.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { createSymbolWatch } from '#exchanges/ccxt/symbol-watch.ts';

const BTC = 'BTC/USDT:USDT' as MarketSymbol;
const ETH = 'ETH/USDT:USDT' as MarketSymbol;
/** Not in the desk's universe, but on its account. */
const OLD = 'OLD/USDT:USDT' as MarketSymbol;
const UNIVERSE = [BTC, ETH];

const clock = { atMs: 0, nowMs: () => clock.atMs };
beforeEach(() => {
  clock.atMs = 1_000_000;
});

const orderIn = (symbol: MarketSymbol, filledBase = '0') =>
  ({ symbol, clientOrderId: `in ${symbol}`, filledBase }) as Order;
const positionIn = (symbol: MarketSymbol, quantityBase = '1') =>
  ({ symbol, side: 'long', quantityBase }) as Position;

/** One that has looked at everything once and found nothing. */
function settledWatch() {
  const watch = createSymbolWatch(UNIVERSE, clock);
  watch.sawOrders([], { all: true });
  watch.sawPositions([]);
  watch.sawFills(UNIVERSE);
  return watch;
}

it('looks at everything first, and again after half a minute', () => {
  const watch = createSymbolWatch(UNIVERSE, clock);
  expect(watch.isFullReadDue()).toBe(true);
  expect(watch.stirred()).toEqual(UNIVERSE);
  watch.sawOrders([], { all: true });
  watch.sawFills(UNIVERSE);
  clock.atMs += 29_999;
  expect([watch.isFullReadDue(), watch.stirred()]).toEqual([false, []]);
  clock.atMs += 1;
  expect([watch.isFullReadDue(), watch.stirred()]).toEqual([true, UNIVERSE]);
});

it('looks at everything for who asks, and not again for five seconds', () => {
  const watch = settledWatch();
  expect([watch.isFullReadDue(true), watch.isFullReadDue()]).toEqual([true, false]);
  watch.sawOrders([], { all: true, isAsked: true });
  clock.atMs += 4_999;
  expect(watch.isFullReadDue(true)).toBe(false);
  clock.atMs += 1;
  expect([watch.isFullReadDue(true), watch.isFullReadDue()]).toEqual([true, false]);
});

it('does not take a look at some symbols for a look at all', () => {
  const watch = createSymbolWatch(UNIVERSE, clock);
  watch.sawOrders([], { all: false });
  watch.sawFills([BTC]);
  expect([watch.isFullReadDue(), watch.stirred()]).toEqual([true, UNIVERSE]);
});

describe('between two full looks', () => {
  it('reads where orders and positions stand, in and out of the universe', () => {
    const watch = settledWatch();
    watch.sawOrders([orderIn(BTC)], { all: false });
    watch.sawPositions([positionIn(OLD)]);
    expect(watch.busy()).toEqual([BTC, OLD]);
  });

  it('expects fills for a quarter of a minute after something of ours was touched', () => {
    const watch = settledWatch();
    watch.touch(ETH);
    clock.atMs += 14_999;
    expect([watch.busy(), watch.stirred()]).toEqual([[ETH], [ETH]]);
    clock.atMs += 1;
    expect([watch.busy(), watch.stirred()]).toEqual([[], []]);
  });

  it.each<[string, (watch: ReturnType<typeof settledWatch>) => void]>([
    ['an order has filled further', (watch) => watch.sawOrders([orderIn(BTC, '0.5')], { all: false })],
    ['an order is gone', (watch) => watch.sawOrders([], { all: false })],
    ['a position is gone', (watch) => watch.sawPositions([])],
    ['a position has changed', (watch) => watch.sawPositions([positionIn(BTC, '2')])],
  ])('expects fills where %s', (_what, change) => {
    const watch = settledWatch();
    watch.sawOrders([orderIn(BTC)], { all: false });
    watch.sawPositions([positionIn(BTC)]);
    clock.atMs += 20_000;
    watch.sawOrders([orderIn(BTC)], { all: false });
    expect(watch.stirred()).toEqual([]);
    change(watch);
    expect(watch.stirred()).toEqual([BTC]);
  });
});

it('reads the fills of a position outside the universe with each full look', () => {
  const watch = settledWatch();
  watch.sawPositions([positionIn(OLD)]);
  clock.atMs += 30_000;
  expect(watch.stirred()).toEqual([...UNIVERSE, OLD]);
});

it('goes on looking where something was traded before, though nobody watches it any more', () => {
  const watch = settledWatch();
  watch.include([OLD]);
  clock.atMs += 30_000;
  expect(watch.stirred()).toEqual([BTC, ETH, OLD]);
  watch.sawFills(UNIVERSE);
  expect(watch.stirred()).toEqual([BTC, ETH, OLD]);
});
