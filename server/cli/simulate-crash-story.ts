/**
 * What the market of a drill does, read from its candles alone: when the fall begins and how far it comes, what the
 * breaker makes of it bar by bar, and when the market is back. The desk is no part of it, and learns nothing from it.
 */
import type { CandleSeries } from '#domain/candle.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { BreakerLevel } from '#domain/trading-state.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { createMarketBreaker } from '#tools/breaker/market-breaker.ts';
import type { MarketEvent } from '#tools/breaker/market-events.ts';
import { DEFAULT_MARKET_LIMITS, MARKET } from '#tools/breaker/market-limits.ts';
import type { Recovery, RecoveryCondition } from '#tools/breaker/trip-recovery.ts';
import { type BarsOf, deepestFalls, type FallMeasure } from './simulate-crash-falls.ts';

export interface StorySpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

export interface LevelChange {
  readonly atMs: EpochMs;
  readonly level: BreakerLevel;
  readonly reasons: readonly string[];
}

/** The price that trips: the bar closed with it, which is when anybody can know. */
export interface Crossing {
  readonly trigger: string;
  /** Null for the market as a whole. */
  readonly symbol: MarketSymbol | null;
  readonly crossedAtMs: EpochMs;
  /** Later where one bar was not believed at once. */
  readonly trippedAtMs: EpochMs;
  readonly fallFraction: number;
  readonly limitFraction: number;
  /** The symbol's close then; the asset's where the market as a whole fell. */
  readonly priceQuote: number;
  readonly assetQuote: number;
}

export interface RecoveryStep {
  readonly atMs: EpochMs;
  readonly condition: RecoveryCondition['condition'];
  readonly value: number | null;
  readonly limit: number;
}

export interface MarketStory {
  readonly span: StorySpan;
  readonly barMs: number;
  /** The ends of the asset's fall, by closes. */
  readonly peak: PricePoint;
  readonly trough: PricePoint;
  /** Each twentieth of the peak that is gone for the first time. */
  readonly steps: readonly (PricePoint & { readonly fallFraction: number })[];
  readonly levels: readonly LevelChange[];
  /** The first trip; null where the breaker does not trip. */
  readonly crossing: Crossing | null;
  readonly doubts: readonly Extract<MarketEvent, { kind: 'false_print' }>[];
  /** Conditions that hold, each from when on it did for good, and when all of them did. */
  readonly recovery: readonly RecoveryStep[];
  readonly clearedAtMs: EpochMs | null;
  /** What still kept the market from being back at the end. */
  readonly unmet: Recovery['conditions'];
  readonly deepest: readonly FallMeasure[];
}

export interface PricePoint {
  readonly atMs: EpochMs;
  readonly priceQuote: number;
}

const LOOK_BACK_MS = 4 * HOUR_MS;
const STEP_FRACTION = 0.05;

/** @throws AppError of the market */
export async function readStory(
  market: Pick<MarketData, 'candles' | 'finestTimeframe' | 'source' | 'watchOnly'>,
  asked: { readonly symbol: MarketSymbol; readonly symbols: readonly MarketSymbol[] },
  span: StorySpan,
): Promise<MarketStory> {
  const { symbol, symbols } = asked;
  const timeframe = market.finestTimeframe;
  const barMs = TIMEFRAME_MS[timeframe];
  const reach = { timeframe, fromMs: Math.max(0, span.fromMs - LOOK_BACK_MS - barMs), toMs: span.toMs };
  // The guard watches these beside what its desks hold.
  const beside = ((await market.watchOnly?.()) ?? []).filter((one) => !symbols.includes(one));
  const bars: BarsOf = new Map(
    await Promise.all(
      [...symbols, ...beside].map(
        async (one) => [one, await market.candles({ ...reach, symbol: one })] as const,
      ),
    ),
  );
  const heard = hearBreaker(bars, { barMs, place: market.source.name, span });
  const { trip } = heard;
  const closeAt = (one: string, atMs: EpochMs) => {
    const series = bars.get(one);
    return series?.close[series.openAtMs.indexOf(atMs - barMs)] ?? Number.NaN;
  };
  const crossing: Crossing | null = trip && {
    ...{ trigger: trip.trigger, symbol: trip.symbol === MARKET ? null : trip.symbol },
    ...{ crossedAtMs: trip.crossedAtMs, trippedAtMs: trip.atMs },
    ...{ fallFraction: trip.value, limitFraction: trip.limit },
    priceQuote: closeAt(trip.symbol === MARKET ? symbol : (trip.symbol ?? symbol), trip.crossedAtMs),
    assetQuote: closeAt(symbol, trip.crossedAtMs),
  };
  const clearedAtMs = heard.cleared?.atMs ?? null;
  return {
    ...{ span, barMs, crossing, clearedAtMs },
    ...{ levels: heard.levels, doubts: heard.doubts, recovery: heard.recovery, unmet: heard.unmet },
    ...fallOf(pathOf(bars, symbol, barMs, span), crossing, clearedAtMs),
    deepest: deepestFalls(new Map([...bars].filter(([one]) => symbols.includes(one))), {
      barMs,
      span,
      symbol,
    }),
  };
}

interface Heard {
  trip: (Extract<MarketEvent, { kind: 'tripped' }> & { readonly limit: number }) | null;
  cleared: Extract<MarketEvent, { kind: 'cleared' }> | null;
  unmet: Recovery['conditions'];
}

/** Feeds the breaker as the guard does: every symbol's bars as they close. Listens until the market is back. */
function hearBreaker(
  bars: BarsOf,
  { barMs, place, span }: { readonly barMs: number; readonly place: string; readonly span: StorySpan },
) {
  const breaker = createMarketBreaker(DEFAULT_MARKET_LIMITS);
  const feeds = [...bars].map(([symbol, series]) => ({
    series,
    feed: breaker.feed({ symbol, asset: baseOf(symbol), place, widthMs: barMs }),
  }));
  const levels: LevelChange[] = [];
  const doubts: Extract<MarketEvent, { kind: 'false_print' }>[] = [];
  const met = new Map<string, RecoveryStep>();
  const heard: Heard = { trip: null, cleared: null, unmet: [] };

  function note(event: MarketEvent, atMs: EpochMs): void {
    if (event.kind === 'false_print') doubts.push(event);
    else if (event.kind === 'cleared') heard.cleared ??= event;
    else if (event.kind === 'tripped' && heard.trip === null) {
      const { reasons } = breaker.assess(atMs);
      const limit = reasons.find(({ trigger }) => trigger === event.trigger)?.limit ?? Number.NaN;
      heard.trip = { ...event, limit };
    }
  }

  for (const { atMs, fed } of closesInOrder(feeds, barMs)) {
    for (const { feed, piece } of fed) {
      const events = feed.bar(piece);
      if (atMs > span.fromMs) for (const event of events) note(event, atMs);
    }
    if (atMs <= span.fromMs) continue;
    const { level, reasons, recovery } = breaker.assess(atMs);
    if (level !== levels.at(-1)?.level)
      levels.push({ atMs, level, reasons: reasons.map(({ message }) => message) });
    const conditions = heard.cleared?.recovery.conditions ?? (heard.trip && recovery?.conditions) ?? [];
    if (conditions.length > 0) heard.unmet = follow(conditions, atMs, met);
    // A later trip is another story.
    if (heard.cleared !== null) break;
  }
  return { ...heard, levels, doubts, recovery: [...met.values()] };
}

/** Keeps each condition that holds with the instant since when it does; gives those that do not. */
function follow(
  conditions: Recovery['conditions'],
  atMs: EpochMs,
  met: Map<string, RecoveryStep>,
): Recovery['conditions'] {
  for (const { condition, isMet, value, limit } of conditions) {
    if (isMet === false) met.delete(condition);
    else if (isMet === true && !met.has(condition)) met.set(condition, { atMs, condition, value, limit });
  }
  return conditions.filter(({ isMet }) => isMet === false);
}

function* closesInOrder<Feed>(
  feeds: readonly { readonly series: CandleSeries; readonly feed: Feed }[],
  barMs: number,
) {
  const next = feeds.map(() => 0);
  for (;;) {
    const opens = feeds.map(({ series }, one) => series.openAtMs[next[one] ?? 0] ?? Number.POSITIVE_INFINITY);
    const openAtMs = Math.min(...opens);
    if (openAtMs === Number.POSITIVE_INFINITY) return;
    const atMs = openAtMs + barMs;
    const fed = feeds.flatMap(({ series, feed }, one) => {
      const at = next[one] ?? 0;
      if (series.openAtMs[at] !== openAtMs) return [];
      next[one] = at + 1;
      const [open, high, low, close, volume] = [
        series.open,
        series.high,
        series.low,
        series.close,
        series.volume,
      ].map((column) => column[at] ?? Number.NaN) as [number, number, number, number, number];
      return [{ feed, piece: { atMs, open, high, low, close, volume } }];
    });
    yield { atMs, fed };
  }
}

function pathOf(bars: BarsOf, symbol: MarketSymbol, barMs: number, span: StorySpan): PricePoint[] {
  const series = bars.get(symbol);
  const points: PricePoint[] = [];
  for (let i = 0; i < (series?.length ?? 0); i++) {
    const atMs = (series?.openAtMs[i] ?? 0) + barMs;
    if (atMs >= span.fromMs) points.push({ atMs, priceQuote: series?.close[i] ?? Number.NaN });
  }
  return points;
}

/**
 * Where the asset's fall begins and ends, and the twentieths on its way. Around a crossing: from the highest close of the
 * longest window before it to the lowest until the market is back; else the greatest fall of the path.
 */
function fallOf(
  path: readonly PricePoint[],
  crossing: Crossing | null,
  clearedAtMs: EpochMs | null,
): Pick<MarketStory, 'peak' | 'trough' | 'steps'> {
  const { peak, trough } =
    crossing === null ? greatestFall(path) : fallAround(path, crossing.crossedAtMs, clearedAtMs);
  const steps: (PricePoint & { readonly fallFraction: number })[] = [];
  for (const point of path) {
    if (point.atMs <= peak.atMs || point.atMs > trough.atMs) continue;
    const fallFraction = 1 - point.priceQuote / peak.priceQuote;
    const told = steps.at(-1)?.fallFraction ?? 0;
    if (Math.floor(fallFraction / STEP_FRACTION) > Math.floor(told / STEP_FRACTION))
      steps.push({ ...point, fallFraction });
  }
  return { peak, trough, steps };
}

const NOWHERE: PricePoint = { atMs: 0, priceQuote: Number.NaN };

function fallAround(path: readonly PricePoint[], crossedAtMs: EpochMs, clearedAtMs: EpochMs | null) {
  const before = path.filter(({ atMs }) => atMs > crossedAtMs - LOOK_BACK_MS && atMs <= crossedAtMs);
  const peak = before.reduce(
    (high, one) => (one.priceQuote > high.priceQuote ? one : high),
    before[0] ?? NOWHERE,
  );
  const after = path.filter(({ atMs }) => atMs >= peak.atMs && atMs <= (clearedAtMs ?? atMs));
  const trough = after.reduce((low, one) => (one.priceQuote < low.priceQuote ? one : low), after[0] ?? peak);
  return { peak, trough };
}

function greatestFall(path: readonly PricePoint[]) {
  let highest = path[0] ?? NOWHERE;
  let peak = highest;
  let trough = highest;
  for (const point of path) {
    if (point.priceQuote > highest.priceQuote) highest = point;
    if (point.priceQuote / highest.priceQuote < trough.priceQuote / peak.priceQuote) {
      peak = highest;
      trough = point;
    }
  }
  return { peak, trough };
}
