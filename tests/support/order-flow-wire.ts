/** What a desk that trades in a process of its own is told, and what it tells. */
import type { Position } from '#domain/account.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { CustodyNote } from '#tools/orders/custody.ts';
import type { Placement } from '#tools/orders/place-orders.ts';

export interface FlowDeskPlan {
  readonly databaseUrl: string;
  readonly deskId: string;
  readonly venue: { readonly baseUrl: string; readonly apiKey: string; readonly secret: string };
  readonly symbols: readonly MarketSymbol[];
  readonly instruments: readonly Instrument[];
  /** When the account began to be ours. */
  readonly fromMs: number;
  readonly requestTimeoutMs: number;
  readonly receiveWindowMs: number;
}

export type FlowCommand =
  | { readonly kind: 'place'; readonly runId: string; readonly placement: Placement }
  /** Closes whatever is held in the symbol, as the cycle would or as a person. */
  | {
      readonly kind: 'close';
      readonly runId: string;
      readonly symbol: MarketSymbol;
      readonly by: 'cycle' | 'person';
    }
  /** The breaker trips. */
  | { readonly kind: 'trip' }
  | { readonly kind: 'look' };

export interface FlowAnswer {
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
  readonly unknownOutcomes: number;
  /** Entries that go out over time and are not over. */
  readonly atWork: number;
  /** Why an open was denied; null when it passed, or none was asked for. */
  readonly denied: string | null;
}

export type ToDesk =
  /** Begin to trade: until then it stands by. */
  | { readonly kind: 'lead' }
  | { readonly kind: 'ask'; readonly id: number; readonly command: FlowCommand }
  /** Die by its own hand at the nth step of this name from now, such as `before submit`; null counts them all. */
  | { readonly kind: 'die'; readonly step: string | null; readonly nth: number };

export type FromDesk =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: FlowAnswer }
  | { readonly kind: 'failure'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly kind: 'note'; readonly note: CustodyNote };
