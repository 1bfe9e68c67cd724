/** Margins, unrealised profit and liquidation prices, by Binance's formulas for one asset. */
import { Big } from 'big.js';
import { divideDecimals, sumDecimals } from '#domain/decimal.ts';
import {
  closableBy,
  type HeldPosition,
  isWorking,
  openPositions,
  quoteOf,
  settingsOf,
  specOf,
  type VenueOrder,
  type VenueState,
} from './venue-state.ts';
import { bracketOf } from './venue-symbols.ts';

const PLACES = 8;

export interface PositionMargins {
  readonly notional: Big;
  readonly unrealized: Big;
  readonly initial: Big;
  readonly maintenance: Big;
}

export interface AccountMargins {
  readonly wallet: Big;
  readonly crossWallet: Big;
  readonly unrealized: Big;
  readonly crossUnrealized: Big;
  readonly positionInitial: Big;
  readonly openOrderInitial: Big;
  readonly maintenance: Big;
  readonly crossMaintenance: Big;
  readonly available: Big;
}

export function positionMargins(state: VenueState, held: HeldPosition): PositionMargins {
  const { mark } = quoteOf(state, held.symbol);
  const notional = held.quantity.times(mark);
  const tier = bracketOf(specOf(state, held.symbol), notional.abs());
  const maintenance = notional.abs().times(tier.maintMarginRatio).minus(tier.cum);
  return {
    notional,
    unrealized: notional.minus(held.costQuote),
    initial: overLeverage(state, held.symbol, notional.abs()),
    maintenance: maintenance.lt(0) ? new Big(0) : maintenance,
  };
}

export function accountMargins(state: VenueState): AccountMargins {
  const all = openPositions(state).map((held) => ({
    ...positionMargins(state, held),
    isolatedWallet: held.isolatedWallet,
    isCross: !settingsOf(state, held.symbol).isIsolated,
  }));
  const cross = all.filter(({ isCross }) => isCross);
  const working = state.orders.filter(isWorking);
  const openOrderInitial = sumDecimals(working.map((order) => orderMargin(state, order)));
  const crossWallet = state.walletBalance.minus(sumDecimals(all.map((one) => one.isolatedWallet)));
  const crossUnrealized = sumDecimals(cross.map((one) => one.unrealized));
  const available = crossWallet
    .plus(crossUnrealized)
    .minus(sumDecimals(cross.map((one) => one.initial)))
    .minus(openOrderInitial);
  return {
    wallet: state.walletBalance,
    crossWallet,
    unrealized: sumDecimals(all.map((one) => one.unrealized)),
    crossUnrealized,
    positionInitial: sumDecimals(all.map((one) => one.initial)),
    openOrderInitial,
    maintenance: sumDecimals(all.map((one) => one.maintenance)),
    crossMaintenance: sumDecimals(cross.map((one) => one.maintenance)),
    available: available.lt(0) ? new Big(0) : available,
  };
}

/** What a working order ties up: the margin of the part that would open. */
export function orderMargin(state: VenueState, order: VenueOrder): Big {
  if (order.reduceOnly) return new Big(0);
  const opening = order.quantity.minus(order.executed).minus(closableBy(state, order));
  const price = order.price.gt(0) ? order.price : quoteOf(state, order.symbol).last;
  return opening.gt(0) ? overLeverage(state, order.symbol, opening.times(price)) : new Big(0);
}

export function overLeverage(state: VenueState, symbol: string, notional: Big): Big {
  return divideDecimals(notional, new Big(settingsOf(state, symbol).leverage), PLACES);
}

/** The mark price at which the position is taken away; zero when no price would. */
export function liquidationPrice(state: VenueState, held: HeldPosition): Big {
  const { notional, unrealized, maintenance } = positionMargins(state, held);
  const tier = bracketOf(specOf(state, held.symbol), notional.abs());
  const account = accountMargins(state);
  const wallet = settingsOf(state, held.symbol).isIsolated
    ? held.isolatedWallet
    : account.crossWallet
        .plus(account.crossUnrealized.minus(unrealized))
        .minus(account.crossMaintenance.minus(maintenance));
  const denominator = held.quantity.abs().times(tier.maintMarginRatio).minus(held.quantity);
  if (denominator.eq(0)) return new Big(0);
  const price = divideDecimals(wallet.plus(tier.cum).minus(held.costQuote), denominator, PLACES);
  return price.lt(0) ? new Big(0) : price;
}
