/**
 * Watches the market for the breaker, outside any cycle: fed with the bars that have closed since the last look and with
 * every price that is pushed, it tells a trip in the moment of the price that made it. It acts on nothing itself.
 */
import { candleAt } from '#domain/candle.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { BreakerReason } from '#domain/trading-state.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { createMarketBreaker, type MarketEvent, type PriceFeed } from '#tools/breaker/market-breaker.ts';
import type { MarketLimits } from '#tools/breaker/market-limits.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface MarketWatchOptions {
  readonly market: Pick<MarketData, 'candles' | 'finestTimeframe' | 'stream' | 'source'>;
  readonly nowMs: () => EpochMs;
  readonly limits: MarketLimits;
  /** Told at once, and once for each trip. */
  readonly onTrip: (reasons: readonly BreakerReason[]) => void;
  readonly logger: Logger;
}

export interface MarketWatch {
  /** Takes what has closed since the last look, of these symbols and all before. One that cannot be read is told once. */
  look(symbols: readonly MarketSymbol[]): Promise<void>;
  close(): void;
}

/** The longest window of a trigger. */
const LOOK_BACK_MS = 4 * HOUR_MS;

interface WatchedSymbol {
  readonly bars: PriceFeed;
  fedToMs: EpochMs;
}

export function createMarketWatch(options: MarketWatchOptions): MarketWatch {
  const { market, nowMs, limits, onTrip, logger } = options;
  const breaker = createMarketBreaker(limits);
  const widthMs = TIMEFRAME_MS[market.finestTimeframe];
  const place = market.source.name;
  const watched = new Map<MarketSymbol, WatchedSymbol>();
  const unlisten: (() => void)[] = [];
  const unread = new Set<MarketSymbol>();
  let isWarm = false;
  let fedToMs: EpochMs = 0;

  function heard(events: readonly MarketEvent[]): void {
    for (const event of events) {
      if (event.kind === 'tripped') continue;
      const words = event.kind === 'cleared' ? 'the market has recovered' : 'a false print was not believed';
      logger.warn({ ...event }, words);
    }
    // What lies back before the first look is over, or still stands at its end.
    if (isWarm && events.some(({ kind }) => kind === 'tripped')) onTrip(tripReasons());
  }

  function tripReasons(): BreakerReason[] {
    const { reasons } = breaker.assess(fedToMs);
    return reasons.filter(({ level }) => level === 'tripped').map(({ symbol: _symbol, ...reason }) => reason);
  }

  function watch(symbol: MarketSymbol): WatchedSymbol {
    const about = { symbol, asset: baseOf(symbol), place };
    const prints = breaker.feed({ ...about, widthMs: 0 });
    const stop = market.stream?.onPrice([symbol], ({ kind, atMs, priceQuote }) => {
      if (kind !== 'last') return;
      fedToMs = Math.max(fedToMs, atMs);
      heard(prints.print({ atMs, price: priceQuote }));
    });
    if (stop) unlisten.push(stop);
    const added = { bars: breaker.feed({ ...about, widthMs }), fedToMs: nowMs() - LOOK_BACK_MS - widthMs };
    watched.set(symbol, added);
    return added;
  }

  async function feedBars(symbol: MarketSymbol, toMs: EpochMs): Promise<void> {
    const known = watched.get(symbol) ?? watch(symbol);
    if (toMs < known.fedToMs + widthMs) return;
    const fromMs = known.fedToMs;
    const bars = await market.candles({ symbol, timeframe: market.finestTimeframe, fromMs, toMs });
    for (let i = 0; i < bars.length; i++) {
      const bar = candleAt(bars, i);
      if (bar === null) break;
      const atMs = bar.openAtMs + widthMs;
      known.fedToMs = Math.max(known.fedToMs, atMs);
      fedToMs = Math.max(fedToMs, atMs);
      heard(known.bars.bar({ ...bar, atMs }));
    }
  }

  async function readBars(symbol: MarketSymbol, toMs: EpochMs): Promise<void> {
    try {
      await feedBars(symbol, toMs);
      unread.delete(symbol);
    } catch (err) {
      if (!unread.has(symbol)) logger.warn({ symbol, err }, 'the breaker cannot read the bars of a symbol');
      unread.add(symbol);
    }
  }

  return {
    async look(symbols) {
      const toMs = nowMs();
      const all = [...new Set([...watched.keys(), ...symbols])];
      await Promise.all(all.map((symbol) => readBars(symbol, toMs)));
      const liquidations = market.stream?.liquidations() ?? null;
      if (liquidations !== null) heard(breaker.liquidations({ atMs: toMs, ...liquidations }));
      if (isWarm) return;
      isWarm = true;
      if (breaker.level === 'tripped') onTrip(tripReasons());
    },
    close() {
      for (const stop of unlisten) stop();
    },
  };
}
