/**
 * Watches the market for the breaker, outside any cycle: fed with the bars that have closed since the last look and with
 * every price that is pushed, it tells a trip in the moment of the price that made it. It acts on nothing itself.
 */
import { setImmediate } from 'node:timers/promises';
import { type Candle, candleAt } from '#domain/candle.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { BreakerReason } from '#domain/trading-state.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { deskLevel, RECOVERY_TRIGGER } from '#tools/breaker/desk-level.ts';
import { createMarketBreaker, type MarketAssessment, type PriceFeed } from '#tools/breaker/market-breaker.ts';
import type { MarketEvent } from '#tools/breaker/market-events.ts';
import type { MarketLimits } from '#tools/breaker/market-limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import { within } from './within.ts';

export interface MarketWatchOptions {
  readonly market: Pick<MarketData, 'candles' | 'finestTimeframe' | 'stream' | 'source'>;
  readonly nowMs: () => EpochMs;
  readonly limits: MarketLimits;
  /** Told at once, and once for each trip. */
  readonly onTrip: (trip: MarketTrip) => unknown;
  /** Asked once, before the first look. */
  readonly standing: () => Promise<StandingTrips>;
  readonly logger: Logger;
}

export interface MarketTrip {
  readonly reasons: readonly BreakerReason[];
  readonly atMs: EpochMs;
  /** Whether it was found by looking back: a person may have overridden it since. */
  readonly isOld: boolean;
}

/** What trips before this watch have left standing. */
export interface StandingTrips {
  /** When the oldest halt began that ends by the market's recovery: its fall is measured again. */
  readonly haltedSinceMs: EpochMs | null;
  readonly overriddenAtMs: EpochMs | null;
}

export interface MarketWatch {
  /** Takes what has closed since the last look, of these symbols and all before. One that cannot be read is told once. */
  look(symbols: readonly MarketSymbol[]): Promise<void>;
  /** What held at the last look or price; null before the first look and while no price is live. */
  assess(): MarketAssessment | null;
  /** Whether this watch has seen the trip of a halt that began then, and the market recover from it, in all symbols. */
  hasSeenEndOf(haltedSinceMs: EpochMs): boolean;
  /** A person has overridden the trip that stood at this time. */
  forgive(untilMs: EpochMs): void;
  close(): void;
}

/** The longest window of a trigger. */
const LOOK_BACK_MS = 4 * HOUR_MS;
/** A halt that is older waits for a person: nobody reads a month of bars to end it. */
const LONGEST_LOOK_BACK_MS = 7 * DAY_MS;
/** A trip by a price is found again on the bar that holds it; one by a cycle's bars a look later. */
const TOLD_WITHIN_MS = 15 * MINUTE_MS;
/** A print from further ahead would have the breaker wait for that time to come. */
const AHEAD_MS = MINUTE_MS;
/** After so many bars others have a turn: a week of many symbols is a hundred thousand. */
const FED_AT_ONCE = 2_000;
/** Wall time. */
const READ_WITHIN_MS = 30_000;

interface WatchedSymbol {
  readonly bars: PriceFeed;
  fedToMs: EpochMs;
  /** Ends the prints of it; null until its past has been told. */
  unlisten: (() => void) | null;
}

/** A bar that has closed at `atMs`, on its way to the breaker. */
interface ClosedBar extends Candle {
  readonly of: WatchedSymbol;
  readonly atMs: EpochMs;
}

export function createMarketWatch(options: MarketWatchOptions): MarketWatch {
  const { market, nowMs, limits, onTrip, standing, logger } = options;
  const breaker = createMarketBreaker(limits);
  const widthMs = TIMEFRAME_MS[market.finestTimeframe];
  const place = market.source.name;
  const watched = new Map<MarketSymbol, WatchedSymbol>();
  const unread = new Set<MarketSymbol>();
  let isWarm = false;
  let fedToMs: EpochMs = 0;
  let fromMs: EpochMs | null = null;
  let lookedToMs: EpochMs = 0;
  /** When halts of the trips that were seen may have been stored. */
  const haltsSeen: { readonly fromMs: EpochMs; readonly toMs: EpochMs }[] = [];

  function heard(events: readonly MarketEvent[]): void {
    for (const event of events) {
      if (event.kind === 'tripped') {
        // In a fast replay hours go by between a price and what is stored of it.
        const toMs = isWarm ? nowMs() + LOOK_BACK_MS : event.atMs + TOLD_WITHIN_MS;
        haltsSeen.push({ fromMs: event.atMs - TOLD_WITHIN_MS, toMs });
        continue;
      }
      const words = event.kind === 'cleared' ? 'the market has recovered' : 'a false print was not believed';
      logger.warn({ ...event }, words);
    }
    // What lies back before the first look is over, or still stands at its end.
    if (isWarm && events.some(({ kind }) => kind === 'tripped')) onTrip(tripNow());
  }

  /** Why it is tripped: what stands over its threshold or, where that is over, that the market is not back yet. */
  function tripNow(): MarketTrip {
    const assessment = breaker.assess(fedToMs);
    const tripped = deskLevel(assessment, undefined).reasons.filter(({ level }) => level === 'tripped');
    const standing = tripped.filter(({ trigger }) => trigger !== RECOVERY_TRIGGER);
    const reasons = standing.length > 0 ? standing : tripped;
    return { reasons, atMs: assessment.recovery?.trippedAtMs ?? fedToMs, isOld: !isWarm };
  }

  async function standingTrips(): Promise<StandingTrips> {
    try {
      return await standing();
    } catch (err) {
      // Prices of now cannot wait for it. What may be halted for an older fall waits for a person.
      logger.warn({ err }, 'nobody knows which halts stand: this watch cannot tell when they end');
      return { haltedSinceMs: null, overriddenAtMs: null };
    }
  }

  /** Four hours back, or as far as the fall of a halt that still stands. */
  function beginsAt(toMs: EpochMs, { haltedSinceMs }: StandingTrips): EpochMs {
    const sinceMs = haltedSinceMs ?? toMs;
    return Math.max(toMs - LONGEST_LOOK_BACK_MS, Math.min(toMs, sinceMs) - LOOK_BACK_MS) - widthMs;
  }

  function watch(symbol: MarketSymbol): WatchedSymbol {
    const about = { symbol, asset: baseOf(symbol), place, widthMs };
    const begunMs = fromMs ?? nowMs() - LOOK_BACK_MS - widthMs;
    const added = { bars: breaker.feed(about), fedToMs: begunMs, unlisten: null };
    watched.set(symbol, added);
    return added;
  }

  /** Prints come when the past has been told: they are of now, and bars before them would be out of date. */
  function listen(symbol: MarketSymbol, known: WatchedSymbol): void {
    const prints = breaker.feed({ symbol, asset: baseOf(symbol), place, widthMs: 0 });
    const stop = market.stream?.onPrice([symbol], ({ kind, atMs, priceQuote }) => {
      if (kind !== 'last' || atMs > nowMs() + AHEAD_MS) return;
      fedToMs = Math.max(fedToMs, atMs);
      heard(prints.print({ atMs, price: priceQuote }));
    });
    known.unlisten = stop ?? (() => {});
  }

  async function closedBars(symbol: MarketSymbol, toMs: EpochMs): Promise<ClosedBar[]> {
    const of = watched.get(symbol) ?? watch(symbol);
    if (toMs < of.fedToMs + widthMs) return [];
    const timeframe = market.finestTimeframe;
    const reading = market.candles({ symbol, timeframe, fromMs: of.fedToMs, toMs });
    const bars = await within(READ_WITHIN_MS, `the bars of ${symbol}`, reading);
    return Array.from({ length: bars.length }, (_, i) => candleAt(bars, i))
      .filter((bar) => bar !== null)
      .map((bar) => ({ ...bar, of, atMs: bar.openAtMs + widthMs }));
  }

  async function readBars(symbol: MarketSymbol, toMs: EpochMs): Promise<ClosedBar[]> {
    try {
      const bars = await closedBars(symbol, toMs);
      unread.delete(symbol);
      return bars;
    } catch (err) {
      if (!unread.has(symbol)) logger.warn({ symbol, err }, 'the breaker cannot read the bars of a symbol');
      unread.add(symbol);
      return [];
    }
  }

  /** All symbols' bars in the order of time: a fall is judged by what the others did then, and forgiven in its place. */
  async function feed(bars: readonly ClosedBar[], overriddenAtMs: EpochMs | null): Promise<void> {
    let forgivesAtMs = overriddenAtMs;
    const inOrder = [...bars].sort((left, right) => left.atMs - right.atMs);
    for (const [place, { of, ...bar }] of inOrder.entries()) {
      if (forgivesAtMs !== null && bar.atMs > forgivesAtMs) {
        breaker.forgive(forgivesAtMs);
        forgivesAtMs = null;
      }
      of.fedToMs = Math.max(of.fedToMs, bar.atMs);
      fedToMs = Math.max(fedToMs, bar.atMs);
      heard(of.bars.bar(bar));
      if (place % FED_AT_ONCE === FED_AT_ONCE - 1) await setImmediate();
    }
    if (forgivesAtMs !== null) breaker.forgive(forgivesAtMs);
  }

  /** What cannot be read any more and is asked for by nobody keeps no halt from its end. */
  function forget(symbols: readonly MarketSymbol[]): void {
    for (const symbol of [...unread]) {
      if (symbols.includes(symbol)) continue;
      unread.delete(symbol);
      watched.get(symbol)?.unlisten?.();
      watched.delete(symbol);
    }
  }

  return {
    async look(symbols) {
      const toMs = nowMs();
      const before = isWarm ? null : await standingTrips();
      if (before !== null) fromMs = beginsAt(toMs, before);
      const all = [...new Set([...watched.keys(), ...symbols])];
      const bars = await Promise.all(all.map((symbol) => readBars(symbol, toMs)));
      await feed(bars.flat(), before?.overriddenAtMs ?? null);
      heard(breaker.recover(toMs));
      lookedToMs = toMs;
      forget(symbols);
      for (const [symbol, known] of watched) if (known.unlisten === null) listen(symbol, known);
      const liquidations = market.stream?.liquidations() ?? null;
      if (liquidations !== null) heard(breaker.liquidations({ atMs: toMs, ...liquidations }));
      if (before === null) return;
      const old = breaker.level === 'tripped' ? tripNow() : null;
      fromMs = null;
      isWarm = true;
      if (old !== null) onTrip(old);
    },
    assess() {
      const assessment = isWarm ? breaker.assess(lookedToMs) : null;
      return assessment?.isBlind === false ? assessment : null;
    },
    hasSeenEndOf(haltedSinceMs) {
      const isSeen = haltsSeen.some(({ fromMs, toMs }) => fromMs <= haltedSinceMs && haltedSinceMs <= toMs);
      return isSeen && unread.size === 0 && breaker.level !== 'tripped';
    },
    forgive: breaker.forgive,
    close() {
      for (const { unlisten } of watched.values()) unlisten?.();
    },
  };
}
