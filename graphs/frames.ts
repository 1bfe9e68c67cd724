/** The heavy half of a run: candles, indicator columns and signals, kept in memory and rebuilt from the snapshot. */
import { AppError } from '#domain/errors.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import type { Signal } from '#domain/signal.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import type { Timeframe } from '#domain/time.ts';
import {
  computeIndicatorFrame,
  createFrameBuffer,
  INDICATOR_KEYS,
  type IndicatorFrame,
} from '#tools/indicators/indicator-frame.ts';
import { assessSymbol } from '#tools/signals/assess-symbol.ts';
import { OWN_POINTS, weighedDeskStrategyOf } from '#tools/strategies/desk-strategies.ts';
import { followStrategy } from '#tools/strategies/follow-strategy.ts';

export interface Frame {
  readonly snapshot: MarketSnapshot;
  readonly signals: ReadonlyMap<MarketSymbol, Signal>;
}

export interface FrameStore {
  keep(runId: string, frame: Frame): void;
  get(runId: string): Frame | undefined;
  /** Forgets a run that has ended. */
  drop(runId: string): void;
}

export function createFrameStore(): FrameStore {
  const frames = new Map<string, Frame>();
  return {
    keep: (runId, frame) => frames.set(runId, frame),
    get: (runId) => frames.get(runId),
    drop: (runId) => frames.delete(runId),
  };
}

/** The one of BTC, as the market's backdrop; null where it is not in the universe. */
export function bitcoinOf<Seen extends { readonly symbol: MarketSymbol }>(all: Iterable<Seen>): Seen | null {
  return [...all].find(({ symbol }) => baseOf(symbol) === 'BTC') ?? null;
}

/**
 * Indicators on every timeframe and the signal of every sound symbol, a strategy's where the snapshot names one in the
 * place of the desk's points. Pure in the snapshot.
 */
export function measure(snapshot: MarketSnapshot): Frame {
  const { follows: strategy } = weighedDeskStrategyOf(
    snapshot.strategy ?? OWN_POINTS,
    snapshot.weights ?? null,
  );
  const btc = bitcoinOf(snapshot.markets.values());
  const { fastTimeframe, asOfMs: atMs, heardSpikes = [] } = snapshot;
  const backdrop = { btc, fastTimeframe, atMs, heardSpikes };
  const signals = new Map<MarketSymbol, Signal>();
  const buffers = new Map<Timeframe, Float64Array>();
  for (const market of snapshot.markets.values()) {
    const frames = new Map<Timeframe, IndicatorFrame>();
    for (const [timeframe, series] of market.series) {
      frames.set(timeframe, computeIndicatorFrame(series, bufferFor(buffers, timeframe, series.length)));
    }
    const signal = assessSymbol(market, frames, backdrop);
    signals.set(market.symbol, strategy === null ? signal : followStrategy(signal, market, strategy));
  }
  return { snapshot, signals };
}

/** One buffer for each timeframe: a symbol's columns are read before the next symbol overwrites them. */
function bufferFor(
  buffers: Map<Timeframe, Float64Array>,
  timeframe: Timeframe,
  length: number,
): Float64Array {
  const known = buffers.get(timeframe);
  const isLongEnough = known !== undefined && known.length >= INDICATOR_KEYS.length * length;
  const buffer = isLongEnough ? known : createFrameBuffer(length);
  buffers.set(timeframe, buffer);
  return buffer;
}

export interface FrameSources {
  readonly frames: FrameStore;
  readonly snapshots: { load(snapshotId: string): Promise<MarketSnapshot | null> };
}

/** The run's frame; after a restart it is measured again on the same frozen snapshot. */
export async function frameOf(
  run: { readonly runId: string; readonly snapshotId: string | undefined },
  deps: FrameSources,
): Promise<Frame> {
  const kept = deps.frames.get(run.runId);
  if (kept !== undefined) return kept;
  const snapshot = run.snapshotId === undefined ? null : await deps.snapshots.load(run.snapshotId);
  if (snapshot === null) {
    throw new AppError(
      'internal',
      `snapshot ${run.snapshotId ?? '(none)'} of run ${run.runId} cannot be found again`,
    );
  }
  const frame = measure(snapshot);
  deps.frames.keep(run.runId, frame);
  return frame;
}
