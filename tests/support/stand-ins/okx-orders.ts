/** Orders as OKX takes and tells them: sizes in contracts, conditional ones with calls, ids and lists of their own. */
import { decimal } from '#domain/decimal.ts';
import { cancelAlgoOrder } from '#tests/support/venue/conditional-orders.ts';
import { cancelOrder } from '#tests/support/venue/matching.ts';
import { VenueRefusal } from '#tests/support/venue/venue-refusal.ts';
import {
  type AlgoOrder,
  openPositions,
  settingsOf,
  specOf,
  type VenueOrder,
  type VenueState,
} from '#tests/support/venue/venue-state.ts';
import { contractBase, symbolOf } from './okx-payloads.ts';
import { OkxRefusal } from './okx-refusal.ts';
import {
  isOpen,
  type LimitTerms,
  type OrderTerms,
  placeConditional,
  placeRegular,
} from './place-on-engine.ts';
import type { ProtocolContext } from './start-stand-in.ts';

export type Asked = Readonly<Record<string, string>>;

const CLIENT_ID = /^[A-Za-z0-9]{1,32}$/;
const LIMIT_KINDS = { limit: 'GTC', ioc: 'IOC', fok: 'FOK', post_only: 'GTX' } as const;
/** The engine's numbers in OKX's; what is not named is a parameter that it does not take. */
const NUMBERS: Readonly<Record<number, string>> = {
  [-2019]: '51008_1000',
  [-2021]: '51280',
  [-2022]: '51169',
  [-2027]: '51004',
  [-4005]: '51202',
  [-4116]: '51016',
  [-4164]: '51020',
};

export function createOrder(asked: Asked, context: ProtocolContext): object {
  const { state } = context.engine;
  const terms = termsOf(asked, context, asked.clOrdId);
  const isUsed = state.orders.some((order) => isOpen(order) && order.clientOrderId === asked.clOrdId);
  if (isUsed) throw new OkxRefusal('51016', 'Duplicated client order ID', 'order');
  const kind = LIMIT_KINDS[asked.ordType as keyof typeof LIMIT_KINDS];
  if (kind === undefined && asked.ordType !== 'market')
    throw new OkxRefusal('51000', 'Parameter ordType error', 'order');
  const limit: LimitTerms | null = kind === undefined ? null : { price: asked.px ?? '', timeInForce: kind };
  const order = refusedBeside(() => placeRegular(state, terms, limit));
  return { ordId: String(order.orderId), clOrdId: order.clientOrderId, tag: '', sCode: '0', sMsg: '' };
}

export function createAlgo(asked: Asked, context: ProtocolContext): object {
  const { state } = context.engine;
  const { slTriggerPx, tpTriggerPx, algoClOrdId } = asked;
  if (asked.ordType !== 'conditional') throw new OkxRefusal('51000', 'Parameter ordType error', 'order');
  const terms = termsOf(asked, context, algoClOrdId);
  if (state.algoOrders.some((algo) => algo.clientAlgoId === algoClOrdId))
    throw new OkxRefusal('51068', `${algoClOrdId} already exists within algoClOrdId.`, 'order');
  const isStop = slTriggerPx !== undefined;
  if ((isStop ? asked.slOrdPx : asked.tpOrdPx) !== '-1')
    throw new OkxRefusal('51000', 'Parameter OrdPx error: only market orders are spoken here', 'order');
  const algo = refusedBeside(() =>
    placeConditional(state, terms, {
      type: isStop ? 'STOP_MARKET' : 'TAKE_PROFIT_MARKET',
      triggerPrice: slTriggerPx ?? tpTriggerPx ?? '',
      isByMark: (isStop ? asked.slTriggerPxType : asked.tpTriggerPxType) === 'mark',
    }),
  );
  return { algoId: String(algo.algoId), algoClOrdId: algo.clientAlgoId, clOrdId: '', sCode: '0', sMsg: '' };
}

export function cancelNamed(asked: Asked, { engine: { state } }: ProtocolContext): object {
  const order = findOrder(state, asked);
  if (!order) throw new OkxRefusal('51400', 'Cancellation failed as the order does not exist.', 'order');
  if (!isOpen(order)) throw new OkxRefusal('51402', 'Cancellation failed as it is completed.', 'order');
  cancelOrder(state, order);
  return { ordId: String(order.orderId), clOrdId: order.clientOrderId, sCode: '0', sMsg: '' };
}

export function cancelAlgo(asked: Asked, { engine: { state } }: ProtocolContext): object {
  const algo = findAlgo(state, asked);
  if (!algo || !isOpen(algo))
    throw new OkxRefusal('51400', 'Cancellation failed as the order does not exist.', 'order');
  cancelAlgoOrder(state, algo);
  return { algoId: String(algo.algoId), algoClOrdId: algo.clientAlgoId, sCode: '0', sMsg: '' };
}

/** What a conditional order became has no client id. */
export function findOrder(state: VenueState, { ordId, clOrdId }: Asked): VenueOrder | undefined {
  const isFired = (order: VenueOrder) =>
    state.algoOrders.some(({ actualOrderId }) => actualOrderId === order.orderId);
  return state.orders.findLast((order) =>
    ordId === undefined
      ? order.clientOrderId === clOrdId && !isFired(order)
      : String(order.orderId) === ordId,
  );
}

export function findAlgo(state: VenueState, { algoId, algoClOrdId }: Asked): AlgoOrder | undefined {
  return state.algoOrders.findLast((algo) =>
    algoId === undefined ? algo.clientAlgoId === algoClOrdId : String(algo.algoId) === algoId,
  );
}

function termsOf(
  asked: Asked,
  { engine: { state }, settings }: ProtocolContext,
  clientId: string | undefined,
): OrderTerms {
  if (!settings.keyMayTrade) throw new OkxRefusal('50120', "This API key doesn't have permission.");
  const { instId = '', side, sz = '', tdMode, posSide } = asked;
  const { symbol } = specOf(state, symbolOf(instId));
  if (clientId !== undefined && !CLIENT_ID.test(clientId))
    throw new OkxRefusal('51000', 'Parameter clOrdId error', 'order');
  if ((posSide !== undefined && posSide !== 'net') !== settings.isHedged)
    throw new OkxRefusal('51000', 'Parameter posSide error', 'order');
  if (tdMode !== 'isolated' && tdMode !== 'cross')
    throw new OkxRefusal('51000', 'Parameter tdMode error', 'order');
  // The margin of a symbol is what its first order names.
  if (openPositions(state, symbol).length === 0) settingsOf(state, symbol).isIsolated = tdMode === 'isolated';
  return {
    symbol,
    side: side === 'buy' ? 'BUY' : 'SELL',
    quantity: decimal(sz).times(contractBase(symbol)).toFixed(),
    reduceOnly: String(asked.reduceOnly) === 'true',
    clientId,
  };
}

/** What is wrong with an order stands beside it; the call itself only says that something failed. */
function refusedBeside<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof VenueRefusal)) throw thrown;
    throw new OkxRefusal(NUMBERS[thrown.code] ?? '51000', thrown.message, 'order');
  }
}
