/** Brings a position's stop half-way to the market for an occasion of the breaker: once, and tried until it stands. */
import type { Position } from '#domain/account.ts';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { Order } from '#domain/order.ts';
import { type CustodyNote, custodyRunOf, tightenStop } from './custody.ts';
import { protects } from './custody-plan.ts';
import { type ClosingParts, occasionOrderId } from './own-orders.ts';

interface HalvingParts extends ClosingParts {
  readonly deskId: string;
}

/** How often a stop is tried that is to be tightened and never arrived, or was refused, and with what pause. */
const TIGHTEN_ATTEMPTS = 60;
const TIGHTEN_PAUSE_MS = 5_000;

/** Half-way between the stop and the price, on a tick; null without a stop or where that is no nearer. */
export async function halveStop(
  position: Position,
  openOrders: readonly Order[],
  occasion: string,
  parts: HalvingParts,
): Promise<CustodyNote | null> {
  const { symbol, side, markPriceQuote } = position;
  const stop = openOrders.find((order) => order.purpose === 'stop' && protects(order, position));
  const fromQuote = stop?.triggerPriceQuote ?? null;
  if (fromQuote === null) return null;
  const half = decimal(fromQuote).plus(markPriceQuote).times('0.5');
  const tick = parts.instruments.get(symbol)?.tickSizeQuote;
  const price = tick === undefined ? half : roundToStep(half, tick, side === 'long' ? 'down' : 'up');
  const toQuote = decimalText(price);
  for (let attempt = 1; attempt <= TIGHTEN_ATTEMPTS; attempt++) {
    const named = attempt === 1 ? occasion : `${occasion}, try ${attempt}`;
    const of = { runId: custodyRunOf(position), symbol, purpose: 'stop', occasion: named } as const;
    const tried = await parts.store.intentOf(occasionOrderId(of));
    const status = tried?.status ?? 'planned';
    if (status === 'sent' || status === 'unknown')
      return { action: 'failed', symbol, detail: `the stop at ${toQuote} has no answer yet` };
    if (status === 'planned')
      return tightenStop(parts.deskId, position, { occasion: named, fromQuote, toQuote }, parts);
    if (status !== 'settled' && status !== 'rejected') return null;
    if (parts.clock.nowMs() - (tried?.updatedAtMs ?? 0) < TIGHTEN_PAUSE_MS)
      return {
        action: 'failed',
        symbol,
        detail: `the stop at ${toQuote} ended ${status}; it is tried again`,
      };
  }
  return null;
}
