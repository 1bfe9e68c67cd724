import type { OrderDeskOptions } from '#tools/orders/order-desk.ts';

/** For a desk whose entries all go out at once. */
export const noEntryContext: OrderDeskOptions['entryContext'] = async (_view, symbol) => {
  throw new Error(`no entry of this desk goes out over time, and one in ${symbol} does`);
};
