import type { DecimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { createMemoryPaperStore } from '#exchanges/paper/memory-paper-store.ts';
import type { PaperBooks } from '#exchanges/paper/paper-books.ts';
import { createPaperBroker } from '#exchanges/paper/paper-broker.ts';
import type { PaperSettings } from '#exchanges/paper/paper-settings.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import { createScriptedMarket, type Prices, type ScriptedMarket } from './scripted-market.ts';

export const BTC = 'BTC/USDT:USDT';
export const ETH = 'ETH/USDT:USDT';

/** Round numbers, so that a reader can follow the sums by hand. */
export function instrumentOf(symbol: string, overrides: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    tickSizeQuote: '0.1',
    quantityStepBase: '0.001',
    minQuantityBase: '0.001',
    maxQuantityBase: '500',
    minNotionalQuote: '5',
    maxLeverage: 50,
    maintenanceMarginFraction: 0.004,
    takerFeeFraction: 0.0005,
    makerFeeFraction: 0.0002,
    ...overrides,
  };
}

export interface PaperDesk {
  readonly broker: Broker;
  readonly market: ScriptedMarket;
  readonly store: PaperStore<PaperBooks>;
  /** Another broker object on the same books, as after a restart. */
  reopened(): Broker;
  send(order: Partial<OrderRequest>, through?: Broker): Promise<Order>;
  /** One minute of BTC, then the broker has seen it. */
  bar(prices: Prices, volumeBase?: number): Promise<void>;
}

export interface PaperDeskOptions {
  readonly startingBalanceQuote?: DecimalText;
  readonly settings?: Partial<PaperSettings>;
  readonly volumeBase?: number;
  readonly instruments?: readonly Instrument[];
  readonly store?: PaperStore<PaperBooks>;
}

/** BTC and ETH at 100, without slippage unless asked for. */
export function openPaperDesk(options: PaperDeskOptions = {}): PaperDesk {
  const instruments = options.instruments ?? [instrumentOf(BTC), instrumentOf(ETH)];
  const market = createScriptedMarket(instruments, { close: 100, volumeBase: options.volumeBase ?? 1_000 });
  const store = options.store ?? createMemoryPaperStore();
  const reopened = () =>
    createPaperBroker({
      accountId: 'desk',
      store,
      market: market.data,
      clock: market.clock,
      startingBalanceQuote: options.startingBalanceQuote ?? '10000',
      settings: { halfSpreadFraction: 0, impactFraction: 0, ...options.settings },
    });
  const broker = reopened();
  let sent = 0;
  return {
    broker,
    market,
    store,
    reopened,
    send(order, through = broker) {
      sent += 1;
      return through.submit(sealApproval(requestOf({ clientOrderId: `order-${sent}`, ...order })));
    },
    async bar(prices, volumeBase) {
      market.minute({ [BTC]: prices }, volumeBase);
      await broker.account();
    },
  };
}

/** A market buy of 1 BTC at leverage 10, but for what the test names. */
export function requestOf(order: Partial<OrderRequest>): OrderRequest {
  return {
    clientOrderId: 'order',
    symbol: BTC,
    side: 'buy',
    type: 'market',
    purpose: 'entry',
    quantityBase: '1',
    priceQuote: null,
    triggerPriceQuote: null,
    reduceOnly: false,
    timeInForce: 'gtc',
    leverage: 10,
    ...order,
  };
}

/** A protective stop of a long, unless the test turns it. */
export function stopAt(
  triggerPriceQuote: DecimalText,
  order: Partial<OrderRequest> = {},
): Partial<OrderRequest> {
  return {
    type: 'stop_market',
    purpose: 'stop',
    side: 'sell',
    reduceOnly: true,
    triggerPriceQuote,
    ...order,
  };
}

/** A protective target of a long, unless the test turns it. */
export function targetAt(
  triggerPriceQuote: DecimalText,
  order: Partial<OrderRequest> = {},
): Partial<OrderRequest> {
  return {
    type: 'take_profit_market',
    purpose: 'target',
    side: 'sell',
    reduceOnly: true,
    triggerPriceQuote,
    ...order,
  };
}

export async function fillsOf(broker: Broker) {
  return (await broker.activityAfter(null)).fills;
}

/** The failure of a call that must fail, as `code: message`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${String(error.code)}: ${error.message}`;
    throw error;
  }
  throw new Error('the call succeeded');
}
