/** A breaker that is fed by hand. */

import { MONDAY_MS } from '#tests/unit/tools/indicators/made-series.ts';
import { createMarketBreaker, type PriceFeed } from '#tools/breaker/market-breaker.ts';
import type { MarketEvent } from '#tools/breaker/market-events.ts';
import { DEFAULT_MARKET_LIMITS, type MarketLimits } from '#tools/breaker/market-limits.ts';

export const START_MS = MONDAY_MS;

export function fedBreaker(limits: MarketLimits = DEFAULT_MARKET_LIMITS) {
  const breaker = createMarketBreaker(limits);
  const feeds = new Map<string, PriceFeed>();
  const events: MarketEvent[] = [];

  function feedOf(asset: string, place: string, widthMs: number): PriceFeed {
    const key = `${asset} ${place} ${widthMs}`;
    const feed = feeds.get(key) ?? breaker.feed({ symbol: `${asset}/USDT:USDT`, asset, place, widthMs });
    feeds.set(key, feed);
    return feed;
  }

  return {
    breaker,
    events,
    feedOf,
    /** Prints of one asset, `[milliseconds after the start, price]`. */
    print(asset: string, prints: readonly (readonly [number, number])[], place = 'here') {
      for (const [afterMs, price] of prints)
        events.push(...feedOf(asset, place, 0).print({ atMs: START_MS + afterMs, price }));
    },
    /** A closed bar without wicks unless told; `closesMs` after the start. */
    bar(asset: string, widthMs: number, bar: HandBar, place = 'here') {
      const { open, close, closesMs, volume } = bar;
      const high = bar.high ?? Math.max(open, close);
      const low = bar.low ?? Math.min(open, close);
      const piece = { atMs: START_MS + closesMs, open, high, low, close };
      events.push(
        ...feedOf(asset, place, widthMs).bar({ ...piece, ...(volume !== undefined && { volume }) }),
      );
    },
    trips: () => events.filter((event) => event.kind === 'tripped'),
    falsePrints: () => events.filter((event) => event.kind === 'false_print'),
    /** `btc_fall_1h watch`, of what is not clear. */
    reasons(afterMs: number) {
      return breaker.assess(START_MS + afterMs).reasons.map(({ trigger, level }) => `${trigger} ${level}`);
    },
  };
}

export interface HandBar {
  readonly closesMs: number;
  readonly open: number;
  readonly close: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
}

/** Prices from one to the other in steps too small to be doubted, evenly over the span. */
export function slide(from: number, to: number, { fromMs, toMs }: { fromMs: number; toMs: number }) {
  const steps = Math.ceil(Math.abs(Math.log(to / from)) / 0.005) + 1;
  return Array.from({ length: steps + 1 }, (_, i): [number, number] => [
    Math.round(fromMs + ((toMs - fromMs) * i) / steps),
    i === steps ? to : from * (to / from) ** (i / steps),
  ]);
}
