/**
 * A venue on paper: real candles, made-up money. It remembers nothing between two calls; everything is in the books,
 * in a store as durable as the caller wants. Each call first brings the books up to now, then reads or acts.
 * What it charges and how it fills is told in README.md of this folder.
 */
import type { DecimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import { type MarketSymbol, quoteOf } from '#domain/symbol.ts';
import { type Clock, type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import { approvedRequest } from '#exchanges/approved-request.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import { readActivity } from './activity-log.ts';
import { type AdvanceMarket, advanceBooks, withMark } from './advance-books.ts';
import { accountView, positionViews } from './margin.ts';
import { asOrder, findOrderIn, wasClientIdUsed, workingOrder } from './order-life.ts';
import { openBooks, PaperBooks } from './paper-books.ts';
import { PAPER_SETTINGS, type PaperSettings } from './paper-settings.ts';
import { placeOrder, withdrawOrder } from './place-order.ts';

export interface PaperBrokerOptions {
  /** Names the account in the store, and begins every id the venue gives. */
  readonly accountId: string;
  readonly store: PaperStore<PaperBooks>;
  readonly market: MarketData;
  readonly clock: Clock;
  /** Used once, when the store has no books of the account yet. */
  readonly startingBalanceQuote: DecimalText;
  readonly settings?: Partial<PaperSettings>;
}

interface Answer<Result> {
  readonly books: PaperBooks;
  /** An `AppError` is thrown after what happened has been stored. */
  readonly result: Result | AppError;
}

type Act<Result> = (books: PaperBooks, market: AdvanceMarket, nowMs: EpochMs) => Promise<Answer<Result>>;

export function createPaperBroker(options: PaperBrokerOptions): Broker {
  const { accountId, store, market, clock } = options;
  const settings = { ...PAPER_SETTINGS, ...options.settings };
  const instruments = rememberInstruments(market);
  let haveReadBooks = false;

  function booksAt(stored: PaperBooks | null, known: ReadonlyMap<MarketSymbol, Instrument>, nowMs: EpochMs) {
    if (!stored) {
      const { startingBalanceQuote } = options;
      return openBooks({ accountId, quote: quoteOfMarket(known), startingBalanceQuote, nowMs });
    }
    if (!haveReadBooks) checkBooks(accountId, stored);
    haveReadBooks = true;
    return stored;
  }

  async function transact<Result>(act: Act<Result>): Promise<Result> {
    const advanceMarket = { market, instruments: await instruments(), settings };
    const result = await store.transact(accountId, async (stored) => {
      const nowMs = clock.nowMs();
      const opened = booksAt(stored, advanceMarket.instruments, nowMs);
      const books = await advanceBooks(opened, advanceMarket, nowMs);
      return act(books, advanceMarket, Math.max(nowMs, books.advancedToMs));
    });
    if (result instanceof AppError) throw result;
    return result;
  }

  function read<Result>(view: (books: PaperBooks, nowMs: EpochMs) => Result): Promise<Result> {
    return transact(async (books, _market, nowMs) => ({ books, result: view(books, nowMs) }));
  }

  return {
    venue: 'paper',
    sendSettlesWithinMs: 0,
    priceStepMs: TIMEFRAME_MS[market.finestTimeframe],
    account: () => read(accountView),
    positions: () => read(positionViews),
    openOrders: () => read((books) => books.working.map(asOrder)),
    findOrder: (symbol, clientOrderId) => read((books) => findOrderIn(books, symbol, clientOrderId)),
    activityAfter: (cursor) =>
      transact(async (given) => {
        const { books, activity } = readActivity(given, cursor, settings);
        return { books, result: activity };
      }),
    prepare: async (entry) => void approvedRequest(entry, 'the paper venue'),
    submit: async (order) => {
      const request = approvedRequest(order, 'the paper venue');
      return transact((books, advanceMarket, nowMs) => submitTo(books, advanceMarket, request, nowMs));
    },
    cancel: (symbol, clientOrderId) =>
      transact<Order>(async (books, _market, nowMs) => {
        const known = findOrderIn(books, symbol, clientOrderId);
        if (!known) return { books, result: unknownOrder(symbol, clientOrderId) };
        const working = workingOrder(books, clientOrderId);
        if (!working) return { books, result: known };
        const placement = withdrawOrder({ books, settings }, working, nowMs);
        return { books: placement.books, result: placement.order };
      }),
    nowMs: () => clock.nowMs(),
  };
}

async function submitTo(
  given: PaperBooks,
  market: AdvanceMarket,
  request: OrderRequest,
  nowMs: EpochMs,
): Promise<Answer<Order>> {
  const { clientOrderId, symbol } = request;
  const context = { clientOrderId, symbol };
  if (wasClientIdUsed(given, clientOrderId)) {
    const message = `client order id ${clientOrderId} was used before on this account`;
    return { books: given, result: new AppError('order_duplicate', message, { context }) };
  }
  const instrument = market.instruments.get(symbol);
  if (!instrument || quoteOf(symbol) !== given.quote)
    return {
      books: given,
      result: new AppError('order_rejected', unofferedReason(given, symbol), { context }),
    };
  const marked = await withMark(given, market, symbol, nowMs);
  if (!marked.marks[symbol]) {
    const message = `${symbol} has no recent closed bar to price an order at`;
    return { books: given, result: new AppError('order_rejected', message, { context }) };
  }
  const { settings } = market;
  const { books, order } = placeOrder({ books: marked, instrument, settings }, request, nowMs);
  if (order.status !== 'rejected') return { books, result: order };
  return { books, result: new AppError('order_rejected', order.reason ?? 'rejected', { context }) };
}

function unofferedReason(books: PaperBooks, symbol: MarketSymbol): string {
  return quoteOf(symbol) === books.quote
    ? `the market does not offer ${symbol}`
    : `${symbol} is not settled in ${books.quote}, the account's currency`;
}

function unknownOrder(symbol: MarketSymbol, clientOrderId: string): AppError {
  return new AppError('order_not_found', `there is no order ${clientOrderId} in ${symbol}`, {
    context: { symbol, clientOrderId },
  });
}

function checkBooks(accountId: string, stored: PaperBooks): void {
  const parsed = PaperBooks.safeParse(stored);
  if (parsed.success) return;
  throw new AppError('internal', `the paper books of ${accountId} cannot be read: ${parsed.error.message}`, {
    cause: parsed.error,
  });
}

/** The account's currency: that of the market's first instrument. */
function quoteOfMarket(instruments: ReadonlyMap<MarketSymbol, Instrument>): string {
  const [first] = instruments.keys();
  return first ? quoteOf(first) : 'USDT';
}

/** Asks the market once; a failed asking is asked again. */
function rememberInstruments(market: MarketData): () => Promise<ReadonlyMap<MarketSymbol, Instrument>> {
  let known: ReadonlyMap<MarketSymbol, Instrument> | null = null;
  return async () => {
    known ??= new Map((await market.instruments()).map((instrument) => [instrument.symbol, instrument]));
    return known;
  };
}
