/**
 * Watches the market for spikes, outside any cycle: fed with the bars that have closed since the last look and with every
 * price that is pushed, it tells a spike in the moment of the price or bar that made it. It acts on nothing itself.
 */
import { setImmediate } from 'node:timers/promises';
import type { SpikeNotice } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import {
  barOpenAtMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  TIMEFRAME_MS,
  Timeframe,
} from '#domain/time.ts';
import type { MarketData, PriceTick } from '#exchanges/ports/market-data.ts';
import type { SpikeSignal } from '#tools/spikes/spike-detector.ts';
import { STREAM_THRESHOLDS } from '#tools/spikes/spike-options.ts';
import { createSpikeStream } from '#tools/spikes/spike-stream.ts';
import { MOST_TOLD_PER_HOUR, type Telling, ToldSpikes } from '#tools/spikes/told-spikes.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface SpikeWatchOptions {
  readonly market: Pick<MarketData, 'candles' | 'finestTimeframe' | 'stream'>;
  readonly nowMs: () => EpochMs;
  /** What was told in the last hour, by whoever watched: asked once, so that a new watch repeats nothing. */
  readonly toldLately: () => Promise<readonly SpikeNotice[]>;
  /** Told at once, from within the call that brought the price. Must not throw. */
  readonly onSpike: (notice: SpikeNotice) => void;
  readonly mostPerHour?: number;
  readonly logger: Logger;
}

export interface SpikeWatch {
  /**
   * Takes what has closed since the last look, of these symbols; others are forgotten. A look that is asked for while one
   * is under way is that one. Does not reject: what cannot be read is told once.
   */
  look(symbols: readonly MarketSymbol[]): Promise<void>;
  health(): SpikeWatchHealth;
  close(): void;
}

export interface SpikeWatchHealth {
  readonly symbols: number;
  /** What became of the signals; `stale`: of before the watch could have told them in time. */
  readonly signals: Readonly<Record<Telling | 'stale', number>>;
  /** Prices and bars that could not be true. */
  readonly ignored: number;
}

export const WATCHED_FOR_SPIKES: readonly Timeframe[] = ['1m', '3m', '15m', '1h'];
/** How late a bar may come, and how much of the past is news to a watch that begins. */
const NEWS_FOR_MS = 5 * MINUTE_MS;
/** How far two clocks that were compared may still differ. */
const AHEAD_TOLERANCE_MS = SECOND_MS;
/** A bar that is not there yet, or could not be read, is asked for again after this. */
const ASKED_AGAIN_AFTER_MS = 5 * SECOND_MS;

/** Of one symbol: up to when bars were taken, and from when on more of them may be asked for, by timeframe. */
interface Fed {
  readonly toMs: Map<Timeframe, EpochMs>;
  readonly notBeforeMs: Map<Timeframe, EpochMs>;
  unlisten: (() => void) | null;
}

export function createSpikeWatch(options: SpikeWatchOptions): SpikeWatch {
  const { market, nowMs, logger, mostPerHour = MOST_TOLD_PER_HOUR } = options;
  const finestMs = TIMEFRAME_MS[market.finestTimeframe];
  const timeframes = WATCHED_FOR_SPIKES.filter((timeframe) => TIMEFRAME_MS[timeframe] % finestMs === 0);
  const stream = createSpikeStream({ symbols: [], timeframes }, hear);
  const told = new ToldSpikes(mostPerHour);
  const fed = new Map<MarketSymbol, Fed>();
  const unread = new Set<MarketSymbol>();
  const signals = { told: 0, repeated: 0, over_limit: 0, stale: 0 };
  let ignored = 0;
  let lookedAtMs = nowMs();
  let newsFromMs = lookedAtMs - NEWS_FOR_MS;
  let looking: Promise<void> | null = null;
  let isKnown = false;
  let hasFailed = false;
  let isClosed = false;

  function hear({ sigmas: robustSigmas, interval, ...signal }: SpikeSignal): void {
    const notice: SpikeNotice = { ...signal, timeframe: Timeframe.parse(interval), robustSigmas };
    const outcome = notice.atMs < newsFromMs ? 'stale' : told.take(notice);
    signals[outcome] += 1;
    if (outcome === 'told') options.onSpike(notice);
    if (outcome === 'over_limit' && signals.over_limit === 1)
      logger.info({ ...notice, mostPerHour }, 'a symbol spikes more often in an hour than is told');
  }

  function take({ symbol, kind, atMs, priceQuote }: PriceTick): void {
    if (kind !== 'last') return;
    const isPossible = Number.isInteger(atMs) && atMs <= nowMs() + AHEAD_TOLERANCE_MS;
    // A time that lies ahead would make every price until then a late one.
    if (isPossible) stream.tick(symbol, atMs, priceQuote, 0);
    else ignored += 1;
  }

  async function feedBars(symbol: MarketSymbol, timeframe: Timeframe, known: Fed): Promise<void> {
    const widthMs = TIMEFRAME_MS[timeframe];
    const toMs = nowMs();
    const fedToMs = known.toMs.get(timeframe) ?? 0;
    if (toMs < fedToMs + widthMs || toMs < (known.notBeforeMs.get(timeframe) ?? 0)) return;
    // One more bar than the baseline for the first return, and those that are news themselves.
    const lookBackMs = (STREAM_THRESHOLDS.baselineBars + 1) * widthMs + NEWS_FOR_MS;
    const fromMs = Math.max(fedToMs, barOpenAtMs(toMs - lookBackMs, timeframe), 0);
    known.notBeforeMs.set(timeframe, toMs + ASKED_AGAIN_AFTER_MS);
    const { length, openAtMs, open, close, volume } = await market.candles({
      symbol,
      timeframe,
      fromMs,
      toMs,
    });
    const detector = stream.detector(symbol, timeframe);
    for (let i = 0; i < length; i++) {
      const atMs = openAtMs[i] ?? Number.NaN;
      detector?.bar(atMs, open[i] ?? Number.NaN, close[i] ?? Number.NaN, volume[i] ?? Number.NaN);
      known.toMs.set(timeframe, atMs + widthMs);
    }
  }

  /** One question after the other: a hundred at once would stand before whatever else the venue is asked. */
  async function feed(symbol: MarketSymbol): Promise<void> {
    const known = fed.get(symbol) ?? { toMs: new Map(), notBeforeMs: new Map(), unlisten: null };
    fed.set(symbol, known);
    stream.watch(symbol);
    try {
      for (const timeframe of timeframes) await feedBars(symbol, timeframe, known);
      unread.delete(symbol);
      // Only now: prices that come before the bars would make these late.
      if (!isClosed) known.unlisten ??= market.stream?.onPrice([symbol], take) ?? null;
    } catch (err) {
      if (!unread.has(symbol) && !isClosed)
        logger.warn({ symbol, err }, 'the watch for spikes cannot read a symbol');
      unread.add(symbol);
    }
  }

  /** The finest timeframe sees every price, and more bars than the others. */
  function ignoredOf(symbol: MarketSymbol): number {
    const untaken = timeframes[0] && stream.detector(symbol, timeframes[0])?.untaken;
    return untaken ? untaken.unsound + untaken.leapt : 0;
  }

  function forget(symbol: MarketSymbol): void {
    fed.get(symbol)?.unlisten?.();
    fed.delete(symbol);
    ignored += ignoredOf(symbol);
    unread.delete(symbol);
    stream.forget(symbol);
  }

  /** Without what was told a watch would tell it again, so it waits for the database that knows. */
  async function isSeeded(): Promise<boolean> {
    if (isKnown) return true;
    try {
      for (const notice of await options.toldLately()) told.take(notice);
      isKnown = true;
    } catch (err) {
      if (!hasFailed) logger.warn({ err }, 'the watch for spikes waits for what was told before it');
      hasFailed = true;
    }
    return isKnown;
  }

  async function look(symbols: readonly MarketSymbol[]): Promise<void> {
    const atMs = nowMs();
    if (!(await isSeeded())) return;
    // What closed since the last look is news, however fast the market's time runs; what a long sleep missed is not.
    newsFromMs = Math.max(lookedAtMs - NEWS_FOR_MS, atMs - HOUR_MS);
    lookedAtMs = atMs;
    const wanted = new Set(symbols);
    for (const symbol of fed.keys()) if (!wanted.has(symbol)) forget(symbol);
    for (const symbol of wanted) {
      if (isClosed) return;
      await feed(symbol);
      // A source that answers from memory would let no pushed price come in between.
      await setImmediate();
    }
    told.forgetBefore(atMs - HOUR_MS);
  }

  return {
    look(symbols) {
      looking ??= look(symbols).finally(() => {
        looking = null;
      });
      return looking;
    },
    health: () => ({
      symbols: fed.size,
      signals: { ...signals },
      ignored: [...fed.keys()].reduce((sum, symbol) => sum + ignoredOf(symbol), ignored),
    }),
    close() {
      isClosed = true;
      for (const symbol of [...fed.keys()]) forget(symbol);
    },
  };
}
