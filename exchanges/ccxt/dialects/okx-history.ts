/** Fills and funding on OKX, newest first; of the last three days it tells fills at once, of older ones from an archive. */
import type { Trade as CcxtTrade, Dictionary, Exchange } from 'ccxt';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import type { FundingTold, HistorySpan } from '../venue-dialect.ts';
import { pastClockDoubt } from './common.ts';
import { allPages, okx } from './okx-api.ts';

const RECENT_MS = 3 * DAY_MS - HOUR_MS;
const NEWEST = 1_000;
/** The type of bill that a funding payment is. */
const FUNDING_TYPE = '8';
/** Liquidations, whole and in part, and positions taken to spread a loss. */
const FORCED_TYPES = new Set(['100', '101', '102', '103', '104', '105', '125', '126', '127', '128']);

export async function fillsIn(
  exchange: Exchange,
  symbol: MarketSymbol,
  { fromMs, toMs }: HistorySpan,
): Promise<CcxtTrade[]> {
  const api = okx(exchange);
  const isRecent = fromMs > exchange.milliseconds() - RECENT_MS;
  const ask = isRecent
    ? (query: object) => api.privateGetTradeFills(query)
    : (query: object) => api.privateGetTradeFillsHistory(query);
  const told = await allPages(ask, { ...swapOf(exchange, symbol), ...spanOf(fromMs, toMs) }, 'billId');
  return told.map((own) => fillTold(exchange, own, symbol));
}

export async function newestFills(exchange: Exchange, symbol: MarketSymbol): Promise<CcxtTrade[]> {
  const ask = (query: object) => okx(exchange).privateGetTradeFillsHistory(query);
  const told = await allPages(ask, swapOf(exchange, symbol), 'billId', NEWEST);
  return told.map((own) => fillTold(exchange, own, symbol));
}

export async function fundingsIn(
  exchange: Exchange,
  symbol: MarketSymbol | undefined,
  { fromMs, toMs }: HistorySpan,
): Promise<FundingTold[]> {
  const ask = (query: object) => okx(exchange).privateGetAccountBillsArchive(query);
  const query = { instType: 'SWAP', type: FUNDING_TYPE, ...spanOf(fromMs, toMs) };
  const wanted = symbol === undefined ? null : exchange.market(symbol).id;
  const told = await allPages(ask, query, 'billId');
  return told
    .filter(({ instId }) => wanted === null || instId === wanted)
    .filter(({ instId }) => exchange.safeMarket(String(instId)).linear === true)
    .map((own) => ({
      id: String(own.billId),
      atMs: Number(own.ts),
      symbol: exchange.safeSymbol(String(own.instId)) as MarketSymbol,
      receivedQuote: decimalText(changeOf(own)),
      rateFraction: null,
    }));
}

export function wasForced({ info }: CcxtTrade): boolean {
  return FORCED_TYPES.has(String((info as { subType?: unknown }).subType));
}

function swapOf(exchange: Exchange, symbol: MarketSymbol): object {
  return { instType: 'SWAP', instId: exchange.market(symbol).id };
}

function spanOf(fromMs: number, toMs: number | null): object {
  return { begin: String(fromMs), ...(toMs !== null && { end: String(pastClockDoubt(toMs)) }) };
}

/** The number of the bill is the account's own; that of the trade may be missing where the venue acted. */
function fillTold(exchange: Exchange, own: Dictionary<unknown>, symbol: MarketSymbol): CcxtTrade {
  return { ...okx(exchange).parseTrade(own, exchange.market(symbol)), id: String(own.billId) };
}

/** A payment of an isolated position changes its margin and not the balance. */
function changeOf({ balChg, posBalChg }: Dictionary<unknown>) {
  const ofBalance = decimal(String(balChg || '0'));
  return ofBalance.eq(0) ? decimal(String(posBalChg || '0')) : ofBalance;
}
