import type { Account, FundingPayment, Position } from '#domain/account.ts';
import type { Fill, Order, OrderRequest } from '#domain/order.ts';
import type { RiskApproved } from '#domain/risk-approved.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';

export interface BrokerActivity {
  readonly fills: readonly Fill[];
  readonly fundings: readonly FundingPayment[];
  readonly cursor: string | null;
}

/** Since when the fills told of a symbol fall short of what its orders are known to have filled. */
export interface OwedFills {
  readonly symbol: MarketSymbol;
  readonly sinceMs: EpochMs;
}

/** Something of the account in a symbol the venue does not list (any more): it can be told, neither kept nor closed. */
export interface Unreadable {
  /** The venue's own word for it. */
  readonly symbol: string;
  readonly what: string;
}

/**
 * A venue we trade on. Only `tools/orders` and the server's wiring may name it.
 * Reads tell the venue's truth; a failed read throws and is never answered by an empty list.
 */
export interface Broker {
  readonly venue: string;
  /** After this long the venue either knows a sent order or never will: its clock tolerance and the way there. */
  readonly sendSettlesWithinMs: number;
  /**
   * How far apart the prices are that a resting order meets: the bars of a paper venue, which closes before it fills
   * anything in them; 0 where every trade counts.
   */
  readonly priceStepMs: number;
  account(): Promise<Account>;
  positions(): Promise<readonly Position[]>;
  /**
   * Working orders, conditional ones included. A venue where listing is dear looks at most where something of ours is
   * known to stand, and now and then at the rest; `everywhere` asks for the rest now, unless it did just before.
   */
  openOrders(scope?: 'everywhere'): Promise<readonly Order[]>;
  /** What the last lists of positions and orders held beside what they gave; while there is any, nothing may be opened. */
  unreadable?(): readonly Unreadable[];
  /** The order with this client id, whatever its state; null only when the venue says it never saw it. */
  findOrder(symbol: MarketSymbol, clientOrderId: string): Promise<Order | null>;
  /**
   * Fills and funding after the cursor (null: from the beginning), oldest first, and the cursor to go on from. A venue
   * that tells some of them late asks now and then what it still owes, and tells those spans again.
   */
  activityAfter(cursor: string | null, owed?: () => Promise<readonly OwedFills[]>): Promise<BrokerActivity>;
  /**
   * Sets on the account what an entry needs, so that its `submit` is one request. Sends no order.
   * @throws AppError `order_rejected`, `order_unapproved`, `venue_unavailable`
   */
  prepare(entry: RiskApproved<OrderRequest>): Promise<void>;
  /**
   * Sends one order. Entries set the leverage they carry first.
   * @throws AppError `order_rejected`, `order_turned_away`, `order_duplicate`, `order_unapproved`, or `order_outcome_unknown`:
   * then the order may stand, and only `findOrder` can tell.
   */
  submit(order: RiskApproved<OrderRequest>): Promise<Order>;
  /** Cancels a working order. One that has ended already comes back as it is. @throws AppError `order_not_found` */
  cancel(symbol: MarketSymbol, clientOrderId: string): Promise<Order>;
  /** The venue's clock. */
  nowMs(): EpochMs;
}
