/**
 * Where a stop belongs by now. Nothing is remembered between two looks: the stop that stands on the venue is the state,
 * so a restart changes nothing, and the best price is the one that brought the stop to where it stands.
 */
import type { Position } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, divideDecimals, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { ExitRules } from '../risk/exit-rules.ts';

type Amount = ReturnType<typeof decimal>;

export interface StopFacts {
  readonly position: Pick<Position, 'side' | 'entryPriceQuote' | 'markPriceQuote'>;
  /** The trigger of the stop that stands. */
  readonly stopQuote: DecimalText;
  /** The trigger of the position's first stop: its distance from the entry is R. */
  readonly firstStopQuote: DecimalText;
  readonly instrument: Pick<Instrument, 'tickSizeQuote' | 'takerFeeFraction'>;
}

/**
 * The trigger price the rules ask for: on a tick, rounded towards the market, nearer to it than the stop that stands and
 * at least the least distance away. Null where the stop is to stay, and where the first stop lay on the entry or on the
 * winning side of it, so that there is no R to count in.
 */
export function nextStop(facts: StopFacts, rules: ExitRules): DecimalText | null {
  const { position, stopQuote, instrument } = facts;
  const isLong = position.side === 'long';
  const ahead = (price: Amount | DecimalText, of: Amount | DecimalText) =>
    isLong ? decimal(price).minus(of) : decimal(of).minus(price);
  const risk = ahead(position.entryPriceQuote, facts.firstStopQuote);
  const profit = ahead(position.markPriceQuote, position.entryPriceQuote);
  if (risk.lte(0) || profit.lte(0)) return null;
  const leastDistance = leastDistanceOf(facts, rules);
  let next: Amount | null = null;
  for (const gain of [breakEvenGain(facts, profit, risk, rules), trailingGain(facts, profit, risk, rules)]) {
    if (gain === null) continue;
    const price = decimal(position.entryPriceQuote).plus(isLong ? gain : gain.times(-1));
    const trigger = roundToStep(price, instrument.tickSizeQuote, isLong ? 'up' : 'down');
    if (ahead(position.markPriceQuote, trigger).lt(leastDistance)) continue;
    if (ahead(trigger, next ?? stopQuote).gt(0)) next = trigger;
  }
  return next === null ? null : decimalText(next);
}

/** How far beyond the entry the fees of both sides are earned back; null before the rule applies. */
function breakEvenGain(
  { position, instrument }: StopFacts,
  profit: Amount,
  risk: Amount,
  { breakEven }: ExitRules,
): Amount | null {
  if (breakEven === null || profit.lt(risk.times(breakEven.atProfitR))) return null;
  const fee = decimal(instrument.takerFeeFraction);
  const kept = position.side === 'long' ? decimal(1).minus(fee) : decimal(1).plus(fee);
  return divideDecimals(decimal(position.entryPriceQuote).times(fee).times(2), kept, 18, 'up');
}

/** The last whole step that lies behind the price by the trailing distance; null before the rule applies. */
function trailingGain(facts: StopFacts, profit: Amount, risk: Amount, rules: ExitRules): Amount | null {
  const { trailing, minDistanceFraction } = rules;
  if (trailing === null || profit.lt(risk.times(trailing.fromProfitR))) return null;
  const { position, instrument } = facts;
  const step = larger(
    risk.times(trailing.stepR),
    decimal(position.entryPriceQuote).times(minDistanceFraction),
  );
  // A tick more, since the step is rounded towards the market.
  const behind = larger(
    risk.times(trailing.behindR),
    leastDistanceOf(facts, rules).plus(instrument.tickSizeQuote),
  );
  const gain = profit.minus(behind);
  return gain.lt(0) ? null : roundToStep(gain, decimalText(step), 'down');
}

function leastDistanceOf({ position }: StopFacts, { minDistanceFraction }: ExitRules): Amount {
  return decimal(position.markPriceQuote).times(minDistanceFraction);
}

function larger(left: Amount, right: Amount): Amount {
  return left.gt(right) ? left : right;
}
