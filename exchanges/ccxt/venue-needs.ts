/** What a venue must offer before it may be traded on, decided from what ccxt says it has and from our dialect of it. */
import type { Exchange } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import { dialectOf } from './dialects/dialect-of.ts';

/** Without one of these an order could be lost, or a position stay without its stop. */
export const VENUE_NEEDS: Readonly<Record<string, string>> = {
  createOrder: 'orders',
  createReduceOnlyOrder: 'orders that can only reduce a position',
  createStopLossOrder: 'stops that rest on the venue',
  createTakeProfitOrder: 'targets that rest on the venue',
  cancelOrder: 'cancelling an order',
  fetchOrder: 'looking an order up',
  fetchOpenOrders: 'the list of open orders',
  fetchPositions: 'the list of positions',
  fetchBalance: 'the balance',
  fetchMyTrades: 'the list of fills',
  setLeverage: 'setting the leverage',
};

/** Names in our words what this exchange lacks. */
export function venueLacks(exchange: Pick<Exchange, 'has' | 'id'>): string[] {
  const { lacks, offers } = dialectOf(exchange.id);
  const lacking = Object.entries(VENUE_NEEDS)
    .filter(([name]) => !exchange.has[name] && !offers.includes(name))
    .map(([, words]) => words);
  return [...lacking, ...lacks];
}

/** @throws AppError `config_invalid` that names the venue and what it lacks */
export function assertTradable(exchange: Pick<Exchange, 'has' | 'id'>): void {
  const lacking = venueLacks(exchange);
  if (lacking.length === 0) return;
  throw new AppError(
    'config_invalid',
    `${exchange.id} cannot be traded on, it lacks: ${lacking.join('; ')}. Name another VIGIL_MARKET, or VIGIL_MODE=paper`,
    { context: { exchangeId: exchange.id, lacking } },
  );
}
