import { z } from 'zod';
import type { CandleSeries } from './candle.ts';
import type { Instrument } from './instrument.ts';
import { Spike } from './signal.ts';
import { RegimeWeights } from './strategy-weights.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs, Timeframe } from './time.ts';

export const MarketSource = z.object({
  kind: z.enum(['replay', 'generator', 'ccxt']),
  /** What a person reads: `replay BINANCEUSDM`, `generator seed 7`, `binanceusdm`. */
  name: z.string(),
  /** True when the prices were made up; every screen must say so. */
  synthetic: z.boolean(),
});
export type MarketSource = z.infer<typeof MarketSource>;

export const Ticker = z.object({
  lastQuote: z.number().positive(),
  atMs: EpochMs,
  quoteVolume24h: z.number().nonnegative().nullable(),
});
export type Ticker = z.infer<typeof Ticker>;

export const Funding = z.object({
  /** Fraction of notional that longs pay shorts at the next settlement; negative the other way. */
  rateFraction: z.number(),
  nextAtMs: EpochMs,
});
export type Funding = z.infer<typeof Funding>;

/** Why a symbol's data may not be used. There is no silent repair: a fault keeps the symbol out of the decision. */
export const DataFaultCode = z.enum([
  'stale',
  'gap',
  'negative',
  'out_of_order',
  'duplicate',
  'impossible_range',
  'misaligned',
  'unclosed',
  'too_short',
  'unavailable',
]);
export type DataFaultCode = z.infer<typeof DataFaultCode>;

export const DataFault = z.object({
  code: DataFaultCode,
  symbol: MarketSymbol,
  timeframe: Timeframe.nullable(),
  /** Names the bar, the value and the limit. */
  message: z.string(),
});
export type DataFault = z.infer<typeof DataFault>;

/** Everything a decision about one symbol may look at. Absent funding or open interest is null, never zero. */
export interface SymbolMarket {
  readonly symbol: MarketSymbol;
  readonly instrument: Instrument;
  readonly series: ReadonlyMap<Timeframe, CandleSeries>;
  readonly ticker: Ticker;
  readonly funding: Funding | null;
  readonly openInterestQuote: number | null;
}

/**
 * The market at one instant, for the whole universe: only bars that had closed at `asOfMs`.
 * `markets` holds the sound symbols; every other asked symbol stands in `faults`.
 */
export interface MarketSnapshot {
  readonly snapshotId: string;
  readonly source: MarketSource;
  readonly asOfMs: EpochMs;
  /** The finest timeframe the source could build for all symbols (3m where possible). */
  readonly fastTimeframe: Timeframe;
  readonly timeframes: readonly Timeframe[];
  readonly markets: ReadonlyMap<MarketSymbol, SymbolMarket>;
  readonly faults: readonly DataFault[];
  /** What a watch told between cycles, frozen with the rest; absent when it told nothing. No source of prices sets it. */
  readonly heardSpikes?: readonly Spike[];
  /** What the desk traded by when it looked, frozen with the rest; absent where that were its own points. */
  readonly strategy?: string;
  /** What its strategies weighed by regime, frozen with the rest; absent where it weighs none. */
  readonly weights?: RegimeWeights;
}

/** How a snapshot is named in state, spans and records: never its candles. */
export const SnapshotRef = z.object({
  snapshotId: z.string(),
  source: MarketSource,
  asOfMs: EpochMs,
  fastTimeframe: Timeframe,
  timeframes: z.array(Timeframe),
  symbols: z.array(MarketSymbol),
  /** Number of candles over all symbols and timeframes. */
  bars: z.number().int().nonnegative(),
  faults: z.array(DataFault),
  /** What a watch told between cycles; absent when it told nothing. */
  heardSpikes: z.array(Spike).readonly().optional(),
  /** What the desk traded by; absent where that were its own points. */
  strategy: z.string().optional(),
  weights: RegimeWeights.optional(),
});
export type SnapshotRef = z.infer<typeof SnapshotRef>;

export function snapshotRef(snapshot: MarketSnapshot): SnapshotRef {
  let bars = 0;
  for (const market of snapshot.markets.values())
    for (const series of market.series.values()) bars += series.length;
  return {
    snapshotId: snapshot.snapshotId,
    source: snapshot.source,
    asOfMs: snapshot.asOfMs,
    fastTimeframe: snapshot.fastTimeframe,
    timeframes: [...snapshot.timeframes],
    symbols: [...snapshot.markets.keys()],
    bars,
    faults: [...snapshot.faults],
    ...(snapshot.heardSpikes && { heardSpikes: snapshot.heardSpikes }),
    ...(snapshot.strategy !== undefined && { strategy: snapshot.strategy }),
    ...(snapshot.weights && { weights: snapshot.weights }),
  };
}
