/** What the limits of the desk leave, for a model to read. The gate reckons by itself and is asked again at placement. */
import type { Big } from 'big.js';
import type { Account, Position } from '#domain/account.ts';
import type { LimitRoom, Stake } from '#domain/allowance.ts';
import { type DecimalText, decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { EquityMarks } from './gate-context.ts';
import type { RiskLimits } from './limits.ts';
import { rewardToRisk } from './prices.ts';
import { isOpening } from './size-limits.ts';

export interface Book {
  readonly account: Account;
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
}

/**
 * Positions (open or opening), total notional, margin, the day's loss up to where only closes are left, and the drawdown
 * up to a halt. A mark that is not known is left out. Money in quote currency, exact.
 */
export function roomLeft(
  { account, positions, openOrders }: Book,
  limits: RiskLimits,
  { dayStartQuote, peakQuote }: EquityMarks,
): LimitRoom[] {
  const equity = decimal(account.equityQuote);
  const share = (of: Big, fraction: number) => of.times(decimal(fraction));
  const opening = openOrders.filter(isOpening).map(({ symbol }) => symbol);
  const symbols = new Set([...positions.map(({ symbol }) => symbol), ...opening]);
  const notional = sumDecimals(
    positions.map(({ quantityBase, markPriceQuote }) => decimal(quantityBase).times(markPriceQuote)),
  );
  const rooms = [
    roomOf('open positions', 'count', decimal(symbols.size), decimal(limits.maxOpenPositions)),
    roomOf('total notional', 'quote', notional, share(equity, limits.totalNotionalMultiple)),
    roomOf(
      'margin in use',
      'quote',
      decimal(account.marginUsedQuote),
      share(equity, limits.marginUseFraction),
    ),
  ];
  if (dayStartQuote !== null) {
    const from = decimal(dayStartQuote);
    const most = share(from, limits.dailyLoss.reduceFraction);
    rooms.push(roomOf('loss of the day, then only closes', 'quote', lossFrom(from, equity), most));
  }
  if (peakQuote !== null) {
    const from = decimal(peakQuote);
    const most = share(from, limits.drawdown.haltFraction);
    rooms.push(roomOf('drawdown from the peak, then a halt', 'quote', lossFrom(from, equity), most));
  }
  return rooms;
}

function roomOf(limit: string, unit: string, used: Big, most: Big): LimitRoom {
  const left = most.minus(used);
  return {
    ...{ limit, unit, used: decimalText(used), most: decimalText(most) },
    left: left.lt(0) ? '0' : decimalText(left),
  };
}

function lossFrom(mark: Big, equity: Big): Big {
  const lost = mark.minus(equity);
  return lost.lt(0) ? decimal(0) : lost;
}

/** Notional and loss at the stop of an open of this size at its entry price, taker fees on both sides included. */
export function stakeOf(
  proposal: Pick<TradeProposal, 'entryPriceQuote' | 'stopPriceQuote' | 'targetPriceQuote'>,
  quantityBase: DecimalText,
  { takerFeeFraction }: Pick<Instrument, 'takerFeeFraction'>,
  equityQuote: DecimalText | null,
): Stake {
  const entry = decimal(proposal.entryPriceQuote);
  const stop = decimal(proposal.stopPriceQuote ?? proposal.entryPriceQuote);
  const fees = entry.plus(stop).times(decimal(takerFeeFraction));
  const loss = entry.minus(stop).abs().plus(fees).times(quantityBase);
  const equity = Number(equityQuote ?? 0);
  return {
    notionalQuote: decimalText(entry.times(quantityBase)),
    lossAtStopQuote: decimalText(loss),
    lossAtStopFraction: equity > 0 ? Number(loss) / equity : null,
    rewardToRisk:
      proposal.targetPriceQuote === null
        ? null
        : rewardToRisk({
            entry: Number(entry),
            stop: Number(stop),
            target: Number(proposal.targetPriceQuote),
            feeFraction: takerFeeFraction,
          }),
  };
}
