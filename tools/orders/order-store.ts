import type { Account, FundingPayment, Position, Trade } from '#domain/account.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { Fill, Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { OwedFills } from '#exchanges/ports/broker.ts';

/** Our own books: what we meant to do, and what the venue told us of it. Each call commits before it resolves. */
export interface OrderStore {
  /** Inserts what is not there yet; a row with the same client order id stays as it is. Gives the rows as they now stand. */
  planIntents(intents: readonly OrderIntent[]): Promise<readonly OrderIntent[]>;
  /**
   * Writes an entry down as `sent`, with its protection, in one commit. False, and then nothing is written, where the desk
   * may open nothing; false too where the entry is there already, which stays as it is.
   */
  planSent(entry: OrderIntent, protection: readonly OrderIntent[]): Promise<boolean>;
  /**
   * Moves an intent along `INTENT_STEPS` and stores the order that is the evidence. A step to where it stands is no step,
   * but `sent` is taken once: whoever comes second may not send. @throws AppError `conflict` then, as for any other step
   * that is none of these
   *
   * An entry that is to be `sent` while its desk may open nothing is `cancelled` instead, in the same transaction: once a
   * halt is answered, no entry leaves.
   */
  moveIntent(intentId: string, to: IntentStatus, evidence: IntentEvidence): Promise<OrderIntent>;
  /**
   * Takes an intent that stands `sent`, and that the venue has just said it never saw, to send it once more: for the first
   * who asks of those that read it so. @throws AppError `conflict` when it was touched since
   */
  claimResend(intent: OrderIntent, atMs: EpochMs): Promise<OrderIntent>;
  intentsOfRun(runId: string): Promise<readonly OrderIntent[]>;
  /** Null for an order that is not ours. */
  intentOf(clientOrderId: string): Promise<OrderIntent | null>;
  /** Intents of the desk that no evidence has ended: planned, sent, unknown, acknowledged or partially filled. */
  unsettledIntents(deskId: string): Promise<readonly OrderIntent[]>;
  /** Stops and targets meant for a symbol since `sinceMs`, whatever became of them, newest first. */
  protectiveIntents(deskId: string, symbol: MarketSymbol, sinceMs: EpochMs): Promise<readonly OrderIntent[]>;
  /** Begins an entry that goes out over time; one that is there stays as it is, ended or not. */
  openEntry(entry: WorkingEntry): Promise<void>;
  /** Those that have not ended, oldest first. */
  openEntries(deskId: string): Promise<readonly WorkingEntry[]>;
  /** What an entry has planned so far, in its sequence. */
  ordersOfEntry(entry: WorkingEntry): Promise<readonly EntryOrder[]>;
  /** The first end stays; one that never began has none. */
  endEntry(entryId: string, why: { readonly atMs: EpochMs; readonly reason: string }): Promise<void>;
  /** Orders that stood when the venue last told of them, whoever sent them. */
  standingOrders(deskId: string): Promise<readonly Order[]>;
  /** Where reading the venue's activity goes on; null at the beginning. */
  activityCursor(deskId: string): Promise<string | null>;
  /** Since when the fills of a symbol fall short of what its orders, touched since `sinceMs`, are known to have filled. */
  owedFills(deskId: string, sinceMs: EpochMs): Promise<readonly OwedFills[]>;
  /** Stores a reconciled view in one transaction: re-reading the same activity changes nothing. */
  saveBooks(deskId: string, books: ReconciledBooks): Promise<void>;
  /**
   * Fills and funding of a symbol, oldest first, from some place at which nothing was open, at the latest the opening of
   * the last round trip that closed before `closedSinceMs`: enough to fold every trip that closed since.
   */
  tripActivity(
    deskId: string,
    symbol: MarketSymbol,
    closedSinceMs: EpochMs,
  ): Promise<{ fills: readonly Fill[]; fundings: readonly FundingPayment[] }>;
}

export interface IntentEvidence {
  readonly atMs: EpochMs;
  readonly reason: string | null;
  readonly order: Order | null;
}

/** One order of an entry, as the venue last told of it; null before it has. */
export interface EntryOrder {
  readonly intent: OrderIntent;
  readonly order: Order | null;
}

export interface ReconciledBooks {
  readonly atMs: EpochMs;
  readonly account: Account;
  readonly positions: readonly Position[];
  /** Orders that are told otherwise than they are stored. */
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly fundings: readonly FundingPayment[];
  readonly trades: readonly Trade[];
  /**
   * Since when `trades` are all that closed in a symbol: another one that is stored since was folded before a fill was
   * told, and never was.
   */
  readonly tradesSinceMs?: ReadonlyMap<MarketSymbol, EpochMs>;
  readonly cursor: string | null;
}
