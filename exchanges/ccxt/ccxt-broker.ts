/**
 * A real venue through ccxt, by REST alone. Nothing is retried here but an order the venue refused for our clock: an
 * order without an answer is `order_outcome_unknown`, and whoever sent it asks for it by its client id.
 */

import type { Position } from '#domain/account.ts';
import type { Instrument } from '#domain/instrument.ts';
import { isOrderFinal, type Order } from '#domain/order.ts';
import { type MarketSymbol, quoteOf } from '#domain/symbol.ts';
import { type Clock, type EpochMs, SECOND_MS } from '#domain/time.ts';
import { approvedRequest } from '#exchanges/approved-request.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import { createAccountSettings } from './account-settings.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import { accountName, assertFitAccount, keyDoubt } from './key-rights.ts';
import type { VenueAddress, VenueCredentials } from './load-venue.ts';
import { createSymbolWatch } from './symbol-watch.ts';
import { readAccount } from './venue-account.ts';
import { createVenueActivity } from './venue-activity.ts';
import { createVenueFees } from './venue-fees.ts';
import { instrumentOf, instrumentsIn } from './venue-instrument.ts';
import { assertCredentials, assertTradable, assertTrialAllowed, trialDoubt } from './venue-needs.ts';
import { createVenueOrders } from './venue-orders.ts';
import { createVenuePositions } from './venue-positions.ts';
import { openVenueSession } from './venue-session.ts';

/** Binance's own default. */
const RECEIVE_WINDOW_MS = 5 * SECOND_MS;
/** A position may be waiting for its stop: of the 5 s it has, no call may take so much that a second try comes too late. */
const REQUEST_TIMEOUT_MS = 1_500;
/** What the venue's clock and ours may differ by, and what it takes an accepted order to be seen by a look-up. */
const SETTLING_MARGIN_MS = 2 * SECOND_MS;

export interface CcxtBrokerOptions extends VenueAddress {
  readonly credentials: VenueCredentials;
  readonly symbols: readonly MarketSymbol[];
  /** When the desk's account began to be ours: what the venue tells from before is left alone. */
  readonly fromMs: EpochMs;
  readonly wallClock: Clock;
  /** How long a call of the account may stay without an answer. */
  readonly requestTimeoutMs?: number;
  /** The venue refuses a request that reaches it later than this after it was signed. */
  readonly receiveWindowMs?: number;
  /** A venue never tried for real that a person has asked to trade on for real. */
  readonly untriedVenue?: string;
  /** What the venue allows this address a minute; its common limit when absent. */
  readonly weightPerMinute?: number;
  /** Hears in words what a person should look at while the broker works. */
  readonly onDoubt?: ((words: string) => void) | undefined;
}

export interface CcxtBroker extends Broker {
  /**
   * Asks the venue whether this account may be traded with, and gives what a person should look at.
   * @throws AppError `config_invalid`, `venue_auth`, `clock_skew`, `venue_unavailable`
   */
  check(): Promise<readonly string[]>;
  /** What the venue calls this account, the same for all of its keys; null where it has no name. */
  accountName(): Promise<string | null>;
  /**
   * Everything the venue trades in the account's currency: a position may be in any of it. What is held beside that joins
   * the map when it is first seen.
   */
  instruments(): Promise<ReadonlyMap<MarketSymbol, Instrument>>;
  close(): Promise<void>;
}

/**
 * Asks the venue nothing yet. @throws AppError `config_invalid` for an exchange or an address nobody knows, and for a
 * venue that lacks what trading needs
 */
export async function createCcxtBroker(options: CcxtBrokerOptions): Promise<CcxtBroker> {
  const { exchangeId, symbols, wallClock, fromMs } = options;
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS, receiveWindowMs = RECEIVE_WINDOW_MS } = options;
  const session = await openVenueSession(options, wallClock, { ...options, requestTimeoutMs });
  assertTradable(session.exchange);
  assertTrialAllowed(options);
  assertCredentials(session.exchange);
  const validForMs = dialectOf(exchangeId).prepare(session.exchange, receiveWindowMs);
  const settings = createAccountSettings(session);
  const orders = createVenueOrders(session, settings);
  const fees = createVenueFees(session);
  const positions = createVenuePositions({ session, settings, fees });
  const activity = createVenueActivity({ session, orders, fees, fromMs, onDoubt: options.onDoubt });
  const watch = createSymbolWatch(symbols, wallClock);
  const [first] = symbols;
  const quote = first === undefined ? 'USDT' : quoteOf(first);

  const instruments = new Map<MarketSymbol, Instrument>();
  let reading: Promise<readonly Position[]> | null = null;

  /** What is held may have been listed since the start, or be settling: its orders are rounded like all others. */
  async function readHeld(): Promise<readonly Position[]> {
    const held = await positions.read();
    for (const { symbol } of held) {
      const market = instruments.has(symbol) ? null : session.listed(symbol);
      if (market?.precision.price && market.precision.amount)
        instruments.set(symbol, instrumentOf(market, session.exchange));
    }
    return held;
  }

  /** One reading serves who asks at the same time. */
  function heldNow(): Promise<readonly Position[]> {
    reading ??= session
      .ready()
      .then(readHeld)
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  /** Where another process has just opened a position its orders are read too: it must not look naked. */
  async function openOrders(scope?: 'everywhere'): Promise<readonly Order[]> {
    await session.ready();
    const isAsked = scope === 'everywhere';
    const all = watch.isFullReadDue(isAsked);
    const busy = watch.busy();
    const [lists, held] = await Promise.all([
      Promise.all(all ? [orders.open(null)] : busy.map((symbol) => orders.open(symbol))),
      heldNow(),
    ]);
    const unread = all ? [] : held.map(({ symbol }) => symbol).filter((symbol) => !busy.includes(symbol));
    const late = await Promise.all([...new Set(unread)].map((symbol) => orders.open(symbol)));
    const open = [...lists, ...late].flat();
    watch.sawOrders(open, { all, isAsked });
    return open;
  }

  return {
    venue: exchangeId,
    sendSettlesWithinMs: validForMs + SETTLING_MARGIN_MS,
    priceStepMs: 0,
    async account() {
      await session.ready();
      return readAccount(session, quote);
    },
    async positions() {
      const open = await heldNow();
      watch.sawPositions(open);
      return open;
    },
    openOrders,
    unreadable: () => [...positions.unreadable(), ...orders.unreadable()],
    async findOrder(symbol, clientOrderId) {
      await session.ready();
      const found = await orders.find(symbol, clientOrderId);
      // Another process may have placed it: from here on its symbol is read.
      if (found !== null && !isOrderFinal(found.status) && !watch.busy().includes(symbol))
        watch.touch(symbol);
      return found;
    },
    async activityAfter(cursor, whatIsOwed) {
      await session.ready();
      if (cursor !== null) watch.include(activity.symbolsIn(cursor));
      const owed = cursor !== null && watch.areFillsDue() ? ((await whatIsOwed?.()) ?? []) : [];
      const worthReading = cursor === null ? symbols : watch.stirred();
      const told = await activity.after(cursor, worthReading, owed);
      watch.sawFills(worthReading);
      return told;
    },
    async prepare(entry) {
      const request = approvedRequest(entry, exchangeId);
      await session.ready();
      await orders.prepare(request);
    },
    async submit(order) {
      const request = approvedRequest(order, exchangeId);
      await session.ready();
      watch.touch(request.symbol);
      return orders.submit(request);
    },
    async cancel(symbol, clientOrderId) {
      await session.ready();
      watch.touch(symbol);
      return orders.cancel(symbol, clientOrderId);
    },
    async check() {
      await session.ready();
      const doubt = options.sandbox ? null : await keyDoubt(session);
      await assertFitAccount(session, symbols);
      await readAccount(session, quote);
      return [trialDoubt(exchangeId), doubt].filter((words) => words !== null);
    },
    async accountName() {
      // A signed call needs the clock alone; the list of markets is heavy.
      await session.resyncClock();
      return accountName(session);
    },
    async instruments() {
      await session.ready();
      for (const [symbol, instrument] of instrumentsIn(session, quote)) instruments.set(symbol, instrument);
      return instruments;
    },
    nowMs: session.nowMs,
    close: session.close,
  };
}
