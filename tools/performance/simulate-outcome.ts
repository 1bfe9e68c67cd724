/**
 * What a proposal would have come to on the bars after its decision. A reckoning on candles, worse than the real thing
 * where a candle leaves doubt, and the same for every policy that is compared. No order is sent or read here.
 */
import type { Big } from 'big.js';
import { type Candle, type CandleSeries, candleAt, firstBarFrom } from '#domain/candle.ts';
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { type EpochMs, HOUR_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { type TradingCosts, takenPrice } from './trading-costs.ts';

/** An open with the size to reckon with: a verdict's where the gate or the Risk agent shrank it. */
export type SizedProposal = Pick<
  TradeProposal,
  'side' | 'quantityBase' | 'entryPriceQuote' | 'stopPriceQuote' | 'targetPriceQuote' | 'atMs'
>;

export interface OutcomeTerms extends TradingCosts {
  /** Settlements of the symbol, oldest first; those outside the holding time are passed over. */
  readonly fundings: readonly FundingSettlement[];
  /** When a later decision closes the position; absent: no decision does. */
  readonly closeAtMs?: EpochMs;
  /** How long it may be held; absent: to the last bar. */
  readonly holdAtMostMs?: number;
}

export interface SimulatedOutcome {
  /** `closed` by a later decision; `open` is marked at the last bar, as if it were closed there. */
  readonly status: 'stopped' | 'target' | 'closed' | 'timed_out' | 'open';
  readonly entryPriceQuote: DecimalText;
  readonly entryAtMs: EpochMs;
  readonly exitPriceQuote: DecimalText;
  /** The open of the bar where it ended at an open, else the close of the bar it ended in. */
  readonly exitAtMs: EpochMs;
  /** Slippage is in the prices, so it is in here. */
  readonly grossQuote: DecimalText;
  /** Taker fees of both sides. */
  readonly feesQuote: DecimalText;
  /** Paid; negative when received. */
  readonly fundingQuote: DecimalText;
  /** Gross less fees and funding, to the last digit. */
  readonly netQuote: DecimalText;
  /** Loss at the stop as it was proposed, taker fees of both sides included; null without a stop. */
  readonly riskQuote: DecimalText | null;
  /** Net over risk; null without a risk. */
  readonly rMultiple: number | null;
  /** The worst unrealised loss and the best unrealised gain of its bars, before costs; never negative. */
  readonly maxAdverseQuote: DecimalText;
  readonly maxFavourableQuote: DecimalText;
}

/** How long after the decision the first bar may open: later than this the market was not there to enter. */
export const ENTER_WITHIN_MS = HOUR_MS;

/**
 * Enters at the open of the first bar that opens at or after the decision, as a taker, and walks the bars from there.
 * Bars before the decision are passed over, so nothing the decision could not know is missing and nothing it could is
 * used. A bar that touches both the stop and the target ends at the stop. A stop fills at its price, or at the open of
 * a bar that opens past it; a target never better than at its price. Every fill is slipped against the position by
 * half the spread and the impact of the paper venue, then rounded against it to the tick.
 *
 * Null when there is nothing to reckon: no bar within `ENTER_WITHIN_MS`, a size of zero, or a first bar that opens at
 * or past the stop or the target, which the gate refuses at the placement. Liquidation is not reckoned, as stops stand
 * before it: a gap past it costs more here than on a venue. Stops stay where they were proposed: nothing trails.
 *
 * Quantities in base units, money in quote currency, exact. O(bars held).
 */
export function simulateOutcome(
  proposal: SizedProposal,
  candlesAfter: CandleSeries,
  terms: OutcomeTerms,
): SimulatedOutcome | null {
  const first = firstBarFrom(candlesAfter, proposal.atMs);
  const opening = candleAt(candlesAfter, first);
  if (opening === null || opening.openAtMs > proposal.atMs + ENTER_WITHIN_MS) return null;
  const isLong = proposal.side === 'long';
  const quantity = decimal(proposal.quantityBase);
  const levels = {
    sign: isLong ? 1 : -1,
    stop: numberOrNull(proposal.stopPriceQuote),
    target: numberOrNull(proposal.targetPriceQuote),
    endsAt: deadlineOf(opening.openAtMs, terms),
  };
  if (quantity.lte(0) || isStopAt(opening.open, levels) || isTargetAt(opening.open, levels)) return null;
  const entry = takenPrice(
    {
      side: isLong ? 'buy' : 'sell',
      quantity,
      referenceQuote: opening.open,
      volumeBase: opening.volume,
    },
    terms,
  );
  const { exit, worstQuote, bestQuote } = walkBars(candlesAfter, { first, opening }, levels);
  const exitPrice = takenPrice(
    {
      side: isLong ? 'sell' : 'buy',
      quantity,
      referenceQuote: exit.referenceQuote,
      volumeBase: exit.bar.volume,
    },
    terms,
  );
  const gross = exitPrice.minus(entry).times(quantity).times(levels.sign);
  const fees = entry.plus(exitPrice).times(quantity).times(decimal(terms.takerFeeFraction));
  const held = { fromMs: opening.openAtMs, toMs: exit.fundedToMs, openQuote: opening.open };
  const funding = fundingOf(held, candlesAfter, terms.fundings).times(quantity).times(levels.sign);
  const net = gross.minus(fees).minus(funding);
  const risk = riskOf(proposal, quantity, terms.takerFeeFraction);
  return {
    status: exit.status,
    entryPriceQuote: decimalText(entry),
    entryAtMs: opening.openAtMs,
    exitPriceQuote: decimalText(exitPrice),
    exitAtMs: exit.atMs,
    grossQuote: decimalText(gross),
    feesQuote: decimalText(fees),
    fundingQuote: decimalText(funding),
    netQuote: decimalText(net),
    riskQuote: risk === null ? null : decimalText(risk),
    rMultiple: risk === null || risk.lte(0) ? null : Number(net) / Number(risk),
    maxAdverseQuote: decimalText(decimal(opening.open).minus(worstQuote).abs().times(quantity)),
    maxFavourableQuote: decimalText(decimal(bestQuote).minus(opening.open).abs().times(quantity)),
  };
}

interface Levels {
  /** 1 for a long, -1 for a short. */
  readonly sign: number;
  readonly stop: number | null;
  readonly target: number | null;
  readonly endsAt: { readonly atMs: EpochMs; readonly status: 'closed' | 'timed_out' };
}

interface Exit {
  readonly status: SimulatedOutcome['status'];
  readonly bar: Candle;
  readonly referenceQuote: number;
  readonly atMs: EpochMs;
  /** Settlements up to here were paid: a bar's own close comes after what ends inside the bar. */
  readonly fundedToMs: EpochMs;
}

interface Walked {
  readonly exit: Exit;
  /** The prices farthest from the entry on either side of it; of the last bar what may have come before the end. */
  readonly worstQuote: number;
  readonly bestQuote: number;
}

function walkBars(
  bars: CandleSeries,
  { first, opening }: { readonly first: number; readonly opening: Candle },
  levels: Levels,
): Walked {
  const { sign } = levels;
  const worse = sign > 0 ? Math.min : Math.max;
  const better = sign > 0 ? Math.max : Math.min;
  let worstQuote = opening.open;
  let bestQuote = opening.open;
  let last = opening;
  const ended = (exit: Exit): Walked => ({
    exit,
    worstQuote: worse(worstQuote, exit.referenceQuote),
    bestQuote: better(bestQuote, exit.referenceQuote),
  });
  for (let index = first; index < bars.length; index += 1) {
    const bar = candleAt(bars, index) ?? last;
    const exit = endIn(bar, bar.openAtMs + TIMEFRAME_MS[bars.timeframe], levels, opening);
    // Which extreme of its last bar came first is not known: a target may have been met after the worst of it.
    if (exit === null || exit.status === 'target') worstQuote = worse(worstQuote, bar.low, bar.high);
    if (exit !== null) return ended(exit);
    bestQuote = better(bestQuote, bar.low, bar.high);
    last = bar;
  }
  const atMs = last.openAtMs + TIMEFRAME_MS[bars.timeframe];
  return ended({ status: 'open', bar: last, referenceQuote: last.close, atMs, fundedToMs: atMs });
}

/** Null when the bar does not end it. A stop acts before a decision at the same open: on a venue it rests there. */
function endIn(bar: Candle, closeAtMs: EpochMs, levels: Levels, opening: Candle): Exit | null {
  const { sign, stop, target, endsAt } = levels;
  const fundedToMs = bar.openAtMs;
  const atOpen = { bar, referenceQuote: bar.open, atMs: bar.openAtMs, fundedToMs };
  if (isStopAt(bar.open, levels)) return { status: 'stopped', ...atOpen };
  if (bar.openAtMs >= endsAt.atMs && bar.openAtMs > opening.openAtMs)
    return { status: endsAt.status, ...atOpen };
  const inside = { bar, atMs: closeAtMs, fundedToMs };
  const [against, inFavour] = sign > 0 ? [bar.low, bar.high] : [bar.high, bar.low];
  if (stop !== null && isStopAt(against, levels))
    return { status: 'stopped', referenceQuote: stop, ...inside };
  if (target !== null && isTargetAt(inFavour, levels))
    return { status: 'target', referenceQuote: target, ...inside };
  return null;
}

function isStopAt(priceQuote: number, { stop, sign }: Levels): boolean {
  return stop !== null && (priceQuote - stop) * sign <= 0;
}

function isTargetAt(priceQuote: number, { target, sign }: Levels): boolean {
  return target !== null && (priceQuote - target) * sign >= 0;
}

function deadlineOf(
  entryAtMs: EpochMs,
  { closeAtMs = Number.POSITIVE_INFINITY, holdAtMostMs = Number.POSITIVE_INFINITY }: OutcomeTerms,
): Levels['endsAt'] {
  const timedOutAtMs = entryAtMs + holdAtMostMs;
  return closeAtMs <= timedOutAtMs
    ? { atMs: closeAtMs, status: 'closed' }
    : { atMs: timedOutAtMs, status: 'timed_out' };
}

/** Of one base unit of a long: each rate on the last close before its settlement, as the paper venue pays it. */
function fundingOf(
  held: { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly openQuote: number },
  bars: CandleSeries,
  fundings: readonly FundingSettlement[],
): Big {
  const widthMs = TIMEFRAME_MS[bars.timeframe];
  let paid = decimal(0);
  for (const { atMs, rateFraction } of fundings) {
    if (atMs <= held.fromMs || atMs > held.toMs) continue;
    const before = firstBarFrom(bars, atMs - widthMs + 1) - 1;
    const hasClosed = (bars.openAtMs[before] ?? -1) >= held.fromMs;
    const mark = (hasClosed ? bars.close[before] : undefined) ?? held.openQuote;
    paid = paid.plus(decimal(mark).times(decimal(rateFraction)));
  }
  return paid;
}

function riskOf(proposal: SizedProposal, quantity: Big, takerFeeFraction: number): Big | null {
  if (proposal.stopPriceQuote === null) return null;
  const entry = decimal(proposal.entryPriceQuote);
  const stop = decimal(proposal.stopPriceQuote);
  const fees = entry.plus(stop).times(decimal(takerFeeFraction));
  return entry.minus(stop).abs().plus(fees).times(quantity);
}

function numberOrNull(text: DecimalText | null): number | null {
  return text === null ? null : Number(text);
}
