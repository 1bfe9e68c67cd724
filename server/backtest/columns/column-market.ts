/** A backtest's market as columns, made once: bars, points, trends, alarms and settlements. */
import type { CandleSeries } from '#domain/candle.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { lookBackSpan, snapshotTimeframes } from '#exchanges/replay/snapshot-timeframes.ts';
import type { MarketLimits } from '#tools/breaker/market-limits.ts';
import { alarmColumn } from '#tools/columns/fall-columns.ts';
import { type VoteColumns, voteColumns } from '#tools/columns/vote-columns.ts';
import { WATCHED_FOR_SPIKES } from '../../engine/spike-watch.ts';
import type { BacktestMarket } from '../open-backtest-market.ts';

export interface SymbolColumns extends VoteColumns {
  readonly symbol: MarketSymbol;
  readonly base: CandleSeries;
  /** Finest first. */
  readonly watched: readonly CandleSeries[];
  readonly settlements: readonly FundingSettlement[];
  /** Whether a settlement is ever so high that one side counts as crowded. */
  readonly mayBeCrowded: boolean;
}

export interface ColumnMarket {
  readonly symbols: readonly SymbolColumns[];
  /** Place of Bitcoin among them, −1 where it is not there. */
  readonly bitcoin: number;
  readonly alarms: Uint8Array;
  /** The bar that closes at the walk's first instant. */
  readonly firstBar: number;
  readonly barMs: number;
}

/** Half of what the Context agent's rules call crowded (agents/context-rules.ts): an estimate may lie over what is settled. */
const NEARLY_CROWDED_FRACTION = 0.00025;

export async function openColumnMarket(
  { market, symbols, fromMs, toMs }: BacktestMarket,
  { windowBars, limits }: { readonly windowBars: number; readonly limits: MarketLimits },
): Promise<ColumnMarket> {
  const timeframe = market.finestTimeframe;
  const { fromMs: beginsMs } = lookBackSpan(fromMs, windowBars);
  const barsOf = (symbol: MarketSymbol) => market.candles({ symbol, timeframe, fromMs: beginsMs, toMs });
  const all: SymbolColumns[] = [];
  for (const symbol of symbols) {
    const settlements = await market.fundingBetween(symbol, beginsMs, toMs);
    all.push(symbolColumns(await barsOf(symbol), settlements, windowBars));
  }
  const length = all[0]?.base.length ?? 0;
  const pegs: CandleSeries[] = [];
  for (const symbol of (await market.watchOnly?.()) ?? []) {
    const peg = await barsOf(symbol);
    pegs.push(peg);
  }
  const isAligned = (peg: CandleSeries) => peg.length === length;
  const alarms = alarmColumn(
    all.map(({ base }) => base),
    pegs.filter(isAligned),
    limits,
  );
  // A pegged pair with holes is asked at every bar.
  if (!pegs.every(isAligned)) alarms.fill(1);
  const barMs = TIMEFRAME_MS[timeframe];
  return {
    ...{ symbols: all, alarms, barMs },
    bitcoin: all.findIndex(({ symbol }) => baseOf(symbol) === 'BTC'),
    firstBar: (fromMs - barMs - (all[0]?.base.openAtMs[0] ?? 0)) / barMs,
  };
}

function symbolColumns(
  base: CandleSeries,
  settlements: readonly FundingSettlement[],
  windowBars: number,
): SymbolColumns {
  const built = new Map<Timeframe, CandleSeries>([[base.timeframe, base]]);
  const seriesOf = (timeframe: Timeframe) => {
    const known = built.get(timeframe) ?? buildTimeframe(base, timeframe);
    built.set(timeframe, known);
    return known;
  };
  const timeframes = snapshotTimeframes(base.timeframe);
  const frames = new Map(timeframes.map((timeframe) => [timeframe, seriesOf(timeframe)]));
  const fastTimeframe = timeframes[0] ?? base.timeframe;
  const watched = WATCHED_FOR_SPIKES.filter(
    (timeframe) => TIMEFRAME_MS[timeframe] % TIMEFRAME_MS[base.timeframe] === 0,
  ).map(seriesOf);
  return {
    ...{ symbol: base.symbol, base, watched, settlements },
    ...voteColumns({ base, frames, fastTimeframe }, windowBars),
    mayBeCrowded: settlements.some(({ rateFraction }) => Math.abs(rateFraction) >= NEARLY_CROWDED_FRACTION),
  };
}

/** The instant a bar closes at. */
export function closeOf({ symbols, barMs }: ColumnMarket, bar: number): EpochMs {
  return (symbols[0]?.base.openAtMs[bar] ?? Number.NaN) + barMs;
}
