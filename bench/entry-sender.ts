/** Sends one small entry after the other, as a placement does: planned, stepped to sent in the database, then on the wire. */
import type { OrderIntent } from '#domain/intent.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { OrderStore } from '#tools/orders/order-store.ts';
import { sendIntent } from '#tools/orders/send-intent.ts';

export interface EntrySender {
  /** Resolves when the venue has acknowledged the first. */
  readonly isSending: Promise<void>;
  /** Ends after the entry that is under way. */
  stop(): Promise<{ readonly acknowledged: number; readonly refusedByHalt: number }>;
}

export function startSender(options: {
  readonly broker: Broker;
  readonly store: OrderStore;
  readonly deskId: string;
  readonly request: Omit<OrderRequest, 'clientOrderId'>;
  /** Begins the client order ids. */
  readonly name: string;
}): EntrySender {
  const { broker, store, deskId, request, name } = options;
  const parts = { broker, store, clock: broker, assertExclusive: () => {} };
  const told = { acknowledged: 0, refusedByHalt: 0 };
  let isOver = false;
  let tellSending = () => {};
  const isSending = new Promise<void>((resolve) => {
    tellSending = resolve;
  });

  async function sendOne(clientOrderId: string): Promise<void> {
    const atMs = broker.nowMs();
    const order = { ...request, clientOrderId };
    const intent: OrderIntent = {
      ...{ intentId: clientOrderId, runId: name, deskId, proposalId: null, status: 'planned', reason: null },
      ...{ request: order, createdAtMs: atMs, updatedAtMs: atMs },
    };
    const [planned] = await store.planIntents([intent]);
    if (planned === undefined) throw new Error(`entry ${clientOrderId} was not planned`);
    const { status, reason } = await sendIntent(planned, sealApproval(order), parts);
    if (status === 'cancelled') told.refusedByHalt += 1;
    else if (status === 'acknowledged') told.acknowledged += 1;
    else throw new Error(`entry ${clientOrderId} ended ${status}: ${reason}`);
    if (told.acknowledged > 0) tellSending();
  }

  async function keepSending(): Promise<void> {
    for (let number = 0; !isOver; number++) await sendOne(`${name}-${number}`);
  }
  const sending = keepSending();
  // Whoever stops it hears of its failure.
  sending.catch(() => undefined);
  return {
    isSending: Promise.race([isSending, sending]),
    async stop() {
      isOver = true;
      await sending;
      return told;
    },
  };
}
