/**
 * Brings books up to a time: fetches the closed bars and funding settlements since, for the symbols that have a
 * position or a working order, and walks them in the order of time across symbols. Every symbol has its own place in
 * its bars, so that a bar the source shows late is walked late and never lost.
 */
import { type CandleSeries, candleAt } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime, TIMEFRAME_MS } from '#domain/time.ts';
import type { FundingSettlement, MarketData } from '#exchanges/ports/market-data.ts';
import { settleFunding } from './ledger.ts';
import { activeSymbols, draftOf, markOf, type PaperBooks } from './paper-books.ts';
import type { PaperSettings } from './paper-settings.ts';
import { walkBar } from './walk-bar.ts';

export interface AdvanceMarket {
  readonly market: MarketData;
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  readonly settings: PaperSettings;
}

/** Bars of each symbol held in memory at once when books have been left alone for long. */
const BARS_PER_STRETCH = 2_880;
/** Processes of one desk may disagree by this much about the time; beyond it somebody's clock is wrong. */
const CLOCK_TOLERANCE_MS = 60_000;
/** Where the newest bar is missing, how many bars back a last price is looked for. */
const LAST_PRICE_BARS = 10;

/**
 * The same object when nothing has happened.
 * @throws AppError `clock_skew` when `nowMs` lies more than a minute before what has been advanced to, and what the
 * market throws: then the books stay where they were.
 */
export async function advanceBooks(
  given: PaperBooks,
  market: AdvanceMarket,
  nowMs: EpochMs,
): Promise<PaperBooks> {
  refuseToGoBack(given, nowMs);
  const stretchMs = BARS_PER_STRETCH * barMs(market);
  let books = given;
  let reachedMs = given.advancedToMs;
  while (reachedMs < nowMs && activeSymbols(books).length > 0) {
    reachedMs = Math.min(nowMs, reachedMs + stretchMs);
    books = await advanceStretch(books, market, reachedMs);
  }
  return books;
}

/** The books with the newest closed bar of `symbol` as its mark; unchanged where the market has no recent bar. */
export async function withMark(
  books: PaperBooks,
  { market }: AdvanceMarket,
  symbol: MarketSymbol,
  nowMs: EpochMs,
): Promise<PaperBooks> {
  if (activeSymbols(books).includes(symbol)) return books;
  const widthMs = TIMEFRAME_MS[market.finestTimeframe];
  const toMs = Math.min(nowMs, market.spanMs.to ?? nowMs);
  const fromMs = Math.max(0, toMs - LAST_PRICE_BARS * widthMs);
  const series = await market.candles({ symbol, timeframe: market.finestTimeframe, fromMs, toMs });
  const bar = candleAt(series, -1);
  if (!bar || books.marks[symbol]?.openAtMs === bar.openAtMs) return books;
  const mark = { openAtMs: bar.openAtMs, closeQuote: bar.close, volumeBase: bar.volume, takenBase: '0' };
  return { ...books, marks: { ...books.marks, [symbol]: mark } };
}

function refuseToGoBack(books: PaperBooks, nowMs: EpochMs): void {
  if (nowMs >= books.advancedToMs - CLOCK_TOLERANCE_MS) return;
  throw new AppError(
    'clock_skew',
    `it is ${isoTime(nowMs)}, but the paper account ${books.accountId} has been advanced to ` +
      `${isoTime(books.advancedToMs)}: go on from there or use another account`,
    { context: { accountId: books.accountId, nowMs, advancedToMs: books.advancedToMs } },
  );
}

interface Stretch {
  readonly symbol: MarketSymbol;
  readonly series: CandleSeries;
  readonly settlements: readonly FundingSettlement[];
}

interface Moment {
  readonly atMs: EpochMs;
  readonly stretch: Stretch;
  /** The bar that closes then; null for a settlement. */
  readonly barIndex: number | null;
  readonly settlement: FundingSettlement | null;
}

async function advanceStretch(given: PaperBooks, market: AdvanceMarket, toMs: EpochMs): Promise<PaperBooks> {
  const widthMs = barMs(market);
  const due = activeSymbols(given).filter((symbol) => markOf(given, symbol).openAtMs + 2 * widthMs <= toMs);
  const stretches = await Promise.all(due.map((symbol) => fetchStretch(given, market, symbol, toMs)));
  if (stretches.every((stretch) => stretch.series.length === 0 && stretch.settlements.length === 0))
    return given;
  const books = draftOf(given);
  for (const moment of momentsOf(stretches, widthMs)) live(books, market, moment);
  books.advancedToMs = Math.max(books.advancedToMs, toMs);
  forgetMarks(books);
  return books;
}

async function fetchStretch(
  books: PaperBooks,
  { market }: AdvanceMarket,
  symbol: MarketSymbol,
  untilMs: EpochMs,
): Promise<Stretch> {
  const widthMs = TIMEFRAME_MS[market.finestTimeframe];
  const toMs = Math.min(untilMs, market.spanMs.to ?? untilMs);
  const nextOpenAtMs = markOf(books, symbol).openAtMs + widthMs;
  const fundedToMs = books.positions[symbol]?.fundedToMs ?? nextOpenAtMs - 1;
  const [series, settlements] = await Promise.all([
    market.candles({ symbol, timeframe: market.finestTimeframe, fromMs: nextOpenAtMs, toMs }),
    market.fundingBetween(symbol, fundedToMs, toMs),
  ]);
  return { symbol, series, settlements };
}

/** All bars and settlements by time. At one instant bars close before funding is settled on their close. */
function momentsOf(stretches: readonly Stretch[], widthMs: number): readonly Moment[] {
  const moments: Moment[] = [];
  for (const stretch of stretches) {
    const { series, settlements } = stretch;
    for (let index = 0; index < series.length; index += 1)
      moments.push({ atMs: series.openAtMs[index]! + widthMs, stretch, barIndex: index, settlement: null });
    for (const settlement of settlements)
      moments.push({ atMs: settlement.atMs, stretch, barIndex: null, settlement });
  }
  // The sort is stable: at one instant symbols keep their alphabetical order.
  return moments.sort((a, b) => a.atMs - b.atMs || Number(a.barIndex === null) - Number(b.barIndex === null));
}

function live(books: PaperBooks, { instruments, settings }: AdvanceMarket, moment: Moment): void {
  const { symbol, series } = moment.stretch;
  if (moment.settlement) settleFunding(books, symbol, moment.settlement);
  const bar = moment.barIndex === null ? null : candleAt(series, moment.barIndex);
  if (bar)
    walkBar({ books, instrument: instrumentOf(instruments, symbol), settings }, symbol, bar, moment.atMs);
}

/** A mark is kept while its symbol is active, and until its bar is over: what was taken from a bar stays taken. */
function forgetMarks(books: PaperBooks): void {
  const active = new Set(activeSymbols(books));
  const newestAtMs = Math.max(...Object.values(books.marks).map((mark) => mark.openAtMs));
  for (const [symbol, mark] of Object.entries(books.marks))
    if (!active.has(symbol) && mark.openAtMs < newestAtMs) delete books.marks[symbol];
}

/** @throws AppError `symbol_unknown` when the market has stopped offering a symbol the books hold */
export function instrumentOf(
  instruments: ReadonlyMap<MarketSymbol, Instrument>,
  symbol: MarketSymbol,
): Instrument {
  const instrument = instruments.get(symbol);
  if (instrument) return instrument;
  throw new AppError('symbol_unknown', `the market offers no ${symbol}, which the paper account holds`, {
    context: { symbol },
  });
}

function barMs({ market }: AdvanceMarket): number {
  return TIMEFRAME_MS[market.finestTimeframe];
}
