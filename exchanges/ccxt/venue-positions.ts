/** Open positions as the venue tells them, with what only its history knows: since when, and what they have cost. */
import type { Position as CcxtPosition } from 'ccxt';
import type { Position, PositionSide } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';
import type { Unreadable } from '#exchanges/ports/broker.ts';
import type { AccountSettings } from './account-settings.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import type { VenueMarket } from './market-list.ts';
import { byTime } from './read-pages.ts';
import type { VenueFees } from './venue-fees.ts';
import { baseOf } from './venue-order.ts';
import type { VenueSession } from './venue-session.ts';
import { type Execution, executionOf } from './venue-trade.ts';

const PAGE = 1_000;
const FUNDING_FRESH_MS = MINUTE_MS;

interface Origin {
  readonly positionId: string;
  readonly openedAtMs: EpochMs;
  readonly feesQuote: DecimalText;
}

/** One execution as far as it tells where a position began. */
export interface PositionFill
  extends Pick<Execution, 'executionId' | 'side' | 'positionSide' | 'quantityBase' | 'atMs'> {
  readonly feeQuote: DecimalText;
}

export interface VenuePositionsOptions {
  readonly session: VenueSession;
  readonly settings: AccountSettings;
  readonly fees: VenueFees;
}

export interface VenuePositions {
  read(): Promise<Position[]>;
  /** What the last list held beside those, in symbols the venue does not list. */
  unreadable(): readonly Unreadable[];
}

export function createVenuePositions({ session, settings, fees }: VenuePositionsOptions): VenuePositions {
  const { exchange, exchangeId } = session;
  const dialect = dialectOf(exchangeId);
  const origins = new Map<string, { readonly state: string; readonly origin: Origin }>();
  const fundings = new Map<string, { readonly atMs: EpochMs; readonly paidQuote: DecimalText }>();
  let unreadable: readonly Unreadable[] = [];

  async function originOf(
    told: CcxtPosition,
    quantityBase: DecimalText,
    market: VenueMarket,
  ): Promise<Origin> {
    const key = `${told.symbol}|${told.side}`;
    const known = origins.get(key);
    // Closed and opened anew at the same size it is another position: the entry and the time of the change tell.
    const state = `${quantityBase}|${told.entryPrice}|${told.timestamp}`;
    if (known?.state === state) return known.origin;
    const symbol = told.symbol as MarketSymbol;
    const side = told.side === 'short' ? 'short' : 'long';
    const found = findOrigin(await newestFills(symbol, market), { symbol, side, quantityBase });
    if (found !== null) origins.set(key, { state, origin: found });
    // A position that grew or shrank is still the one it was. What was not found may be told a moment later.
    return found ?? known?.origin ?? unexplained(told, symbol);
  }

  /**
   * None where they cannot be read, and free where a fee has no price: a position must be seen and protected although
   * its history is not.
   */
  async function newestFills(symbol: MarketSymbol, market: VenueMarket): Promise<PositionFill[]> {
    const ask = () => dialect.fetchNewestFills(exchange, symbol);
    const trades = await session.call(`fills of ${symbol}`, ask, 'read').catch(() => []);
    const executions = trades.map((trade) => executionOf(trade, market));
    return Promise.all(
      executions.map(async (execution) => {
        const feeQuote = await fees.quoteOf(execution, symbol).catch(() => '0');
        return { ...execution, feeQuote };
      }),
    );
  }

  async function fundingOf(symbol: MarketSymbol, { positionId, openedAtMs }: Origin): Promise<DecimalText> {
    const known = fundings.get(positionId);
    if (known && session.nowMs() - known.atMs < FUNDING_FRESH_MS) return known.paidQuote;
    const span = { fromMs: openedAtMs, toMs: null, limit: PAGE };
    const ask = () => dialect.fetchFundings(exchange, symbol, span);
    const payments = await session
      .callIfOffered('fetchFundingHistory', `funding of ${symbol}`, ask, 'read')
      .catch(() => 'unread' as const);
    if (payments === 'unread') return known?.paidQuote ?? '0';
    const received = (payments ?? []).map(({ receivedQuote }) => receivedQuote);
    const paidQuote = decimalText(sumDecimals(received).times(-1));
    fundings.set(positionId, { atMs: session.nowMs(), paidQuote });
    return paidQuote;
  }

  async function positionOf(told: CcxtPosition, market: VenueMarket): Promise<Position> {
    const symbol = told.symbol as MarketSymbol;
    const quantityBase = baseOf(Math.abs(told.contracts ?? 0), market);
    const origin = await originOf(told, quantityBase, market);
    const notional = Math.abs(told.notional ?? 0);
    const initialMargin = told.initialMargin ?? 0;
    // The margin a position is charged tells its leverage where the venue does not.
    const leverage = told.leverage ?? (initialMargin > 0 ? Math.round(notional / initialMargin) : 1);
    settings.learnLeverage(symbol, Math.max(1, leverage));
    return {
      positionId: origin.positionId,
      symbol,
      side: told.side === 'short' ? 'short' : 'long',
      quantityBase,
      entryPriceQuote: decimalText(told.entryPrice ?? 0),
      markPriceQuote: decimalText(told.markPrice ?? told.entryPrice ?? 0),
      leverage: Math.max(1, leverage),
      marginQuote: decimalText(
        told.marginMode === 'isolated' ? (told.collateral ?? initialMargin) : initialMargin,
      ),
      liquidationPriceQuote: told.liquidationPrice ? decimalText(told.liquidationPrice) : null,
      unrealisedQuote: decimalText(told.unrealizedPnl ?? 0),
      feesQuote: origin.feesQuote,
      fundingQuote: await fundingOf(symbol, origin),
      openedAtMs: origin.openedAtMs,
    };
  }

  return {
    async read() {
      const ask = () => exchange.fetchPositions(undefined, dialect.positionQuery);
      const told = await session.call('positions', ask, 'guard');
      // Contracts settled in coins stand in the same list on some venues; none of ours is among them.
      const isSpoken = ({ symbol }: CcxtPosition) => exchange.markets?.[symbol ?? '']?.linear !== false;
      const open = told.filter((position) => (position.contracts ?? 0) !== 0 && isSpoken(position));
      const held = new Set(open.map(({ symbol, side }) => `${symbol}|${side}`));
      for (const key of origins.keys()) if (!held.has(key)) origins.delete(key);
      const listed = open.map((position) => ({ position, market: session.listed(position.symbol ?? '') }));
      const unlisted = listed.filter(({ market }) => market === null);
      unreadable = unlisted.map(({ position }) => unreadablePosition(position));
      if (unlisted.length > 0) session.relist();
      return Promise.all(
        listed.flatMap(({ position, market }) => (market === null ? [] : [positionOf(position, market)])),
      );
    },
    unreadable: () => unreadable,
  };
}

/**
 * Walks back from what is held to the fill that began it; null when the history does not lead there, as after a
 * transfer, or when the newest fill is not told yet.
 */
export function findOrigin(
  fills: readonly PositionFill[],
  held: { readonly symbol: string; readonly side: PositionSide; readonly quantityBase: DecimalText },
): Origin | null {
  const sign = held.side === 'long' ? 1 : -1;
  let rest = decimal(held.quantityBase);
  let feesQuote = decimal(0);
  const own = fills.filter(({ positionSide }) => positionSide === null || positionSide === held.side);
  for (const { side, quantityBase, feeQuote, executionId, atMs } of own.sort(newest)) {
    const change = decimal(quantityBase).times((side === 'buy' ? 1 : -1) * sign);
    feesQuote = feesQuote.plus(feeQuote);
    rest = rest.minus(change);
    // Before this fill nothing was held, or the other side.
    if (rest.lte(0) && change.gt(0))
      return {
        positionId: `${held.symbol}#${executionId}`,
        openedAtMs: atMs,
        feesQuote: decimalText(feesQuote),
      };
  }
  return null;
}

function newest(left: PositionFill, right: PositionFill): number {
  return byTime({ id: right.executionId, atMs: right.atMs }, { id: left.executionId, atMs: left.atMs });
}

function unexplained({ side, timestamp }: CcxtPosition, symbol: MarketSymbol): Origin {
  return { positionId: `${symbol}#${side}-${timestamp ?? 0}`, openedAtMs: timestamp ?? 0, feesQuote: '0' };
}

function unreadablePosition({ symbol, side, contracts }: CcxtPosition): Unreadable {
  return {
    symbol: symbol ?? 'an unnamed symbol',
    what: `a ${side ?? 'long or short'} position of ${contracts} contracts`,
  };
}
