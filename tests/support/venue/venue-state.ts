/** Everything the venue remembers. Plain fields that the engine's functions change; money is exact. */
import { Big } from 'big.js';
import type { EpochMs } from '#domain/time.ts';
import type { CoverTally } from './cover-tally.ts';
import { refusal } from './venue-refusal.ts';
import type { SymbolSpec } from './venue-symbols.ts';

export type Side = 'BUY' | 'SELL';
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
export type AlgoStatus = 'NEW' | 'FINISHED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';
export type WorkingType = 'MARK_PRICE' | 'CONTRACT_PRICE';

export interface VenueQuote {
  readonly last: Big;
  readonly mark: Big;
  readonly bid: Big;
  readonly ask: Big;
}

export interface VenueOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: string;
  readonly origType: string;
  readonly timeInForce: string;
  readonly price: Big;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly createdAtMs: EpochMs;
  quantity: Big;
  executed: Big;
  cumQuote: Big;
  status: OrderStatus;
  updatedAtMs: EpochMs;
}

export interface AlgoOrder {
  readonly algoId: number;
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: string;
  readonly timeInForce: string;
  readonly quantity: Big;
  readonly triggerPrice: Big;
  readonly price: Big;
  readonly workingType: WorkingType;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly activatePrice: Big | null;
  /** In percent of the extreme, as the wire has it. */
  readonly callbackRate: Big | null;
  readonly createdAtMs: EpochMs;
  /** The best price since a trailing stop became active; null before. */
  extreme: Big | null;
  status: AlgoStatus;
  actualOrderId: number | null;
  triggeredAtMs: EpochMs | null;
  updatedAtMs: EpochMs;
}

export interface VenueFill {
  readonly id: number;
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly price: Big;
  readonly quantity: Big;
  readonly quoteQuantity: Big;
  readonly commission: Big;
  readonly realizedPnl: Big;
  readonly isMaker: boolean;
  readonly atMs: EpochMs;
}

export interface VenueIncome {
  readonly tranId: number;
  readonly symbol: string;
  readonly incomeType: string;
  readonly income: Big;
  readonly info: string;
  readonly tradeId: string;
  readonly atMs: EpochMs;
}

export interface HeldPosition {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  /** Negative when short. */
  quantity: Big;
  /** What was paid for it, with the sign of the quantity. */
  costQuote: Big;
  isolatedWallet: Big;
  updatedAtMs: EpochMs;
}

export interface SymbolSettings {
  leverage: number;
  isIsolated: boolean;
}

/** Something that happens by itself when the venue's clock gets there. */
export interface DueEvent {
  readonly atMs: EpochMs;
  readonly key: string;
  readonly run: () => void;
}

export interface VenueState {
  readonly nowMs: () => EpochMs;
  readonly symbols: ReadonlyMap<string, SymbolSpec>;
  readonly fees: { readonly takerBps: Big; readonly makerBps: Big };
  readonly quotes: Map<string, VenueQuote>;
  readonly orders: VenueOrder[];
  readonly algoOrders: AlgoOrder[];
  readonly fills: VenueFill[];
  readonly income: VenueIncome[];
  readonly positions: Map<string, HeldPosition>;
  readonly settings: Map<string, SymbolSettings>;
  readonly fundingRates: { symbol: string; fundingRate: Big; fundingTime: EpochMs; markPrice: Big }[];
  readonly cover: CoverTally;
  readonly firesUnderOwnIds: boolean;
  due: DueEvent[];
  walletBalance: Big;
  isHedged: boolean;
  /** The last number given to an order, a trade or a transaction. */
  lastId: number;
}

const DEFAULT_LEVERAGE = 20;

export function nextId(state: VenueState): number {
  state.lastId += 1;
  return state.lastId;
}

export function specOf(state: VenueState, symbol: string): SymbolSpec {
  const spec = state.symbols.get(symbol);
  if (!spec) throw refusal(-1121);
  return spec;
}

export function quoteOf(state: VenueState, symbol: string): VenueQuote {
  const quote = state.quotes.get(symbol);
  if (!quote) throw refusal(-1121);
  return quote;
}

export function settingsOf(state: VenueState, symbol: string): SymbolSettings {
  const known = state.settings.get(symbol);
  if (known) return known;
  const fresh: SymbolSettings = { leverage: DEFAULT_LEVERAGE, isIsolated: false };
  state.settings.set(symbol, fresh);
  return fresh;
}

export function positionOf(state: VenueState, symbol: string, positionSide: PositionSide): HeldPosition {
  const key = `${symbol} ${positionSide}`;
  const known = state.positions.get(key);
  if (known) return known;
  const flat: HeldPosition = {
    symbol,
    positionSide,
    quantity: new Big(0),
    costQuote: new Big(0),
    isolatedWallet: new Big(0),
    updatedAtMs: 0,
  };
  state.positions.set(key, flat);
  return flat;
}

export function openPositions(state: VenueState, symbol?: string): HeldPosition[] {
  return [...state.positions.values()].filter(
    (held) => !held.quantity.eq(0) && (symbol === undefined || held.symbol === symbol),
  );
}

export function isWorking({ status }: VenueOrder): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

/** How much of the position an order of this side would close; zero when it would open. */
export function closableBy(
  state: VenueState,
  order: { symbol: string; side: Side; positionSide: PositionSide },
): Big {
  const { quantity } = positionOf(state, order.symbol, order.positionSide);
  const closes = order.side === 'SELL' ? quantity.gt(0) : quantity.lt(0);
  return closes ? quantity.abs() : new Big(0);
}
