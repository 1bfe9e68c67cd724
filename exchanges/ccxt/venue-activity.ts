/** Fills and funding of an account, read on from a cursor. */
import type { Trade as CcxtTrade } from 'ccxt';
import { z } from 'zod';
import type { FundingPayment } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, divideDecimals } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { Fill, Order } from '#domain/order.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { EpochMs, MINUTE_MS } from '#domain/time.ts';
import type { BrokerActivity, OwedFills } from '#exchanges/ports/broker.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import { byTime, type HistoryMark, readPages } from './read-pages.ts';
import type { VenueFees } from './venue-fees.ts';
import type { VenueOrders } from './venue-orders.ts';
import type { VenueSession } from './venue-session.ts';
import { type Execution, executionOf } from './venue-trade.ts';

const Mark = z.object({ atMs: EpochMs, ids: z.array(z.string()) });
const Cursor = z.object({ fills: z.record(z.string(), Mark), funding: Mark });
type Cursor = z.infer<typeof Cursor>;

const FUNDING_EVERY_MS = MINUTE_MS;
/** Each is a call, and who protects a position calls beside. */
const SYMBOLS_AT_ONCE = 8;
/** An order that told no time of its own was given ours. */
const OWED_BEFORE_MS = MINUTE_MS;

export interface VenueActivity {
  /** `symbols` are those in which something may have happened; what is `owed` is read from its beginning. */
  after(
    cursor: string | null,
    symbols: readonly MarketSymbol[],
    owed: readonly OwedFills[],
  ): Promise<BrokerActivity>;
  /** Where the cursor has read fills: a symbol that left the universe may still have some to tell. */
  symbolsIn(cursor: string): MarketSymbol[];
}

export interface VenueActivityOptions {
  readonly session: VenueSession;
  readonly orders: VenueOrders;
  readonly fees: VenueFees;
  /** Nothing before this is ours: the account may have a history of its own. */
  readonly fromMs: EpochMs;
  /** Hears once of each thing that is left out, in words. */
  readonly onDoubt?: ((words: string) => void) | undefined;
}

export function createVenueActivity(options: VenueActivityOptions): VenueActivity {
  const { session, orders, fees, fromMs } = options;
  const { exchange, exchangeId } = session;
  const dialect = dialectOf(exchangeId);
  const start: HistoryMark = { atMs: fromMs, ids: [] };
  const known = new Map<string, Order>();
  const aside = new Set<MarketSymbol>();
  let fundingReadAtMs = 0;
  let lastRead: { readonly text: string; readonly cursor: Cursor } | null = null;

  /** Asked with every look, and nearly always the same one. */
  function cursorOf(text: string): Cursor {
    if (lastRead?.text !== text) lastRead = { text, cursor: readCursor(text, exchangeId) };
    return lastRead.cursor;
  }

  /** A symbol that is listed no more must not stop the books of the others: should it come back, it is read from here on. */
  function setAside(symbol: MarketSymbol, mark: HistoryMark) {
    if (!aside.has(symbol)) {
      const words = `${exchangeId} does not list ${symbol} any more: fills it may still have there are not read`;
      options.onDoubt?.(words);
    }
    aside.add(symbol);
    return { fills: [], mark };
  }

  async function fillsOf(symbol: MarketSymbol, mark: HistoryMark, againFromMs = Number.POSITIVE_INFINITY) {
    const market = session.listed(symbol);
    if (market === null) return setAside(symbol, mark);
    const read = async (sinceMs: number, untilMs: number, limit: number) => {
      const trades = await session.call(
        `fills of ${symbol}`,
        () => dialect.fetchFills(exchange, symbol, { fromMs: sinceMs, toMs: untilMs, limit }),
        'read',
      );
      return trades.map((trade) => {
        const execution = executionOf(trade, market);
        return { id: execution.executionId, atMs: execution.atMs, execution, trade };
      });
    };
    const { entries, mark: next } = await readPages(
      { read, what: `fills of ${symbol}`, notBeforeMs: fromMs, againFromMs },
      mark,
      session.nowMs(),
    );
    const fills: Fill[] = [];
    for (const { execution, trade } of entries) fills.push(await fillOf(symbol, execution, trade));
    return { fills, mark: next };
  }

  async function fillOf(symbol: MarketSymbol, execution: Execution, trade: CcxtTrade): Promise<Fill> {
    const order = await orderBehind(symbol, execution.venueOrderId);
    const { venueOrderId, side, quantityBase, priceQuote, liquidity, realisedQuote, atMs } = execution;
    return {
      fillId: `${symbol}#${execution.executionId}`,
      clientOrderId: order?.clientOrderId ?? `venue-${venueOrderId}`,
      venueOrderId,
      symbol,
      side,
      purpose: dialect.wasForced(trade, order?.clientOrderId ?? null)
        ? 'liquidation'
        : purposeOf(order, realisedQuote),
      quantityBase,
      priceQuote,
      feeQuote: await fees.quoteOf(execution, symbol),
      liquidity,
      realisedQuote,
      atMs,
    };
  }

  async function orderBehind(symbol: MarketSymbol, venueOrderId: string): Promise<Order | null> {
    const key = `${symbol}#${venueOrderId}`;
    const remembered = known.get(key);
    if (remembered) return remembered;
    const order = await orders.findByVenueId(symbol, venueOrderId);
    if (order === null) return null;
    if (known.size >= 1_000) known.clear();
    known.set(key, order);
    return order;
  }

  async function fundingsAfter(mark: HistoryMark) {
    const read = async (sinceMs: number, untilMs: number, limit: number) => {
      const told = await session.callIfOffered(
        'fetchFundingHistory',
        'funding payments',
        () => dialect.fetchFundings(exchange, undefined, { fromMs: sinceMs, toMs: untilMs, limit }),
        'read',
      );
      return told ?? [];
    };
    const { entries, mark: next } = await readPages(
      { read, what: 'funding payments', notBeforeMs: fromMs },
      mark,
      session.nowMs(),
    );
    const fundings: FundingPayment[] = [];
    for (const { id, atMs, symbol: venueWord, receivedQuote, rateFraction: told } of entries) {
      const symbol = session.listed(venueWord) === null ? readableName(venueWord) : venueWord;
      const rateFraction = told ?? (await rateAt(symbol, atMs));
      const amount = decimal(receivedQuote).times(-1);
      const notional =
        rateFraction === 0 ? decimal(0) : divideDecimals(amount, decimal(rateFraction), 8).abs();
      fundings.push({
        paymentId: `${symbol}#${id}`,
        symbol,
        amountQuote: decimalText(amount),
        rateFraction,
        notionalQuote: decimalText(notional),
        atMs,
      });
    }
    return { fundings, mark: next };
  }

  /** The rate a payment was made at; 0 where the venue keeps no history of it. */
  async function rateAt(symbol: MarketSymbol, atMs: EpochMs): Promise<number> {
    if (session.listed(symbol) === null) return 0;
    const history = await session.callIfOffered('fetchFundingRateHistory', `funding rates of ${symbol}`, () =>
      exchange.fetchFundingRateHistory(symbol, atMs - MINUTE_MS, 2),
    );
    const near = history?.find(({ timestamp }) => Math.abs((timestamp ?? 0) - atMs) <= MINUTE_MS);
    return near?.fundingRate ?? 0;
  }

  /** The fills of all symbols, and `marks` moved on. */
  async function allFills(
    symbols: readonly MarketSymbol[],
    marks: Record<string, HistoryMark>,
    owed: readonly OwedFills[],
  ): Promise<Fill[]> {
    const againFromMs = new Map(owed.map(({ symbol, sinceMs }) => [symbol, sinceMs - OWED_BEFORE_MS]));
    const all = [...new Set([...symbols, ...againFromMs.keys()])];
    const fills: Fill[] = [];
    for (let first = 0; first < all.length; first += SYMBOLS_AT_ONCE) {
      const reads = all.slice(first, first + SYMBOLS_AT_ONCE).map(async (symbol) => {
        const mark = marks[symbol] ?? start;
        const read = await fillsOf(symbol, mark, againFromMs.get(symbol));
        marks[symbol] = read.mark;
        return read.fills;
      });
      fills.push(...(await Promise.all(reads)).flat());
    }
    return fills.sort((left, right) =>
      byTime({ id: left.fillId, atMs: left.atMs }, { id: right.fillId, atMs: right.atMs }),
    );
  }

  async function after(
    text: string | null,
    symbols: readonly MarketSymbol[],
    owed: readonly OwedFills[],
  ): Promise<BrokerActivity> {
    const isDue = text === null || session.nowMs() - fundingReadAtMs >= FUNDING_EVERY_MS;
    if (!isDue && symbols.length === 0 && owed.length === 0) return { fills: [], fundings: [], cursor: text };
    const cursor = text === null ? { fills: {}, funding: start } : cursorOf(text);
    const marks: Record<string, HistoryMark> = { ...cursor.fills };
    const [fills, funding] = await Promise.all([
      allFills(symbols, marks, owed),
      isDue ? fundingsAfter(cursor.funding) : { fundings: [], mark: cursor.funding },
    ]);
    if (isDue) fundingReadAtMs = session.nowMs();
    return { fills, fundings: funding.fundings, cursor: cursorText(marks, funding.mark) };
  }

  return {
    after,
    symbolsIn: (cursor) => Object.keys(cursorOf(cursor).fills) as MarketSymbol[],
  };
}

/** Money was paid in a symbol that is not listed: its name is read from the venue's word where that can be. */
function readableName(venueWord: string): MarketSymbol {
  try {
    return parseSymbol(venueWord);
  } catch {
    return venueWord;
  }
}

/** A fill of an order the venue has forgotten closes when it realised something. */
function purposeOf(order: Order | null, realisedQuote: DecimalText): Fill['purpose'] {
  return order?.purpose ?? (decimal(realisedQuote).eq(0) ? 'entry' : 'exit');
}

function readCursor(text: string, exchangeId: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('internal', `the stored cursor of ${exchangeId} cannot be read: ${text}`, { cause });
  }
}

/** The same reading makes the same text. */
function cursorText(fills: Record<string, HistoryMark>, funding: HistoryMark): string {
  const sorted = Object.fromEntries(Object.entries(fills).sort(([a], [b]) => a.localeCompare(b)));
  return JSON.stringify({ fills: sorted, funding });
}
