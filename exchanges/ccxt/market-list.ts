/** Which contracts a venue lists. Read once, and anew beside everything else when a symbol turns up that is not there. */
import type { Exchange, Market } from 'ccxt';
import { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, MINUTE_MS } from '#domain/time.ts';

/** One contract as ccxt describes it. */
export type VenueMarket = NonNullable<Market>;

/** The list is long. */
const ANEW_EVERY_MS = MINUTE_MS;

export interface MarketList {
  /** A linear perpetual of the list, whether it is traded or not any more; null where there is none of this name. */
  listed(symbol: MarketSymbol): VenueMarket | null;
  /** Begins to read the list anew, where that was not done a moment ago. Never throws and is not waited for. */
  relist(): void;
}

export interface MarketListOptions {
  readonly exchange: Pick<Exchange, 'markets' | 'setMarkets'>;
  readonly wallClock: Clock;
  /** The list as the venue tells it now, asked past `exchange`. */
  readonly readAnew: () => Promise<Exchange['markets']>;
}

export function createMarketList({ exchange, wallClock, readAnew }: MarketListOptions): MarketList {
  let begunAtMs = Number.NEGATIVE_INFINITY;

  async function takeAnew(): Promise<void> {
    const told = (await readAnew()) ?? {};
    // What is held there must stay readable.
    const gone = Object.values(exchange.markets ?? {})
      .filter((market) => market !== undefined && told[market.symbol] === undefined)
      .map((market) => ({ ...market, active: false }));
    exchange.setMarkets([...Object.values(told), ...gone]);
  }

  return {
    listed(symbol) {
      const market = exchange.markets?.[symbol];
      return market?.swap && market.linear && MarketSymbol.safeParse(symbol).success ? market : null;
    },
    relist() {
      if (wallClock.nowMs() - begunAtMs < ANEW_EVERY_MS) return;
      begunAtMs = wallClock.nowMs();
      // The next one who misses a symbol asks again.
      takeAnew().catch(() => undefined);
    },
  };
}
