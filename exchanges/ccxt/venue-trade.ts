/** One execution as a venue tells it, in our units. Venues write the realised profit under names of their own. */
import type { Trade as CcxtTrade } from 'ccxt';
import type { PositionSide } from '#domain/account.ts';
import { type DecimalText, decimalText } from '#domain/decimal.ts';
import type { VenueMarket } from './market-list.ts';
import { baseOf } from './venue-order.ts';

export interface Execution {
  readonly executionId: string;
  readonly venueOrderId: string;
  readonly side: 'buy' | 'sell';
  /** Which of a hedged symbol's two positions it changed; null where the account has one. */
  readonly positionSide: PositionSide | null;
  readonly quantityBase: DecimalText;
  readonly priceQuote: DecimalText;
  /** What was paid, in `feeCurrency`; negative for a rebate. */
  readonly fee: DecimalText;
  readonly feeCurrency: string;
  readonly liquidity: 'maker' | 'taker';
  readonly realisedQuote: DecimalText;
  readonly atMs: number;
}

/** Binance, Bybit, OKX, Bitget, Hyperliquid. */
const REALISED_NAMES = ['realizedPnl', 'closedPnl', 'execPnl', 'fillPnl', 'profit'];

export function executionOf(told: CcxtTrade, market: VenueMarket): Execution {
  const own = (told.info ?? {}) as Readonly<Record<string, unknown>>;
  const realised = REALISED_NAMES.map((name) => own[name]).find(isNumber);
  const commission = isNumber(own.commission) ? own.commission : (told.fee?.cost ?? 0);
  return {
    executionId: String(told.id),
    venueOrderId: String(told.order ?? ''),
    side: told.side === 'sell' ? 'sell' : 'buy',
    positionSide: own.positionSide === 'LONG' ? 'long' : own.positionSide === 'SHORT' ? 'short' : null,
    quantityBase: baseOf(told.amount ?? 0, market),
    priceQuote: decimalText(told.price ?? 0),
    fee: decimalText(commission),
    feeCurrency: told.fee?.currency ?? market.settle ?? market.quote,
    liquidity: told.takerOrMaker === 'maker' ? 'maker' : 'taker',
    realisedQuote: realised === undefined ? '0' : decimalText(realised),
    atMs: told.timestamp ?? 0,
  };
}

/** The venue's own text keeps every digit. */
function isNumber(value: unknown): value is string | number {
  return (
    (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}
