/** How large an opening may be at most, limit by limit, in exact decimals. The gate takes the smallest and rounds down. */
import type { Big } from 'big.js';
import type { Account } from '#domain/account.ts';
import { decimal, divideDecimals, sumDecimals } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order } from '#domain/order.ts';
import type { DenialCode, TradeProposal } from '#domain/proposal.ts';
import type { GateContext } from './gate-context.ts';
import { notionalMultipleLimit } from './limits.ts';
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
    shared('margin_over_limit', marginRoom.times(leverage), entry),
    shared('balance_short', freeQuote.times(leverage), entry.plus(feesPerUnit.times(leverage))),
    { code: 'order_over_maximum', maxQuantityBase: decimal(instrument.maxQuantityBase) },
  ];
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
