/** The venue without its wires: time, prices, and what happens by itself when they move. */
import { Big } from 'big.js';
import { decimal } from '#domain/decimal.ts';
import { venueSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, type Clock, type EpochMs } from '#domain/time.ts';
import { DEFAULT_SYMBOLS } from '#exchanges/generator/profiles.ts';
import { triggerAlgoOrders } from './conditional-orders.ts';
import { createCoverTally } from './cover-tally.ts';
import { book } from './ledger.ts';
import { liquidateWhatHasNoMargin } from './liquidation.ts';
import { createMarketFeed, type MarketFeed } from './market-feed.ts';
import { cancelOpenOrders, matchResting } from './matching.ts';
import { specOf, type VenueQuote, type VenueState } from './venue-state.ts';
import { PEGGED_SYMBOL, venueSymbols } from './venue-symbols.ts';

export interface VenueEngineOptions {
  /** The wall clock when absent. `advance` moves the venue's time on top of it. */
  readonly clock?: Clock;
  readonly seed?: number;
  readonly listings?: 'built-in' | 'recorded';
  /** Lists `USDCUSDT` as well, which was at 1 for ever. */
  readonly withPeg?: boolean;
  /** `still`: a price changes only when a test sets it. `generator`: unset prices walk with the clock. */
  readonly prices?: 'still' | 'generator';
  readonly walletBalance?: string;
  readonly takerBps?: string;
  readonly makerBps?: string;
  /** An order that a stop or a target became has an id of the venue's instead of theirs. */
  readonly firesUnderOwnIds?: boolean;
}

/** A price for everything, or each on its own; what is left out follows `last`. */
export type PriceSetting = string | number | QuoteSetting;

interface QuoteSetting {
  readonly last: string;
  readonly mark?: string;
  readonly bid?: string;
  readonly ask?: string;
  /** The price leaps: what has no margin left there is liquidated before any stop can fire. */
  readonly leaps?: boolean;
}

export interface VenueEngine {
  readonly state: VenueState;
  readonly feed: MarketFeed;
  /** Lets happen what is due by now. To be called before anybody looks or acts. */
  settle(): Promise<void>;
  setPrice(symbol: string, price: PriceSetting): Promise<void>;
  advance(ms: number): Promise<void>;
  armCountdown(symbol: string, afterMs: number): void;
}

const DEFAULT_WALLET = '10000';
/** Ids of the venue are longer than 32 bits. */
const FIRST_ID = 400_000_000_000;

export function createVenueEngine(options: VenueEngineOptions): VenueEngine {
  const { clock = { nowMs: Date.now }, seed = 7, listings = 'built-in', prices = 'still' } = options;
  const symbols = venueSymbols(listings, options);
  const feed = createMarketFeed(seed);
  let offsetMs = 0;
  let refreshedAtMs: EpochMs | null = null;
  let eventAtMs: EpochMs | null = null;

  const state: VenueState = {
    nowMs: () => eventAtMs ?? clock.nowMs() + offsetMs,
    symbols,
    fees: { takerBps: new Big(options.takerBps ?? '5'), makerBps: new Big(options.makerBps ?? '2') },
    quotes: new Map(),
    orders: [],
    algoOrders: [],
    fills: [],
    income: [],
    positions: new Map(),
    settings: new Map(),
    fundingRates: [],
    cover: createCoverTally(),
    due: [],
    walletBalance: new Big(0),
    isHedged: false,
    firesUnderOwnIds: options.firesUnderOwnIds ?? false,
    lastId: FIRST_ID,
  };
  book(state, {
    symbol: '',
    incomeType: 'TRANSFER',
    income: new Big(options.walletBalance ?? DEFAULT_WALLET),
  });

  function runDueEvents(): void {
    for (;;) {
      const nowMs = state.nowMs();
      const [next] = state.due.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) return;
      state.due = state.due.filter((event) => event !== next);
      eventAtMs = next.atMs;
      try {
        next.run();
        state.cover.observe(state);
      } finally {
        eventAtMs = null;
      }
    }
  }

  function move(symbol: string, quote: VenueQuote, leaps = false): void {
    state.quotes.set(symbol, quote);
    if (leaps) liquidateWhatHasNoMargin(state);
    matchResting(state, symbol);
    triggerAlgoOrders(state, symbol);
    liquidateWhatHasNoMargin(state);
    state.cover.observe(state);
  }

  /** A symbol has a price from the first time anybody looks; after that it stands still or walks minute by minute. */
  async function refreshPrices(): Promise<void> {
    const minuteMs = barOpenAtMs(state.nowMs(), '1m');
    if (refreshedAtMs === minuteMs || (refreshedAtMs !== null && prices === 'still')) return;
    refreshedAtMs = minuteMs;
    const priced = [...DEFAULT_SYMBOLS.map(venueSymbol), ...(options.withPeg ? [PEGGED_SYMBOL] : [])];
    for (const symbol of priced.filter((one) => !feed.isPinned(one))) {
      const { last } = await feed.now(symbol, state.nowMs());
      move(symbol, quoteAround(state, symbol, decimal(last)));
      if (prices === 'still') await feed.pin(symbol, state.nowMs(), decimal(last), true);
    }
  }

  return {
    state,
    feed,
    async settle() {
      runDueEvents();
      await refreshPrices();
    },
    async setPrice(symbol, price) {
      runDueEvents();
      specOf(state, symbol);
      const own: QuoteSetting = typeof price === 'object' ? price : { last: String(price) };
      const { last, ...around } = quoteAround(state, symbol, decimal(own.last));
      const one = (name: keyof typeof around) =>
        own[name] === undefined ? around[name] : decimal(own[name]);
      await feed.pin(symbol, state.nowMs(), last);
      move(symbol, { last, mark: one('mark'), bid: one('bid'), ask: one('ask') }, own.leaps);
    },
    async advance(ms) {
      offsetMs += ms;
      runDueEvents();
      await refreshPrices();
    },
    armCountdown(symbol, afterMs) {
      const key = `countdown ${symbol}`;
      state.due = state.due.filter((event) => event.key !== key);
      if (afterMs > 0)
        state.due.push({
          atMs: state.nowMs() + afterMs,
          key,
          run: () => cancelOpenOrders(state, symbol),
        });
    },
  };
}

/** Mark and bid at the last price, the ask one tick above. */
function quoteAround(state: VenueState, symbol: string, last: Big): VenueQuote {
  return { last, mark: last, bid: last, ask: last.plus(specOf(state, symbol).filters.tickSize) };
}
