/** One conversation with a venue's REST interface: its markets, its clock, its limits, and its failures in our words. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Exchange } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, type EpochMs, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import { loadVenue, type VenueAddress } from './load-venue.ts';
import { createMarketList, type MarketList, type VenueMarket } from './market-list.ts';
import { type CallRank, createRateBudget } from './rate-budget.ts';
import { failureRule } from './venue-failure.ts';
import { type WireReply, watchReplies } from './wire-replies.ts';

const GREATEST_SKEW_MS = 5 * SECOND_MS;
const SKEW_FRESH_MS = 10 * MINUTE_MS;

export interface VenueSession extends MarketList {
  readonly exchangeId: string;
  readonly exchange: Exchange;
  /** Loads the markets once and compares the clocks from time to time. @throws AppError `venue_unavailable`, `clock_skew` */
  ready(): Promise<void>;
  /** The venue's time, as far as it is known. */
  nowMs(): EpochMs;
  /** A tradable linear perpetual of the venue. Only after `ready`. @throws AppError `symbol_unknown` */
  market(symbol: MarketSymbol): VenueMarket;
  /** Measures the clocks anew, after the venue has refused a time of ours. */
  resyncClock(): Promise<void>;
  /** Runs one call when its rank may go out; what it throws comes out as an `AppError` that names `what` was asked. */
  call<Result>(what: string, run: () => Promise<Result>, rank?: CallRank): Promise<Result>;
  /** Runs one call of rank `order` and leaves what it throws as it is, for who must know what it means for an order. */
  send<Result>(run: () => Promise<Result>): Promise<Result>;
  /** The same as `call` for what not every venue offers: null where this one does not. */
  callIfOffered<Result>(
    name: string,
    what: string,
    run: () => Promise<Result>,
    rank?: CallRank,
  ): Promise<Result | null>;
  close(): Promise<void>;
}

export interface VenueSessionOptions {
  /** For every call but the list of markets, which is long; what ccxt was loaded with when absent. */
  readonly requestTimeoutMs?: number;
  /** What the venue allows this address a minute; the venue's common limit when absent. */
  readonly weightPerMinute?: number;
}

export async function openVenueSession(
  address: VenueAddress,
  wallClock: Clock,
  { requestTimeoutMs, weightPerMinute }: VenueSessionOptions = {},
): Promise<VenueSession> {
  const exchange = await loadVenue(address);
  const { exchangeId } = address;
  const dialect = dialectOf(exchangeId);
  const budget = createRateBudget({
    exchangeId,
    clock: wallClock,
    limitPerMinute: weightPerMinute ?? dialect.weightPerMinute,
    wait: (ms) => wait(ms),
    shared: address.sharedLoad,
  });
  const { tooOften } = dialect.failures;
  const observe = (reply: WireReply) =>
    budget.observe(tooOften.has(reply.venueCode ?? 0) ? { ...reply, httpStatus: 429 } : reply);
  watchReplies(exchange, observe);
  const marketList = createMarketList({ exchange, wallClock, readAnew });
  let markets: Promise<unknown> | null = null;
  let hasFailed = false;
  let measuring: Promise<void> | null = null;
  let skew: { readonly ms: number; readonly measuredAtMs: EpochMs } | null = null;

  async function call<Result>(
    what: string,
    run: () => Promise<Result>,
    rank: CallRank = 'bulk',
  ): Promise<Result> {
    await budget.admit(rank);
    try {
      return await run();
    } catch (thrown) {
      throw translated(thrown, what);
    }
  }

  function translated(thrown: unknown, what: string): AppError {
    const details = { cause: thrown, context: { exchangeId, what } };
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    const { code } = failureRule(thrown, exchangeId);
    // The clocks have drifted apart since they were compared: the next call compares them first.
    if (code === 'clock_skew') skew = null;
    if (code === 'symbol_unknown')
      return new AppError(code, `${exchangeId} does not know the symbol of ${what}`, details);
    if (code === 'venue_auth')
      return new AppError(
        code,
        `${exchangeId} refused ${what} (${name}): check EXCHANGE_API_KEY and EXCHANGE_SECRET`,
        details,
      );
    if (code === 'clock_skew')
      return new AppError(
        code,
        `${exchangeId} refused the time of ${what} (${name}): synchronise this machine's clock`,
        details,
      );
    // The venue's own words stay in the cause: they may carry whole addresses.
    const wayOut = 'check the network and EXCHANGE_BASE_URL, or set VIGIL_MARKET=replay';
    return new AppError('venue_unavailable', `${exchangeId} gave no ${what} (${name}): ${wayOut}`, details);
  }

  async function loadMarkets(): Promise<void> {
    // ccxt remembers a failed load for ever unless it is asked to reload.
    markets ??= call('list of markets', () => exchange.loadMarkets(hasFailed), 'order');
    try {
      await markets;
      if (requestTimeoutMs !== undefined) exchange.timeout = requestTimeoutMs;
    } catch (thrown) {
      markets = null;
      hasFailed = true;
      throw thrown;
    }
  }

  /** By a ccxt of its own, which waits for the long list longer than a call of the account may take. */
  async function readAnew(): Promise<Exchange['markets']> {
    const lister = await loadVenue(address);
    Object.assign(lister.options, exchange.options);
    watchReplies(lister, observe);
    try {
      return await call('list of markets', () => lister.loadMarkets(), 'read');
    } finally {
      await lister.close();
    }
  }

  /** The last comparison stands until a new one succeeds: nothing that protects a position may wait for it. */
  async function compareClocks(): Promise<void> {
    if (skew && wallClock.nowMs() - skew.measuredAtMs < SKEW_FRESH_MS) return;
    measuring ??= measureSkew().finally(() => {
      measuring = null;
    });
    await measuring.catch((thrown: unknown) => {
      if (skew === null || (thrown as AppError).code === 'clock_skew') throw thrown;
    });
  }

  async function measureSkew(): Promise<void> {
    const askedAtMs = wallClock.nowMs();
    if (!exchange.has.fetchTime) return;
    const venueMs = await call('server time', () => exchange.fetchTime(), 'order');
    if (venueMs === undefined) return;
    const answeredAtMs = wallClock.nowMs();
    const ms = Math.round(venueMs - (askedAtMs + answeredAtMs) / 2);
    if (Math.abs(ms) > GREATEST_SKEW_MS) throw skewed(ms);
    skew = { ms, measuredAtMs: answeredAtMs };
    // What ccxt takes off its clock when it signs.
    exchange.options.timeDifference = -ms;
  }

  function skewed(ms: number): AppError {
    const side = ms > 0 ? 'behind' : 'ahead of';
    return new AppError(
      'clock_skew',
      `this machine's clock is ${Math.abs(ms)} ms ${side} ${exchangeId}, limit ${GREATEST_SKEW_MS} ms: synchronise it`,
      { context: { exchangeId, skewMs: ms, limitMs: GREATEST_SKEW_MS } },
    );
  }

  return {
    ...marketList,
    exchangeId,
    exchange,
    call,
    async ready() {
      await loadMarkets();
      await compareClocks();
    },
    async send(run) {
      await budget.admit('order');
      return run();
    },
    resyncClock: measureSkew,
    nowMs: () => wallClock.nowMs() + (skew?.ms ?? 0),
    market(symbol) {
      const market = marketList.listed(symbol);
      if (market !== null && market.active !== false) return market;
      throw new AppError(
        'symbol_unknown',
        `${exchangeId} has no tradable linear perpetual ${symbol}: name one that it lists`,
        {
          context: { exchangeId, symbol },
        },
      );
    },
    async callIfOffered(name, what, run, rank) {
      if (!exchange.has[name]) return null;
      try {
        return await call(what, run, rank);
      } catch (thrown) {
        if (thrown instanceof AppError && (thrown.cause as Error | undefined)?.name === 'NotSupported')
          return null;
        throw thrown;
      }
    },
    close: () => exchange.close(),
  };
}
