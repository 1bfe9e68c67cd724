/**
 * Where a venue departs from what ccxt makes common to all. One object for each venue we trade on; the broker asks the
 * object and never the venue's name. What a dialect throws is what ccxt threw: the broker puts it into our words.
 */
import type { Balances, Order as CcxtOrder, Trade as CcxtTrade, Exchange } from 'ccxt';
import type { DecimalText } from '#domain/decimal.ts';
import type { OrderRequest, OrderType, Trail } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { VenueFailures } from './failure-rule.ts';

/** Which of a venue's lists an order stands in: some keep conditional ones apart. */
export type OrderList = 'plain' | 'conditional';

/** One order, by the id we gave it (in the venue's shape) or by the venue's own. */
export type OrderName = { readonly clientOrderId: string } | { readonly venueOrderId: string };

/** Our client order ids in the venue's shape, and back: each is the other's inverse wherever neither is null. */
export interface ClientIds {
  /** Null for an id the venue has no place for. */
  toVenue(clientOrderId: string): string | null;
  /** Null for a text that none of our ids becomes: its order is known by the venue's own id. */
  toOurs(venueText: string): string | null;
}

export interface HistorySpan {
  readonly fromMs: EpochMs;
  /** Null: until now. */
  readonly toMs: EpochMs | null;
  /** How many are wanted: more may come, fewer only when the span has no more. */
  readonly limit: number;
}

export interface FundingTold {
  readonly id: string;
  readonly atMs: EpochMs;
  readonly symbol: MarketSymbol;
  /** What was received; negative when it was paid. */
  readonly receivedQuote: DecimalText;
  /** The rate it was settled at; null where the payment does not tell it. */
  readonly rateFraction: number | null;
}

export interface AccountAmounts {
  readonly balance: DecimalText;
  readonly unrealised: DecimalText;
  readonly marginUsed: DecimalText;
  readonly available: DecimalText;
}

export interface KeyRights {
  readonly mayWithdraw: boolean;
  readonly mayTrade: boolean;
}

export interface VenueDialect {
  /** The weight an address may use a minute, as the venue counts it; null where it tells no count. */
  readonly weightPerMinute: number | null;
  /** What the account there should be like and what a person should know, each in words. */
  readonly wants: readonly string[];
  /** What keeps us from trading there beside what ccxt says it lacks, each in words. */
  readonly lacks: readonly string[];
  /** Of what ccxt's `has` denies, the names the venue offers all the same. */
  readonly offers: readonly string[];
  /** Whether the dialect has only been run against a stand-in of ours, never against the venue's own servers. */
  readonly isUntried: boolean;
  /** Where its test network alone answers once ccxt was turned to it. */
  readonly testHosts: readonly string[];
  readonly failures: VenueFailures;
  readonly clientIds: ClientIds;
  readonly orderTypes: readonly OrderType[];
  /** Where orders stand; two lists mean that a conditional order that fires becomes another one of the plain list. */
  readonly orderLists: readonly OrderList[];
  /** Whether the answer to a new order says no more than that it was taken in: what became of it must be asked for. */
  readonly onlyAcknowledges: boolean;
  /** What the list of positions is asked with beside nothing. */
  readonly positionQuery: Readonly<Record<string, unknown>>;

  /** Turns ccxt to the venue's own test network; false where it has none. */
  chooseTestNetwork(exchange: Exchange): boolean;
  /** Sets ccxt up before the first call. Gives how long after its signing the venue may still carry out a request. */
  prepare(exchange: Exchange, receiveWindowMs: number): number;
  /** What the venue takes for the most of one market order, in contracts; undefined where ccxt tells it. */
  maxMarketContracts(ownMarket: unknown): number | undefined;

  /** Whether an order can only reduce a position, in whatever words the venue says so. */
  onlyReduces(order: CcxtOrder): boolean;
  /** How a trailing stop trails; null where the venue does not tell it with the order. */
  trailOf(order: CcxtOrder): Trail | null;
  /** What a new order says beside its side, amount, price and time in force. */
  orderParams(request: OrderRequest, venueClientId: string): Readonly<Record<string, unknown>>;
  /** @throws whatever ccxt throws for an order the venue does not know; null where it answers with an empty list */
  fetchOrder(
    exchange: Exchange,
    symbol: MarketSymbol,
    name: OrderName,
    list: OrderList,
  ): Promise<CcxtOrder | null>;
  /** All of them, however many pages that takes. */
  fetchOpenOrders(
    exchange: Exchange,
    symbol: MarketSymbol | undefined,
    list: OrderList,
  ): Promise<CcxtOrder[]>;
  cancelOrder(exchange: Exchange, symbol: MarketSymbol, venueOrderId: string, list: OrderList): Promise<void>;
  /** The newest conditional orders, whatever has become of them; only asked of a venue that keeps them apart. */
  fetchConditionals(exchange: Exchange, symbol: MarketSymbol): Promise<CcxtOrder[]>;
  /** The order a conditional one has become; null while it has not fired. */
  firedOrderId(order: CcxtOrder): string | null;

  /** The oldest of the span come first into the limit. */
  fetchFills(exchange: Exchange, symbol: MarketSymbol, span: HistorySpan): Promise<readonly CcxtTrade[]>;
  fetchNewestFills(exchange: Exchange, symbol: MarketSymbol): Promise<readonly CcxtTrade[]>;
  fetchFundings(
    exchange: Exchange,
    symbol: MarketSymbol | undefined,
    span: HistorySpan,
  ): Promise<readonly FundingTold[]>;
  /** Whether the venue made the fill on its own account: a liquidation, or a position taken to spread a loss. */
  wasForced(trade: CcxtTrade, clientOrderId: string | null): boolean;

  /** The account in one currency, from what `fetchBalance` told; null where it tells none of it. */
  accountAmounts(told: Balances, quote: string): AccountAmounts | null;
  isolateMargin(exchange: Exchange, symbol: MarketSymbol): Promise<unknown>;
  setLeverage(exchange: Exchange, symbol: MarketSymbol, leverage: number): Promise<unknown>;
  /** What the venue calls the account, the same for all of its keys; null where it has no name. */
  accountName(exchange: Exchange): Promise<string | null>;
  /** Null where the venue does not tell. */
  keyRights(exchange: Exchange): Promise<KeyRights | null>;
  /** Why the account cannot be traded with as it is set, with the way out; null when it can. */
  accountObjection(exchange: Exchange, symbols: readonly MarketSymbol[]): Promise<string | null>;
}
