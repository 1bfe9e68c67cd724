/**
 * The market's circuit breaker, fed price by price (REQUIREMENTS, Circuit breaker). Pure: its only time is that of what
 * it is fed. It knows no account, position or leverage, and acts on nothing: whoever feeds it does.
 */
import type { EpochMs } from '#domain/time.ts';
import { type BreakerLevel, graverLevel } from '#domain/trading-state.ts';
import type { AssetTrigger } from './asset-trigger.ts';
import type { PricePiece } from './believe-price.ts';
import {
  blindReason,
  fallMessage,
  HURT_BY_BOTH,
  HURT_BY_FALL,
  liquidationMessage,
  type MarketReason,
  reasonOf,
  type SpokenTrigger,
} from './breaker-reasons.ts';
import { createLiquidationTrigger } from './liquidation-trigger.ts';
import type { MarketEvent } from './market-events.ts';
import type { MarketLimits } from './market-limits.ts';
import { createMarketTrigger } from './market-trigger.ts';
import { LONG_WINDOW, type WatchedAsset, watchAsset } from './market-triggers.ts';
import { createPriceSource, type PriceSource, type SourceAbout, type WrongPrice } from './price-source.ts';
import { createTripRecovery, type HourOfLiquidations, type Recovery } from './trip-recovery.ts';

export interface MarketAssessment {
  /** `tripped` from a trip until the market has recovered, whatever the triggers say meanwhile. */
  readonly level: BreakerLevel;
  readonly reasons: readonly MarketReason[];
  /** How far the recovery is; null while nothing is tripped. */
  readonly recovery: Recovery | null;
  /** Whether no asset has a live price to measure a fall on. */
  readonly isBlind: boolean;
}

/** What one series of prices is told to. Volume is of the trades since the piece before. */
export interface PriceFeed {
  /** One trade or mark price. */
  print(print: {
    readonly atMs: EpochMs;
    readonly price: number;
    readonly volume?: number;
  }): readonly MarketEvent[];
  /** A closed bar; `atMs` is its close. */
  bar(bar: PricePiece & { readonly volume?: number }): readonly MarketEvent[];
  /** Pieces that were unsound or older than one before them: they are as if they had not come. */
  readonly ignored: number;
}

export interface MarketBreaker {
  /** Opens a series. Its pieces come in the order of time; several series may interleave as they like. */
  feed(about: SourceAbout): PriceFeed;
  liquidations(told: HourOfLiquidations): readonly MarketEvent[];
  /** The level after what was fed last. */
  readonly level: BreakerLevel;
  /** What holds at `nowMs`, which is not before anything that was fed. A market without a live price is at `watch`. */
  assess(nowMs: EpochMs): MarketAssessment;
  /** Ends a trip when the market has recovered at `nowMs`; prices of the leading asset ask this by themselves. */
  recover(nowMs: EpochMs): readonly MarketEvent[];
  /**
   * A person trades on against a trip: falls are measured from highs after `untilMs`, and trip again by that. The trip
   * that stands goes on until the market has recovered; liquidations and pegs trip again when they were clear between.
   */
  forgive(untilMs: EpochMs): void;
}

const LEADER = 'BTC';
const NOTHING: readonly MarketEvent[] = [];

export function createMarketBreaker(limits: MarketLimits): MarketBreaker {
  const assets = new Map<string, WatchedAsset>();
  const market = createMarketTrigger(limits, LONG_WINDOW);
  const liquidation = createLiquidationTrigger(limits);
  const recovery = createTripRecovery(limits.recovery);
  const spoken: SpokenTrigger[] = [
    {
      trigger: market,
      hurts: HURT_BY_FALL,
      message: (values) => fallMessage('the market', { ...values, hours: 4 }),
    },
    { trigger: liquidation, hurts: HURT_BY_BOTH, message: liquidationMessage },
  ];
  let nowMs: EpochMs = 0;
  let isTripped = false;
  /** BTC's finest source; before BTC is seen, that of what tripped. */
  let leader: PriceSource | null = null;
  let volumeTeller: PriceSource | null = null;

  function assetOf(asset: string): WatchedAsset {
    const known = assets.get(asset);
    if (known) return known;
    const watched = watchAsset(asset, limits, (other) => assets.get(other)?.sources ?? []);
    assets.set(asset, watched);
    spoken.push(...watched.triggers);
    return watched;
  }

  function take(source: PriceSource, watched: WatchedAsset, piece: PricePiece, volume: number) {
    const taken = source.take(piece);
    nowMs = Math.max(nowMs, source.lastAtMs);
    const events: MarketEvent[] = [];
    if (taken.wrong) tellWrong(source, watched, taken.wrong, events);
    for (const { trigger } of watched.triggers) {
      if (taken.changed) judge(trigger, source, events);
      else trigger.notice(source, nowMs);
    }
    if (taken.changed) reconsider(watched, events);
    if (taken.changed && watched.isInMarket && market.take(source, nowMs)) trip(market, source, events);
    if (taken.changed) follow(source, watched, volume, events);
    return events.length === 0 ? NOTHING : events;
  }

  /** What this asset shows may settle a doubt about another one. */
  function reconsider(told: WatchedAsset, events: MarketEvent[]): void {
    if (told.calmWindow === null) return;
    for (const watched of assets.values()) {
      if (watched === told) continue;
      for (const { trigger } of watched.triggers)
        if (trigger.reconsider(nowMs)) trip(trigger, watched.sources[0] ?? null, events);
    }
  }

  function judge(trigger: AssetTrigger, source: PriceSource, events: MarketEvent[]): void {
    const { hasTripped, wrong } = trigger.judge(source, nowMs);
    if (wrong && !events.some(({ kind }) => kind === 'false_print')) {
      const { atMs, value, kind: reason } = wrong;
      events.push({ kind: 'false_print', trigger: trigger.name, symbol: source.symbol, atMs, value, reason });
    }
    if (hasTripped) trip(trigger, source, events);
  }

  /** A false print is told once, by the first trigger it would have tripped. */
  function tellWrong(
    source: PriceSource,
    watched: WatchedAsset,
    price: WrongPrice,
    events: MarketEvent[],
  ): void {
    for (const { trigger } of watched.triggers) {
      const value = trigger.wrong(source, price);
      if (value === null) continue;
      const { atMs, kind: reason } = price;
      events.push({ kind: 'false_print', trigger: trigger.name, symbol: source.symbol, atMs, value, reason });
      return;
    }
  }

  function trip(trigger: SpokenTrigger['trigger'], source: PriceSource | null, events: MarketEvent[]): void {
    const { level, name, symbol } = trigger;
    isTripped = true;
    leader ??= source;
    recovery.trip({
      atMs: nowMs,
      high: leader?.high(LONG_WINDOW) ?? 0,
      price: leader?.price ?? Number.NaN,
    });
    const crossedAtMs = level.crossedAtMs ?? nowMs;
    events.push({ kind: 'tripped', trigger: name, symbol, atMs: nowMs, crossedAtMs, value: level.value });
  }

  /** What recovery goes by. */
  function follow(source: PriceSource, watched: WatchedAsset, volume: number, events: MarketEvent[]): void {
    if (watched.asset === LEADER && leads(source)) leader = source;
    if (volume > 0 && watched.asset === LEADER) countVolume(source, volume);
    if (!isTripped) return;
    const { calmWindow } = watched;
    if (calmWindow !== null && source.fall(calmWindow).held > limits.recovery.calmFallFraction)
      recovery.fell(nowMs);
    if (source !== leader) return;
    recovery.price(source.price);
    events.push(...recover());
  }

  /** Of one series alone: prints without volume may lead beside bars that tell it, and two would count twice. */
  function countVolume(source: PriceSource, volume: number): void {
    if (!volumeTeller?.isLive(nowMs) || source.widthMs < volumeTeller.widthMs) volumeTeller = source;
    if (source === volumeTeller) recovery.volume(nowMs, volume);
  }

  function leads(source: PriceSource): boolean {
    if (leader === null) return true;
    // Who leads at a trip leads to its end: of a BTC that is seen only then nobody knows how far it has fallen.
    if (leader.asset !== LEADER) return !isTripped;
    return !leader.isLive(nowMs) || source.widthMs < leader.widthMs;
  }

  function answer(): Recovery {
    return recovery.answer({
      nowMs,
      trippedTriggers: spoken.filter(({ trigger }) => trigger.level.level === 'tripped').length,
      liquidations: liquidation.told,
      isLeaderLive: leader?.isLive(nowMs) ?? false,
    });
  }

  function recover(): readonly MarketEvent[] {
    if (!isTripped || recovery.isTooSoon(nowMs)) return NOTHING;
    const answered = answer();
    if (!answered.isRecovered) return NOTHING;
    isTripped = false;
    recovery.clear();
    for (const { trigger } of spoken) trigger.level.arm();
    return [{ kind: 'cleared', atMs: nowMs, recovery: answered }];
  }

  function levelNow(): BreakerLevel {
    if (isTripped) return 'tripped';
    return spoken.reduce<BreakerLevel>(
      (gravest, { trigger }) => graverLevel(gravest, trigger.level.level),
      'clear',
    );
  }

  function isBlind(): boolean {
    return ![...assets.values()].some(
      ({ isInMarket, sources }) => isInMarket && sources.some((source) => source.isLive(nowMs)),
    );
  }

  return {
    feed(about) {
      const watched = assetOf(about.asset);
      const { windowsMs, sources } = watched;
      const source = createPriceSource(about, { windowsMs, sources, plausibility: limits.plausibility });
      sources.push(source);
      return {
        print: ({ atMs, price, volume = 0 }) =>
          take(source, watched, { atMs, open: price, high: price, low: price, close: price }, volume),
        bar: (bar) => take(source, watched, bar, bar.volume ?? 0),
        get ignored() {
          return source.ignored;
        },
      };
    },
    liquidations(told) {
      nowMs = Math.max(nowMs, told.atMs);
      const events: MarketEvent[] = [];
      if (liquidation.take(told)) trip(liquidation, leader, events);
      return events;
    },
    get level() {
      return levelNow();
    },
    assess(atMs) {
      nowMs = Math.max(nowMs, atMs);
      const reasons = spoken.flatMap(reasonOf);
      const level = levelNow();
      const progress = isTripped ? answer() : null;
      if (!isBlind()) return { level, reasons, recovery: progress, isBlind: false };
      const blind = blindReason(`none of ${assets.size} asset(s) has a live price to measure a fall on`);
      return {
        level: graverLevel(level, blind.level),
        reasons: [blind, ...reasons],
        recovery: progress,
        isBlind: true,
      };
    },
    recover(atMs) {
      nowMs = Math.max(nowMs, atMs);
      return recover();
    },
    forgive(untilMs) {
      market.level.forgive();
      for (const { sources, triggers } of assets.values()) {
        for (const source of sources) source.forgive(untilMs);
        for (const { trigger, isFall } of triggers) if (isFall) trigger.forgive();
      }
    },
  };
}
