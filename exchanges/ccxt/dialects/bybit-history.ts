/**
 * Fills and funding on Bybit: one list of executions, newest first, at most seven days at a time. What a fill realised
 * stands in the log of the account's transactions alone.
 */
import type { Trade as CcxtTrade, Dictionary, Exchange } from 'ccxt';
import { decimal, decimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { FundingTold, HistorySpan } from '../venue-dialect.ts';
import { allPages, type BybitPage, bybit } from './bybit-api.ts';
import { pastClockDoubt } from './common.ts';

type Own = Dictionary<unknown>;

const EXECUTIONS_PAGE = 100;
const LOG_PAGE = 50;
const WINDOW_MS = 7 * DAY_MS - HOUR_MS;
/** What the list calls the payments that stand between the fills. */
const FUNDING = 'Funding';
/** The log may be behind the executions for so long; a fill it still does not know then is a fault of ours or theirs. */
const LOG_LATE_MS = 10 * MINUTE_MS;

/**
 * ccxt asks for trades alone: a liquidation would never be told. A fill that the log does not know yet is not told either,
 * nor any after it, so that a reading goes on from where it is whole.
 */
export async function fillsIn(
  exchange: Exchange,
  symbol: MarketSymbol,
  { fromMs, toMs }: HistorySpan,
): Promise<CcxtTrade[]> {
  const endMs = pastClockDoubt(toMs ?? exchange.milliseconds());
  const executed = (await executionsIn(exchange, { symbol: exchange.market(symbol).id }, fromMs, endMs))
    .filter(isFill)
    .sort((left, right) => timeOf(left) - timeOf(right));
  const [oldest] = executed;
  if (oldest === undefined) return [];
  const realised = await realisedIn(exchange, timeOf(oldest) - MINUTE_MS, endMs);
  const unknown = executed.findIndex(({ execId }) => !realised.has(String(execId)));
  const whole = unknown === -1 ? executed : executed.slice(0, unknown);
  assertNotLost(executed[whole.length], exchange, symbol);
  return whole.map((own) =>
    fillTold(exchange, { ...own, execPnl: realised.get(String(own.execId)) }, symbol),
  );
}

/** What they realised is not asked for. */
export async function newestFills(exchange: Exchange, symbol: MarketSymbol): Promise<CcxtTrade[]> {
  const query = { category: 'linear', symbol: exchange.market(symbol).id, limit: EXECUTIONS_PAGE };
  const told = await allPages(
    (page) => bybit(exchange).privateGetV5ExecutionList(page),
    query,
    (read) => read.length >= 10 * EXECUTIONS_PAGE,
  );
  return told.filter(isFill).map((own) => fillTold(exchange, own, symbol));
}

/** ccxt gives the fee of the payment as what was received: a fee is paid, so the sign turns round. */
export async function fundingsIn(
  exchange: Exchange,
  symbol: MarketSymbol | undefined,
  { fromMs, toMs }: HistorySpan,
): Promise<FundingTold[]> {
  const which = symbol === undefined ? {} : { symbol: exchange.market(symbol).id };
  const endMs = pastClockDoubt(toMs ?? exchange.milliseconds());
  const told = await executionsIn(exchange, { ...which, execType: FUNDING }, fromMs, endMs);
  return told.map((own) => ({
    id: String(own.execId),
    atMs: timeOf(own),
    symbol: exchange.safeSymbol(String(own.symbol), undefined, undefined, 'swap') as MarketSymbol,
    receivedQuote: decimalText(decimal(String(own.execFee)).times(-1)),
    rateFraction: Number(own.feeRate),
  }));
}

function executionsIn(exchange: Exchange, query: object, fromMs: number, endMs: number): Promise<Own[]> {
  const ask = (page: object) => bybit(exchange).privateGetV5ExecutionList(page);
  return windowsOf(ask, { category: 'linear', ...query, limit: EXECUTIONS_PAGE }, fromMs, endMs);
}

/** The cash that each execution brought in or took, before its fee. */
async function realisedIn(
  exchange: Exchange,
  fromMs: number,
  endMs: number,
): Promise<ReadonlyMap<string, string>> {
  const ask = (page: object) => bybit(exchange).privateGetV5AccountTransactionLog(page);
  const query = { accountType: 'UNIFIED', category: 'linear', currency: 'USDT', limit: LOG_PAGE };
  const lines = await windowsOf(ask, query, fromMs, endMs);
  return new Map(lines.map(({ tradeId, cashFlow }) => [String(tradeId), String(cashFlow || '0')]));
}

/** One span after the other, since neither list answers for more than seven days. */
async function windowsOf(
  ask: (query: object) => Promise<BybitPage>,
  query: object,
  fromMs: number,
  endMs: number,
): Promise<Own[]> {
  const told: Own[] = [];
  for (let startTime = fromMs; startTime <= endMs; startTime += WINDOW_MS + 1) {
    const span = { startTime, endTime: Math.min(startTime + WINDOW_MS, endMs) };
    told.push(...(await allPages(ask, { ...query, ...span })));
  }
  return told;
}

function assertNotLost(missing: Own | undefined, exchange: Exchange, symbol: MarketSymbol): void {
  if (missing === undefined || exchange.milliseconds() - timeOf(missing) < LOG_LATE_MS) return;
  const message = `${exchange.id} tells of fill ${missing.execId} in ${symbol}, and its log not what it realised`;
  throw new AppError('venue_unavailable', message, { context: { symbol, execId: missing.execId } });
}

function fillTold(exchange: Exchange, own: Own, symbol: MarketSymbol): CcxtTrade {
  return bybit(exchange).parseTrade(own, exchange.market(symbol));
}

function isFill({ execType }: Own): boolean {
  return execType !== FUNDING;
}

function timeOf({ execTime }: Own): number {
  return Number(execTime);
}
