import type { OrderDesk } from '#tools/orders/order-desk.ts';
import { within } from './within.ts';

/** How long the gate's facts may take while a placement holds its desk's lock. */
const GATE_WITHIN_MS = 5_000;

export function withGateInTime(orders: OrderDesk): OrderDesk {
  return {
    ...orders,
    place: (plan) =>
      orders.place({
        ...plan,
        gateContext: (view) => within(GATE_WITHIN_MS, 'what the gate asks for', plan.gateContext(view)),
      }),
  };
}
