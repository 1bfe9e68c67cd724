/** What a stretch of trading came to, in fractions of one unit of notional, added and not compounded. */
import { DAYS_OF_YEAR, SHARPE_LEAST_DAYS, SHARPE_LEAST_TRADES } from '#domain/figures.ts';
import { type ReturnMoments, returnMoments, sharpeOfPeriod } from './return-moments.ts';

export interface TradedReturns {
  /** What each closed trade came to after all costs. */
  readonly tradeNets: readonly number[];
  /** How what one has changed on each day, whether there was a trade or not. */
  readonly dayReturns: readonly number[];
}

export interface ReturnScore {
  readonly trades: number;
  readonly days: number;
  /** Of the days together: what is open at the end counts at its mark. Null, as all that follow, where `whyNone` says so. */
  readonly returnFraction: number | null;
  readonly winRateFraction: number | null;
  /** What the winners gained over what the losers lost; null without a loss too. */
  readonly profitFactor: number | null;
  /** The deepest fall of the sum of days from its best, the start included. */
  readonly maxDrawdownFraction: number | null;
  /** Of a year of 365 days against a riskless return of 0; null too where every day was the same. */
  readonly sharpe: number | null;
  readonly whyNone: string | null;
}

/** No figure under 10 trades or 14 days: it would say nothing. */
export function scoreReturns({ tradeNets, dayReturns }: TradedReturns): ReturnScore {
  const counts = { trades: tradeNets.length, days: dayReturns.length };
  const whyNone = whyNoFigure(counts.trades, counts.days);
  if (whyNone !== null)
    return {
      ...counts,
      ...{ returnFraction: null, winRateFraction: null, profitFactor: null },
      ...{ maxDrawdownFraction: null, sharpe: null, whyNone },
    };
  const lost = -total(tradeNets.filter((net) => net < 0));
  return {
    ...counts,
    returnFraction: total(dayReturns),
    winRateFraction: tradeNets.filter((net) => net > 0).length / counts.trades,
    profitFactor: lost > 0 ? total(tradeNets.filter((net) => net > 0)) / lost : null,
    maxDrawdownFraction: deepestFall(dayReturns),
    sharpe: yearlySharpe(returnMoments(dayReturns)),
    whyNone: null,
  };
}

/** Null where there is enough to give figures. */
export function whyNoFigure(trades: number, days: number): string | null {
  if (trades >= SHARPE_LEAST_TRADES && days >= SHARPE_LEAST_DAYS) return null;
  const few = [
    ...(trades < SHARPE_LEAST_TRADES ? [`${trades} trades of the ${SHARPE_LEAST_TRADES}`] : []),
    ...(days < SHARPE_LEAST_DAYS ? [`${days} days of the ${SHARPE_LEAST_DAYS}`] : []),
  ];
  return `${few.join(' and ')} it takes`;
}

/** Of daily moments; null where every day was the same. */
function yearlySharpe(moments: ReturnMoments): number | null {
  const daily = sharpeOfPeriod(moments);
  return daily === null ? null : daily * Math.sqrt(DAYS_OF_YEAR);
}

function deepestFall(changes: readonly number[]): number {
  let [standing, best, deepest] = [0, 0, 0];
  for (const change of changes) {
    standing += change;
    best = Math.max(best, standing);
    deepest = Math.max(deepest, best - standing);
  }
  return deepest;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
