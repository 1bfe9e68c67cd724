/** Takes positions away when their margin is gone, and lets the insurance fund pay what the wallet cannot. */
import type { Big } from 'big.js';
import { applyFill, book, rounded } from './ledger.ts';
import { accountMargins, positionMargins } from './margin.ts';
import { newOrder } from './matching.ts';
import {
  type HeldPosition,
  nextId,
  openPositions,
  quoteOf,
  settingsOf,
  specOf,
  type VenueState,
} from './venue-state.ts';

const LIQUIDATION_PREFIX = 'autoclose-';

export function liquidateWhatHasNoMargin(state: VenueState): void {
  for (const held of openPositions(state)) {
    if (!settingsOf(state, held.symbol).isIsolated) continue;
    const { unrealized, maintenance } = positionMargins(state, held);
    if (held.isolatedWallet.plus(unrealized).lte(maintenance)) liquidate(state, held, held.isolatedWallet);
  }
  // Cross positions share one margin: the largest loss goes first until the rest is covered.
  for (;;) {
    const { crossWallet, crossUnrealized, crossMaintenance } = accountMargins(state);
    const [worst] = openPositions(state)
      .filter((held) => !settingsOf(state, held.symbol).isIsolated)
      .sort((a, b) => positionMargins(state, a).unrealized.cmp(positionMargins(state, b).unrealized));
    if (!worst || crossWallet.plus(crossUnrealized).gt(crossMaintenance)) return;
    liquidate(state, worst, crossWallet);
  }
}

/** Liquidation orders are told by their client id, as on the venue. */
export function isLiquidation({ clientOrderId }: { readonly clientOrderId: string }): boolean {
  return clientOrderId.startsWith(LIQUIDATION_PREFIX);
}

/** @param margin what may be lost with this position at most */
function liquidate(state: VenueState, held: HeldPosition, margin: Big): void {
  const { symbol, positionSide } = held;
  const { mark } = quoteOf(state, symbol);
  const quantity = held.quantity.abs();
  const orderId = nextId(state);
  const order = newOrder(state, {
    orderId,
    clientOrderId: `${LIQUIDATION_PREFIX}${state.nowMs()}${orderId}`,
    symbol,
    side: held.quantity.gt(0) ? 'SELL' : 'BUY',
    positionSide,
    type: 'LIMIT',
    origType: 'LIMIT',
    timeInForce: 'IOC',
    price: mark,
    reduceOnly: true,
    closePosition: false,
    quantity,
  });
  state.orders.push(order);
  const fill = applyFill(state, order, { price: mark, quantity, isMaker: false });
  const left = margin.plus(fill.realizedPnl).minus(fill.commission);
  const fee = rounded(quantity.times(mark).times(specOf(state, symbol).liquidationFeeFraction));
  // What is left pays the clearance fee; what is missing the insurance fund pays.
  const cleared = left.lt(fee) ? left : fee;
  if (!cleared.eq(0)) book(state, { symbol, incomeType: 'INSURANCE_CLEAR', income: cleared.times(-1) });
  state.cover.observe(state);
}
