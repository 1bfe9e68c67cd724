/** How large an opening may be at most, limit by limit, in exact decimals. The gate takes the smallest and rounds down. */
import type { Big } from 'big.js';
import type { Account, PositionSide } from '#domain/account.ts';
import { decimal, divideDecimals, sumDecimals } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order } from '#domain/order.ts';
import type { DenialCode, TradeProposal } from '#domain/proposal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { pairOf } from '../regime/market-correlation.ts';
import type { GateContext } from './gate-context.ts';
import { notionalMultipleLimit, type RiskLimits } from './limits.ts';
import { isSoundPrice } from './prices.ts';

export interface SizeLimit {
  readonly code: DenialCode;
  /** Largest quantity this limit allows, in base units; zero leaves no room. */
  readonly maxQuantityBase: Big;
}

/**
 * Every size limit of an opening at its entry price, rounded down at the 18th place. Needs a readable account; without
 * a stop only the fees count as risk. Resting entries take their margin, fees and notional first; one whose price
 * nobody knows leaves no room at all. An entry that has filled in part is held to risk and notional of the whole.
 */
export function sizeLimits(
  proposal: TradeProposal,
  context: GateContext,
  instrument: Instrument,
  account: Account,
): SizeLimit[] {
  const { limits, positions } = context;
  const entry = decimal(proposal.entryPriceQuote);
  const stop = decimal(proposal.stopPriceQuote ?? proposal.entryPriceQuote);
  const leverage = decimal(proposal.leverage);
  const equity = decimal(account.equityQuote);
  const feesPerUnit = entry.plus(stop).times(decimal(instrument.takerFeeFraction));
  const lossPerUnit = entry.minus(stop).abs().plus(feesPerUnit);
  const entries = context.openOrders.filter(isOpening).map((order) => claimOf(order, context, instrument));
  const isPriced = entries.every((claim) => claim !== null);
  const held = sumDecimals(
    positions.map(({ quantityBase, markPriceQuote }) => decimal(quantityBase).times(markPriceQuote)),
  );
  const totalOf = (part: keyof Claim) => sumDecimals(entries.map((claim) => claim?.[part] ?? '0'));
  const margin = totalOf('marginQuote');
  const shared = (code: DenialCode, room: Big, perUnit: Big): SizeLimit => ({
    code,
    maxQuantityBase: isPriced ? quantityIn(room, perUnit) : decimal(0),
  });
  const equities = (multiple: number) => equity.times(decimal(multiple));
  const exposureRoom = equities(limits.totalNotionalMultiple).minus(held).minus(totalOf('notionalQuote'));
  const correlationRoom = equities(limits.correlatedNotionalMultiple).minus(
    movingWith(proposal, context, entries),
  );
  const marginRoom = equities(limits.marginUseFraction).minus(account.marginUsedQuote).minus(margin);
  const freeQuote = decimal(account.availableQuote).minus(margin).minus(totalOf('feesQuote'));
  const filled = decimal(context.growing?.filledBase ?? '0');
  const whole = (room: Big, perUnit: Big) => {
    const left = quantityIn(room, perUnit).minus(filled);
    return left.gt(0) ? left : decimal(0);
  };
  const notionalRoom = equities(notionalMultipleLimit(limits, proposal.symbol));
  const ownMarginRoom = equities(limits.positionMarginFraction).times(leverage);
  return [
    {
      code: 'risk_over_limit',
      maxQuantityBase: whole(equities(limits.riskPerTradeFraction), lossPerUnit),
    },
    {
      code: 'position_over_limit',
      maxQuantityBase: whole(notionalRoom.lt(ownMarginRoom) ? notionalRoom : ownMarginRoom, entry),
    },
    shared('exposure_over_limit', exposureRoom, entry),
    shared('correlation_over_limit', correlationRoom, entry),
    shared('margin_over_limit', marginRoom.times(leverage), entry),
    shared('balance_short', freeQuote.times(leverage), entry.plus(feesPerUnit.times(leverage))),
    { code: 'order_over_maximum', maxQuantityBase: largestOrder(limits, instrument, entry) },
  ];
}

/** The venue's largest order, or what the configured largest notional buys at this price. */
function largestOrder({ maxOrderQuote }: RiskLimits, { maxQuantityBase }: Instrument, entry: Big): Big {
  const venue = decimal(maxQuantityBase);
  if (maxOrderQuote === null) return venue;
  const own = quantityIn(decimal(maxOrderQuote), entry);
  return own.lt(venue) ? own : venue;
}

/**
 * Notional of what is held or being opened, each part weighted 0..1 by how far it would win and lose with this proposal:
 * the correlation where the sides are the same, its opposite where they are not, and never less than nothing, so that
 * no hedge makes room. A correlation nobody knows adjusts nothing: that part counts whole, as in the total exposure.
 */
function movingWith(
  { symbol, side }: Pick<TradeProposal, 'symbol' | 'side'>,
  { positions, openOrders, correlations }: GateContext,
  entries: readonly (Claim | null)[],
): Big {
  const weightOf = (other: MarketSymbol, otherSide: PositionSide) => {
    const known = other === symbol ? 1 : correlations.get(pairOf(symbol, other));
    const together = known === undefined || Number.isNaN(known) ? 1 : otherSide === side ? known : -known;
    return decimal(Math.max(0, Math.min(1, together)));
  };
  const opening = openOrders.filter(isOpening);
  return sumDecimals([
    ...positions.map((held) =>
      decimal(held.quantityBase).times(held.markPriceQuote).times(weightOf(held.symbol, held.side)),
    ),
    ...entries.map((claim, i) => {
      const order = opening[i];
      if (claim === null || order === undefined) return '0';
      return claim.notionalQuote.times(weightOf(order.symbol, order.side === 'buy' ? 'long' : 'short'));
    }),
  ]);
}

/** Whether an order could open or enlarge a position: an entry, or anything the venue may not hold to reducing. */
export function isOpening(order: Pick<Order, 'purpose' | 'reduceOnly'>): boolean {
  return order.purpose === 'entry' || !order.reduceOnly;
}

/** What a resting entry takes once the rest of it fills. */
interface Claim {
  readonly notionalQuote: Big;
  readonly marginQuote: Big;
  readonly feesQuote: Big;
}

function claimOf(order: Order, { lastPricesQuote, instruments }: GateContext, own: Instrument): Claim | null {
  const last = lastPricesQuote.get(order.symbol);
  const price = order.priceQuote ?? order.triggerPriceQuote ?? (isSoundPrice(last) ? decimal(last) : null);
  if (price === null) return null;
  const notionalQuote = decimal(order.quantityBase).minus(order.filledBase).times(price);
  const { takerFeeFraction } = instruments.get(order.symbol) ?? own;
  return {
    notionalQuote,
    marginQuote: divideDecimals(notionalQuote, decimal(order.leverage), 18, 'up'),
    feesQuote: notionalQuote.times(decimal(takerFeeFraction)).times(2),
  };
}

/** Nothing where one unit takes nothing: a limit that cannot be measured leaves no room. */
function quantityIn(room: Big, perUnit: Big): Big {
  return room.gt(0) && perUnit.gt(0) ? divideDecimals(room, perUnit, 18, 'down') : decimal(0);
}
