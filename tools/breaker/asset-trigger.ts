/** One trigger over all sources of its asset: what they claim, and what of it is believed. */
import type { EpochMs } from '#domain/time.ts';
import type { MarketLimits } from './market-limits.ts';
import type { Fall, PriceSource, WrongPrice } from './price-source.ts';
import { createTriggerLevel, type TriggerLevel } from './trigger-level.ts';

/** A crossing that was not believed and did not hold. */
export interface FalseCrossing {
  readonly atMs: EpochMs;
  readonly kind: 'wick' | 'one_venue';
  readonly value: number;
}

export interface AssetTrigger {
  readonly name: string;
  readonly limit: number;
  readonly level: TriggerLevel;
  /** The source that stands for the value. */
  readonly symbol: string | null;
  /** Judges anew after a piece of this source was believed. */
  judge(
    source: PriceSource,
    nowMs: EpochMs,
  ): { readonly hasTripped: boolean; readonly wrong: FalseCrossing | null };
  /** Judges a doubted crossing anew after something else was told; true when it trips. */
  reconsider(nowMs: EpochMs): boolean;
  /** Notes a price of this source that waits to be believed. */
  notice(source: PriceSource, nowMs: EpochMs): void;
  /** Measures anew with the next piece. */
  forgive(): void;
  /** How far a price that was not believed would have gone over the limit; null when it would not have tripped. */
  wrong(source: PriceSource, price: WrongPrice): number | null;
}

/** How one source is measured for this trigger. */
export interface Gauge {
  readonly believed: (source: PriceSource) => Fall;
  /** What a price that still waits would make of it. */
  readonly waiting: (source: PriceSource) => number;
  /** What a price that turned out wrong would have made of it. */
  readonly wrong: (source: PriceSource, wrong: WrongPrice) => number;
}

const CALM = { hasTripped: false, wrong: null };

/**
 * A source's claim is what its last print or a bar's close holds; a bar's low only where the close itself stands at
 * `watch`, or another place or a companion saw it too. A claim over the limit counts at once, unless other places as
 * fine and as fresh saw nothing near it: then when it is held.
 */
export function createAssetTrigger(options: {
  readonly name: string;
  readonly limit: number;
  readonly limits: MarketLimits;
  readonly sources: readonly PriceSource[];
  /** Of assets that fall together with this one: they can vouch for a fall, and never speak against it. */
  readonly companions: () => readonly PriceSource[];
  readonly gauge: Gauge;
}): AssetTrigger {
  const { name, limit, limits, sources, companions, gauge } = options;
  const { oneVenueHoldMs, witnessMs } = limits.plausibility;
  const watch = limit * limits.watchShare;
  const level = createTriggerLevel({ ...limits, limit });
  const doubts = new Map<PriceSource, FalseCrossing>();
  let symbol: string | null = null;
  let told: PriceSource | null = null;

  /** What others that are as fine and as fresh saw: null where there are none but companions, and they saw nothing. */
  function isSeenElsewhere(source: PriceSource, nowMs: EpochMs): boolean | null {
    const freshMs = Math.max(source.widthMs, witnessMs);
    const isWitness = (other: PriceSource) =>
      other.widthMs <= source.widthMs && other.isLive(nowMs) && other.lastAtMs >= nowMs - freshMs;
    const saw = (other: PriceSource) => gauge.believed(other).deepest >= watch;
    const places = sources.filter((other) => other.place !== source.place && isWitness(other));
    if (places.some(saw) || companions().some((other) => isWitness(other) && saw(other))) return true;
    return places.length === 0 ? null : false;
  }

  function believedOf(source: PriceSource, nowMs: EpochMs): number {
    const { held } = gauge.believed(source);
    const deepest = deepestOf(source, nowMs);
    if (deepest < limit || level.level === 'tripped') return held;
    const isSeen = isSeenElsewhere(source, nowMs);
    if (isSeen || (held >= watch && isSeen === null) || isHeld(source, held)) {
      doubts.delete(source);
      return deepest;
    }
    const doubt = doubts.get(source);
    const kind = held >= limit ? 'one_venue' : (doubt?.kind ?? 'wick');
    doubts.set(source, {
      atMs: doubt?.atMs ?? nowMs,
      kind,
      value: Math.max(doubt?.value ?? 0, deepest),
    });
    return Math.min(held, watch);
  }

  /** Another series may be ahead of one that was told just now. */
  function isOfNow(source: PriceSource, nowMs: EpochMs): boolean {
    return source === told || source.lastAtMs === nowMs;
  }

  /** A bar's low was a price of that bar and is none of the time after it. */
  function deepestOf(source: PriceSource, nowMs: EpochMs): number {
    const { held, deepest } = gauge.believed(source);
    return isOfNow(source, nowMs) ? deepest : held;
  }

  /**
   * The finest series that are live; coarser bars of other places as they close, until this has tripped: what they
   * would tell after that, the finer ones told before.
   */
  function speaking(nowMs: EpochMs): PriceSource[] {
    const live = sources.filter((source) => source.isLive(nowMs));
    const finestMs = Math.min(...live.map(({ widthMs }) => widthMs));
    return live.filter((source) => {
      if (source.widthMs === finestMs) return true;
      if (!isOfNow(source, nowMs) || level.hasTripped) return false;
      return !live.some(({ place, widthMs }) => place === source.place && widthMs < source.widthMs);
    });
  }

  /** Whether a doubted fall still stands, long enough after it was first seen. */
  function isHeld(source: PriceSource, held: number): boolean {
    const doubt = doubts.get(source);
    const holdMs = Math.max(1, source.widthMs === 0 ? oneVenueHoldMs : source.widthMs);
    return doubt !== undefined && held >= limit && source.lastAtMs - doubt.atMs >= holdMs;
  }

  /** The doubt about an earlier piece that the newest one ends. */
  function refutedDoubt(source: PriceSource): FalseCrossing | null {
    const doubt = doubts.get(source);
    if (!doubt || doubt.atMs === source.lastAtMs || gauge.believed(source).held >= watch) return null;
    doubts.delete(source);
    return doubt;
  }

  /** Nearly always: nothing stood at `watch` before, and this source is nowhere near it. */
  function isCalm(source: PriceSource): boolean {
    const wasCalm = level.level === 'clear' && level.crossedAtMs === null && doubts.size === 0;
    return wasCalm && gauge.believed(source).deepest < watch && gauge.waiting(source) < watch;
  }

  function measure(nowMs: EpochMs): boolean {
    let value = 0;
    let isCrossed = false;
    for (const one of speaking(nowMs)) {
      isCrossed ||= deepestOf(one, nowMs) >= limit || gauge.waiting(one) >= limit;
      const believed = believedOf(one, nowMs);
      if (believed < value || (believed === 0 && symbol !== null)) continue;
      value = believed;
      symbol = one.symbol;
    }
    const hasTripped = level.take({ value, isCrossed }, nowMs);
    if (hasTripped) doubts.clear();
    return hasTripped;
  }

  return {
    name,
    limit,
    level,
    get symbol() {
      return symbol;
    },
    judge(source, nowMs) {
      if (isCalm(source)) return CALM;
      const wrong = refutedDoubt(source);
      told = source;
      return { hasTripped: measure(nowMs), wrong };
    },
    reconsider(nowMs) {
      told = null;
      return doubts.size > 0 && measure(nowMs);
    },
    forgive() {
      level.forgive();
      doubts.clear();
    },
    notice(source, nowMs) {
      if (gauge.waiting(source) >= limit) level.notice(nowMs);
    },
    wrong(source, price) {
      const value = gauge.wrong(source, price);
      return value >= limit && level.level !== 'tripped' ? value : null;
    },
  };
}
