/**
 * Which symbols are worth a look. Listing all of them weighs forty times one on Binance, so between two full looks only
 * those are read in which something of ours stands or may just have happened.
 */
import type { Position } from '#domain/account.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, type EpochMs, SECOND_MS } from '#domain/time.ts';

/** How long an order of somebody else's may stand unseen in a symbol where nothing of ours is. */
const FULL_READ_EVERY_MS = 30 * SECOND_MS;
/** However often somebody asks for one beside those. */
const ASKED_READ_AGAIN_MS = 5 * SECOND_MS;
/** How long after a change its fills may still come to be told. */
const STIRRED_FOR_MS = 15 * SECOND_MS;

export interface SymbolWatch {
  isFullReadDue(isAsked?: boolean): boolean;
  /** Where orders or positions of ours are, or have just been. */
  busy(): readonly MarketSymbol[];
  areFillsDue(): boolean;
  /** Where fills may be new; all symbols when a full look is due for them. */
  stirred(): readonly MarketSymbol[];
  /** The fills of these were read. */
  sawFills(symbols: readonly MarketSymbol[]): void;
  /** Where something of ours was traded before: it belongs to every full look from now on. */
  include(traded: readonly MarketSymbol[]): void;
  touch(symbol: MarketSymbol): void;
  sawOrders(open: readonly Order[], read: { readonly all: boolean; readonly isAsked?: boolean }): void;
  sawPositions(open: readonly Position[]): void;
}

export function createSymbolWatch(watched: readonly MarketSymbol[], clock: Clock): SymbolWatch {
  const universe = new Set(watched);
  const stirredAtMs = new Map<MarketSymbol, EpochMs>();
  let orders = new Map<MarketSymbol, string>();
  let positions = new Map<MarketSymbol, string>();
  let ordersReadAtMs = Number.NEGATIVE_INFINITY;
  let askedReadAtMs = Number.NEGATIVE_INFINITY;
  let fillsReadAtMs = Number.NEGATIVE_INFINITY;

  const touch = (symbol: MarketSymbol) => void stirredAtMs.set(symbol, clock.nowMs());
  const isStirred = (symbol: MarketSymbol) =>
    clock.nowMs() - (stirredAtMs.get(symbol) ?? Number.NEGATIVE_INFINITY) < STIRRED_FOR_MS;

  const areFillsDue = () => clock.nowMs() - fillsReadAtMs >= FULL_READ_EVERY_MS;

  function stirChanged(before: Map<MarketSymbol, string>, now: Map<MarketSymbol, string>): void {
    for (const symbol of new Set([...before.keys(), ...now.keys()]))
      if (before.get(symbol) !== now.get(symbol)) touch(symbol);
  }

  return {
    isFullReadDue: (isAsked = false) =>
      clock.nowMs() - ordersReadAtMs >= FULL_READ_EVERY_MS ||
      (isAsked && clock.nowMs() - askedReadAtMs >= ASKED_READ_AGAIN_MS),
    busy: () => [
      ...new Set([...orders.keys(), ...positions.keys(), ...[...stirredAtMs.keys()].filter(isStirred)]),
    ],
    areFillsDue,
    stirred() {
      const stirring = [...stirredAtMs.keys()].filter(isStirred);
      return areFillsDue() ? [...new Set([...universe, ...stirring, ...positions.keys()])] : stirring;
    },
    sawFills(symbols) {
      if ([...universe].every((symbol) => symbols.includes(symbol))) fillsReadAtMs = clock.nowMs();
    },
    include(traded) {
      for (const symbol of traded) universe.add(symbol);
    },
    touch,
    sawOrders(open, { all, isAsked = false }) {
      const now = textsOf(
        open,
        ({ symbol }) => symbol,
        ({ clientOrderId, filledBase }) => `${clientOrderId}:${filledBase}`,
      );
      stirChanged(orders, now);
      orders = now;
      if (all) ordersReadAtMs = clock.nowMs();
      if (all && isAsked) askedReadAtMs = clock.nowMs();
    },
    sawPositions(open) {
      const now = textsOf(
        open,
        ({ symbol }) => symbol,
        ({ side, quantityBase }) => `${side}:${quantityBase}`,
      );
      stirChanged(positions, now);
      positions = now;
    },
  };
}

function textsOf<Entry>(
  entries: readonly Entry[],
  symbolOf: (entry: Entry) => MarketSymbol,
  textOf: (entry: Entry) => string,
): Map<MarketSymbol, string> {
  const texts = new Map<MarketSymbol, string>();
  for (const entry of entries) {
    const symbol = symbolOf(entry);
    texts.set(symbol, [...(texts.get(symbol)?.split(' ') ?? []), textOf(entry)].sort().join(' '));
  }
  return texts;
}
