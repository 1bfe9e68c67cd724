import type { CandleSeries } from '#domain/candle.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSnapshot, MarketSource } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs, Timeframe } from '#domain/time.ts';

export interface SnapshotRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly asOfMs: EpochMs;
  /** Closed candles wanted for each symbol and timeframe. Fewer is the fault `too_short`. */
  readonly barsPerSeries: number;
  readonly snapshotId: string;
}

export interface CandleRequest {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** Bars with `fromMs <= open` that have closed at `toMs`. */
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/**
 * Where prices come from: a replay of files, the generator, or a venue's public data. Looks, never trades.
 * A bar is visible only when it has closed at the asked instant; nothing is repaired: what is wrong with a symbol's
 * data is told as faults. Replay and generator are pure in `asOfMs`: the same question gives the same answer.
 */
export interface MarketData {
  readonly source: MarketSource;
  /** The finest timeframe bars exist in for all of the universe; paper fills walk along these. */
  readonly finestTimeframe: Timeframe;
  /** The fast timeframe of snapshots: 3m where it can be built, else the finest that can. */
  readonly fastTimeframe: Timeframe;
  /** First and last instant that can be asked for, with the look-back there; null end means open-ended. */
  readonly spanMs: { readonly from: EpochMs; readonly to: EpochMs | null };
  /** What can be asked for. A symbol that is not here is `symbol_unknown`. */
  instruments(): Promise<readonly Instrument[]>;
  /** Symbols beside these whose `candles` and pushed prices are there as well: to be watched, not to be traded. */
  readonly watchOnly?: () => Promise<readonly MarketSymbol[]>;
  /** @throws AppError `symbol_unknown`, `market_finished`, `venue_unavailable` */
  snapshot(request: SnapshotRequest): Promise<MarketSnapshot>;
  /** Closed bars in a span, oldest first, built from finer ones where needed. @throws AppError `interval_unbuildable` */
  candles(request: CandleRequest): Promise<CandleSeries>;
  /** Funding settlements with `fromMs < atMs <= toMs`, oldest first; empty where none are known. */
  fundingBetween(symbol: MarketSymbol, fromMs: EpochMs, toMs: EpochMs): Promise<readonly FundingSettlement[]>;
  /** What the market pushes by itself; not there where it pushes nothing. */
  readonly stream?: MarketStream;
  close(): Promise<void>;
}

export interface FundingSettlement {
  readonly atMs: EpochMs;
  readonly rateFraction: number;
}

/** One price as it was pushed: of the last trade, or the mark price, which fires stops and liquidates. */
export interface PriceTick {
  readonly symbol: MarketSymbol;
  readonly kind: 'last' | 'mark';
  readonly priceQuote: number;
  /** The market's own time of it. */
  readonly atMs: EpochMs;
}

/** What a venue tells without being asked. It may be away at any time: whoever needs a price asks the snapshot then. */
export interface MarketStream {
  /**
   * Tells each sound price of these symbols from now on; of one symbol and kind never an older one after a newer.
   * Returns what ends it. A listener must not throw.
   */
  onPrice(symbols: readonly MarketSymbol[], listener: (tick: PriceTick) => void): () => void;
  /** The newest price told of a symbol that is listened to; null when it is too old to be used. */
  latest(symbol: MarketSymbol, kind: PriceTick['kind']): PriceTick | null;
  /** Null where the venue tells no liquidations, and until it has told the first. */
  liquidations(): LiquidationReading | null;
  health(): StreamHealth;
}

/** Forced closes of everybody on the venue, in the last hour. */
export interface LiquidationReading {
  /** What was heard of, in dollars. Venues tell a part alone, so it is at least so much. */
  readonly heardUsd: number;
  /** From when on nothing was missed that the venue told: only when this is an hour ago, a low sum means that there was little. */
  readonly unbrokenSinceMs: EpochMs;
}

export interface StreamHealth {
  readonly state: 'idle' | 'connecting' | 'streaming' | 'away';
  /** The venue's time of the newest price of all. */
  readonly lastPriceAtMs: EpochMs | null;
  /** What was told and could not be true, since the start. */
  readonly ignored: number;
}
