/** An order desk that has no broker: it asks the gate as placing would, and writes down what would have gone out. */
import type { Account, Position } from '#domain/account.ts';
import { AppError } from '#domain/errors.ts';
import type { Order } from '#domain/order.ts';
import { judgeProposals } from '../risk/gate.ts';
import type { OrderDesk, WorkedView } from './order-desk.ts';
import type { Placement, PlacementReport } from './place-orders.ts';

/** The book as a run saw it. */
export interface SeenBook {
  /** Null where the venue could not be read; then a rehearsal cannot read it either. */
  readonly account: Account | null;
  readonly positions: readonly Position[];
  /** Orders that may open a position, those yet to go out included. */
  readonly openOrders: readonly Order[];
  readonly unknownOutcomes: number;
}

export interface PlacementRecorder extends OrderDesk {
  /** What was to be placed so far, the gate's last word not counted. */
  readonly placements: readonly Placement[];
}

/** Nothing it is told can leave: it is given a book to look at and nothing else. */
export function createPlacementRecorder(book: SeenBook): PlacementRecorder {
  const placements: Placement[] = [];
  const look = (): WorkedView => {
    const { account } = book;
    if (account === null) throw new AppError('venue_unavailable', 'the run that is rehearsed saw no account');
    return { ...book, account, custody: [], entries: [], reservations: [], worked: [] };
  };
  return {
    placements,
    reconcile: async () => look(),
    async place(plan): Promise<PlacementReport> {
      const view = look();
      placements.push(...plan.placements);
      const asked = plan.placements.map(({ proposal, quantityBase }) => ({ ...proposal, quantityBase }));
      const verdicts = judgeProposals(asked, await plan.gateContext(book), 'place');
      return { verdicts, intents: [], orders: [], view, custody: [], unread: null };
    },
    cancelEntries: async () => [],
    withdrawEntries: async () => [],
    protect: async () => [],
    tightenStops: async () => [],
    close: async () => ({ closed: [], givenUp: [] }),
    giveUp: async () => null,
  };
}
