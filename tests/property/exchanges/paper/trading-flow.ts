import fc from 'fast-check';
import { AppError } from '#domain/errors.ts';
import type { OrderRequest } from '#domain/order.ts';
import {
  BTC,
  ETH,
  instrumentOf,
  openPaperDesk,
  type PaperDesk,
} from '#tests/unit/exchanges/paper/paper-desk.ts';
import type { Prices } from '#tests/unit/exchanges/paper/scripted-market.ts';

export const LEVERAGE = 15;
export const STARTING = '2000';

export type Step =
  | {
      readonly kind: 'bar';
      readonly btc: readonly number[];
      readonly eth: readonly number[];
      readonly volumeBase: number;
    }
  | { readonly kind: 'send'; readonly order: Partial<OrderRequest> }
  | { readonly kind: 'cancel'; readonly back: number }
  | { readonly kind: 'fund'; readonly symbol: string; readonly rateFraction: number };

const price = fc.integer({ min: 930, max: 1_070 }).map((tenths) => tenths / 10);
const path = fc.array(price, { minLength: 4, maxLength: 4 });
const symbol = fc.constantFrom(BTC, ETH);

const order: fc.Arbitrary<Partial<OrderRequest>> = fc
  .record({
    symbol,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    type: fc.oneof(
      { weight: 3, arbitrary: fc.constant('market' as const) },
      {
        weight: 3,
        arbitrary: fc.constantFrom('limit' as const, 'stop_market' as const, 'take_profit_market' as const),
      },
    ),
    quantityBase: fc.integer({ min: 1, max: 9_000 }).map((thousandths) => String(thousandths / 1_000)),
    at: price.map(String),
    reduceOnly: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    timeInForce: fc.constantFrom('gtc' as const, 'ioc' as const, 'post_only' as const),
  })
  .map(({ at, ...rest }) => ({
    ...rest,
    leverage: LEVERAGE,
    timeInForce: rest.type === 'limit' ? rest.timeInForce : ('gtc' as const),
    priceQuote: rest.type === 'limit' ? at : null,
    triggerPriceQuote: rest.type.endsWith('_market') && rest.type !== 'market' ? at : null,
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('bar' as const),
      btc: path,
      eth: path,
      volumeBase: fc.integer({ min: 0, max: 60 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), back: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fund' as const),
      symbol,
      rateFraction: fc.integer({ min: -75, max: 75 }).map((units) => units / 10_000),
    }),
  },
);

export const steps = fc.array(step, { minLength: 5, maxLength: 40 });

export function openFlowDesk(options: Parameters<typeof openPaperDesk>[0] = {}): PaperDesk {
  return openPaperDesk({
    startingBalanceQuote: STARTING,
    volumeBase: 40,
    instruments: [BTC, ETH].map((name) => instrumentOf(name)),
    settings: { halfSpreadFraction: 0.0003, impactFraction: 0.02 },
    ...options,
  });
}

/** Does one step; what the venue refuses is part of the flow. */
export async function take(desk: PaperDesk, next: Step, broker = desk.broker): Promise<void> {
  if (next.kind === 'bar')
    desk.market.minute({ [BTC]: barOf(next.btc), [ETH]: barOf(next.eth) }, next.volumeBase);
  if (next.kind === 'fund') desk.market.fund(next.symbol, next.rateFraction);
  if (next.kind === 'send')
    await desk.send(next.order, broker).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'order_rejected') throw error;
    });
  if (next.kind === 'cancel') {
    const open = await broker.openOrders();
    const chosen = open[next.back % Math.max(open.length, 1)];
    if (chosen) await broker.cancel(chosen.symbol, chosen.clientOrderId);
  }
}

/** Opens at the first price and closes at the last; the rest only widen the range. */
function barOf(prices: readonly number[]): Prices {
  return [prices[0]!, Math.max(...prices), Math.min(...prices), prices[3]!];
}
