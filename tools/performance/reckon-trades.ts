/** Turns what cycles decided into trades on the candles that came after. */
import type { Position } from '#domain/account.ts';
import type { CandleSeries } from '#domain/candle.ts';
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { propose } from '../proposals/propose.ts';
import type { RiskLimits } from '../risk/limits.ts';
import type { DecidedCycle, DecidedOpen, Decider } from './decided-cycle.ts';
import { type SimulatedOutcome, simulateOutcome } from './simulate-outcome.ts';
import type { AssumedCosts } from './trading-costs.ts';

/** What came after, of one symbol. */
export interface SymbolHistory {
  readonly series: CandleSeries;
  readonly fundings: readonly FundingSettlement[];
  readonly instrument: Instrument;
}

export interface ReckonTerms {
  readonly costs: AssumedCosts;
  readonly histories: ReadonlyMap<MarketSymbol, SymbolHistory>;
  /** For what a trade may lose, and the least time a position is held before rules close it. */
  readonly limits: RiskLimits;
}

/** One open as a trade, whether or not anything else was held. */
export interface ReckonedTrade {
  readonly runId: string;
  readonly deskId: string;
  readonly symbol: MarketSymbol;
  readonly side: Position['side'];
  readonly isByModel: boolean;
  readonly decidedAtMs: EpochMs;
  readonly exitAtMs: EpochMs;
  readonly status: SimulatedOutcome['status'];
  readonly quantityBase: DecimalText;
  readonly netQuote: DecimalText;
  /** Share of the size that was proposed: what the gate and the Risk agent left of it. */
  readonly sizeFraction: number;
  /**
   * Net over what one trade may lose at most of the equity its cycle saw: one unit for every decider, so that a smaller
   * size is seen as one. 0 where the account could not be read.
   */
  readonly r: number;
}

/** What is held longer is closed: a decision is weighed by what followed it, not by another month. */
export const HOLD_AT_MOST_MS = 7 * DAY_MS;

/**
 * Every open these cycles decided by `decider`, as a trade of its own, in the order of decision; nothing where the
 * candles do not reach. A position is closed by its stop or target, by a close that was decided, or where the rules
 * would close it on the signals of a later cycle, nobody's opinion counted: the same for every decider, since a
 * position that was never opened has no decisions of its own. `cycles` in the order of time.
 */
export function reckonTrades(
  cycles: readonly DecidedCycle[],
  decider: Decider,
  terms: ReckonTerms,
): ReckonedTrade[] {
  const byDesk = new Map<string, DecidedCycle[]>();
  const placeOf = new Map<DecidedCycle, number>();
  for (const cycle of cycles) {
    const own = byDesk.get(cycle.deskId) ?? [];
    placeOf.set(cycle, own.length);
    own.push(cycle);
    byDesk.set(cycle.deskId, own);
  }
  return cycles.flatMap((cycle) =>
    cycle[decider].opens.flatMap((open) => {
      const later = byDesk.get(cycle.deskId)?.slice((placeOf.get(cycle) ?? 0) + 1) ?? [];
      return reckonOne({ cycle, open, later, decider }, terms) ?? [];
    }),
  );
}

function reckonOne(
  decided: {
    readonly cycle: DecidedCycle;
    readonly open: DecidedOpen;
    readonly later: readonly DecidedCycle[];
    readonly decider: Decider;
  },
  terms: ReckonTerms,
): ReckonedTrade | null {
  const { cycle, open, later, decider } = decided;
  const { symbol, side } = open.proposal;
  const history = terms.histories.get(symbol);
  if (history === undefined) return null;
  const { series, instrument, fundings } = history;
  const sized = { ...open.proposal, quantityBase: open.quantityBase, atMs: cycle.atMs };
  const { takerFeeFraction, tickSizeQuote } = instrument;
  const costs = { ...terms.costs, takerFeeFraction, tickSizeQuote };
  const outcomeOf = (closeAtMs?: EpochMs) =>
    simulateOutcome(sized, series, {
      ...{ ...costs, fundings, holdAtMostMs: HOLD_AT_MOST_MS },
      ...(closeAtMs !== undefined && { closeAtMs }),
    });
  const alone = outcomeOf();
  if (alone === null) return null;
  const held = { symbol, side, quantityBase: open.quantityBase, leverage: open.proposal.leverage, ...alone };
  const closing = later.find(
    (then) =>
      then.atMs > alone.entryAtMs &&
      then.atMs < alone.exitAtMs &&
      (then[decider].closes.includes(symbol) || closesByRules(held, then, instrument, terms.limits)),
  );
  const outcome = closing === undefined ? alone : (outcomeOf(closing.atMs) ?? alone);
  const { exitAtMs, status, netQuote } = outcome;
  const mayLoseQuote = terms.limits.riskPerTradeFraction * Number(cycle.equityQuote ?? 0);
  return {
    ...{ runId: cycle.runId, deskId: cycle.deskId, symbol, side, isByModel: cycle.isByModel },
    ...{ decidedAtMs: cycle.atMs, exitAtMs, status, quantityBase: open.quantityBase, netQuote },
    sizeFraction: Number(open.quantityBase) / Number(open.proposal.quantityBase),
    r: mayLoseQuote > 0 ? Number(netQuote) / mayLoseQuote : 0,
  };
}

type Held = Pick<Position, 'symbol' | 'side' | 'quantityBase' | 'leverage'> &
  Pick<SimulatedOutcome, 'entryPriceQuote' | 'entryAtMs'>;

function closesByRules(held: Held, then: DecidedCycle, instrument: Instrument, limits: RiskLimits): boolean {
  const signal = then.signals.get(held.symbol);
  if (signal === undefined) return false;
  const { symbol, side, quantityBase, leverage, entryPriceQuote, entryAtMs } = held;
  const gained = decimal(signal.lastQuote)
    .minus(entryPriceQuote)
    .times(quantityBase)
    .times(side === 'long' ? 1 : -1);
  const position: Position = {
    ...{ positionId: '', symbol, side, quantityBase, leverage, entryPriceQuote, openedAtMs: entryAtMs },
    ...{ markPriceQuote: decimalText(signal.lastQuote), unrealisedQuote: decimalText(gained) },
    ...{ marginQuote: '0', liquidationPriceQuote: null, feesQuote: '0', fundingQuote: '0' },
  };
  const advice = then.qAdvice.get(symbol) ?? null;
  const subject = { signal, instrument, position, advice, opinion: null };
  return propose([subject], { account: null, limits, convictionWeight: 0 }).proposals.length > 0;
}

/** What a desk that holds one position of a symbol at a time takes of these, in their order. */
export function takeInTurn<Trade extends ReckonedTrade>(trades: readonly Trade[]): Trade[] {
  const heldUntilMs = new Map<string, EpochMs>();
  return trades.filter(({ deskId, symbol, decidedAtMs, exitAtMs }) => {
    const key = `${deskId} ${symbol}`;
    if (decidedAtMs < (heldUntilMs.get(key) ?? 0)) return false;
    heldUntilMs.set(key, exitAtMs);
    return true;
  });
}
