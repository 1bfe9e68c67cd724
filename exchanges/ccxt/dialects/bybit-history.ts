/** Fills and funding on Bybit: one list of executions, newest first, at most seven days at a time. */
import type { Trade as CcxtTrade, Dictionary, Exchange } from 'ccxt';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import type { FundingTold, HistorySpan } from '../venue-dialect.ts';
import { allPages, bybit } from './bybit-api.ts';
import { pastClockDoubt } from './common.ts';

const PAGE = 100;
const WINDOW_MS = 7 * DAY_MS - HOUR_MS;
/** What the list calls the payments that stand between the fills. */
const FUNDING = 'Funding';

/** ccxt asks for trades alone: a liquidation would never be told. */
export async function fillsIn(
  exchange: Exchange,
  symbol: MarketSymbol,
  { fromMs, toMs }: HistorySpan,
): Promise<CcxtTrade[]> {
  const told = await executionsIn(exchange, { symbol: exchange.market(symbol).id }, fromMs, toMs);
  return fillsAmong(exchange, symbol, told);
}

export async function newestFills(exchange: Exchange, symbol: MarketSymbol): Promise<CcxtTrade[]> {
  const query = { category: 'linear', symbol: exchange.market(symbol).id, limit: PAGE };
  const told = await allPages(
    (page) => bybit(exchange).privateGetV5ExecutionList(page),
    query,
    (read) => read.length >= 10 * PAGE,
  );
  return fillsAmong(exchange, symbol, told);
}

/** ccxt gives the fee of the payment as what was received: a fee is paid, so the sign turns round. */
export async function fundingsIn(
  exchange: Exchange,
  symbol: MarketSymbol | undefined,
  { fromMs, toMs }: HistorySpan,
): Promise<FundingTold[]> {
  const which = symbol === undefined ? {} : { symbol: exchange.market(symbol).id };
  const told = await executionsIn(exchange, { ...which, execType: FUNDING }, fromMs, toMs);
  return told.map((own) => ({
    id: String(own.execId),
    atMs: Number(own.execTime),
    symbol: exchange.safeSymbol(String(own.symbol), undefined, undefined, 'swap') as MarketSymbol,
    receivedQuote: decimalText(decimal(String(own.execFee)).times(-1)),
    rateFraction: Number(own.feeRate),
  }));
}

async function executionsIn(
  exchange: Exchange,
  query: object,
  fromMs: number,
  toMs: number | null,
): Promise<Dictionary<unknown>[]> {
  const endMs = pastClockDoubt(toMs ?? exchange.milliseconds());
  const told: Dictionary<unknown>[] = [];
  for (let startTime = fromMs; startTime <= endMs; startTime += WINDOW_MS + 1) {
    const span = { startTime, endTime: Math.min(startTime + WINDOW_MS, endMs) };
    const all = { category: 'linear', ...query, ...span, limit: PAGE };
    told.push(...(await allPages((page) => bybit(exchange).privateGetV5ExecutionList(page), all)));
  }
  return told;
}

function fillsAmong(
  exchange: Exchange,
  symbol: MarketSymbol,
  told: readonly Dictionary<unknown>[],
): CcxtTrade[] {
  const market = exchange.market(symbol);
  return told
    .filter(({ execType }) => execType !== FUNDING)
    .map((own) => bybit(exchange).parseTrade(own, market));
}
