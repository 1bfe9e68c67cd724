import type { Account, Position, PositionSide, Trade } from '#domain/account.ts';
import type { DecimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Funding } from '#domain/market.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { AtRisk, TradingMode } from '#domain/trading-state.ts';
import type { Correlations } from '../regime/market-correlation.ts';
import type { RiskLimits } from './limits.ts';

/** Everything a verdict may depend on. Built fresh at the gate and again at placement; never kept in graph state. */
export interface GateContext {
  readonly limits: RiskLimits;
  /** Market time of these facts. */
  readonly nowMs: EpochMs;
  readonly tradingMode: TradingMode;
  /** What the market may hurt at this moment; absent where that is no side. */
  readonly atRisk?: AtRisk | undefined;
  /** Null when the venue could not be read: then nothing opens. */
  readonly account: Account | null;
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
  /** What an entry that goes out in several orders holds already; absent when the first of them is judged. */
  readonly growing?: GrowingPosition;
  /** Instruments of the universe: a symbol outside is refused. */
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  /** Last sound price of each symbol; a symbol without one has unsound data. */
  readonly lastPricesQuote: ReadonlyMap<MarketSymbol, number>;
  /** How old each of them is; one of unknown age is not opened at. */
  readonly priceAgesMs: ReadonlyMap<MarketSymbol, number>;
  /** Width of the bars prices come from where nothing finer tells one. */
  readonly priceStepMs: number;
  /** The next settlement of each symbol; unknown where it is null or absent. */
  readonly fundings: ReadonlyMap<MarketSymbol, Funding | null>;
  /** How symbols move together, as far as it is known. */
  readonly correlations: Correlations;
  /** Value of the open interest of each symbol, null where the venue tells none; absent where no limit asks for it. */
  readonly openInterestsQuote?: ReadonlyMap<MarketSymbol, number | null>;
  /** Equity at the start of the UTC day and its highest value so far; null before the first snapshot. */
  readonly equityMarks: EquityMarks;
  readonly recentTrading: RecentTrading;
  /** Intents of the desk whose outcome nobody knows yet. */
  readonly unknownOutcomes: number;
  /** Questions of this run that a configured model was there for and did not answer. */
  readonly unansweredAsks: number;
}

/** An entry's own earlier fills: no second position, and part of the size it is held to. */
export interface GrowingPosition {
  readonly symbol: MarketSymbol;
  readonly side: PositionSide;
  readonly filledBase: DecimalText;
}

export interface EquityMarks {
  readonly dayStartQuote: DecimalText | null;
  readonly peakQuote: DecimalText | null;
}

/** What the desk has done and its venue has failed to do of late, at market time. */
export interface RecentTrading {
  /** Round trips that have closed, newest first, as far back as the protections look. */
  readonly trades: readonly RecentTrade[];
  /** When the venue refused an order, turned it away or left it unanswered. */
  readonly venueFailuresAtMs: readonly EpochMs[];
}

export type RecentTrade = Pick<
  Trade,
  'symbol' | 'side' | 'netQuote' | 'openedAtMs' | 'closedAtMs' | 'exitReason'
>;
