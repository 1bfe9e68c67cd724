import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, type EpochMs, MINUTE_MS } from '#domain/time.ts';

/** How long before the newest question another one may be for its symbol to be still wanted. */
const WANTED_FOR_MS = 10 * MINUTE_MS;

/** Which symbols somebody wants to hear of: those with a listener, and those asked about not long before the newest. */
export interface WantedSymbols {
  ask(symbol: MarketSymbol): void;
  /** Returns what ends it. */
  hold(symbols: readonly MarketSymbol[]): () => void;
  /** Sorted, so that the same symbols make the same list; once there was one it is never empty again. */
  current(): MarketSymbol[];
}

export function createWantedSymbols(clock: Clock): WantedSymbols {
  const askedAtMs = new Map<MarketSymbol, EpochMs>();
  const holds = new Set<readonly MarketSymbol[]>();
  let list: MarketSymbol[] = [];
  return {
    ask(symbol) {
      const nowMs = clock.nowMs();
      for (const [known, atMs] of askedAtMs) if (nowMs - atMs > WANTED_FOR_MS) askedAtMs.delete(known);
      askedAtMs.set(symbol, nowMs);
    },
    hold(symbols) {
      const held = [...symbols];
      holds.add(held);
      return () => void holds.delete(held);
    },
    current() {
      const wanted = [...new Set([...askedAtMs.keys(), ...[...holds].flat()])].sort();
      if (wanted.length > 0) list = wanted;
      return [...list];
    },
  };
}
