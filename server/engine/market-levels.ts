/**
 * What the market's breaker means for each desk, by the guard after every look: the level is stored where cycles and the
 * gate read it, at `watch` stops on the side at risk are brought nearer, and a halt that ends by the market's recovery
 * ends with it. A person may override a trip for a desk; the market is then measured anew.
 */

import type { TradingStateRepository } from '#db/repositories/trading-state.ts';
import type { EpochMs } from '#domain/time.ts';
import type { AtRisk, HaltEnd, TradingState } from '#domain/trading-state.ts';
import { type DeskLevel, deskLevel } from '#tools/breaker/desk-level.ts';
import { watchOccasion } from '#tools/breaker/trip-occasion.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MarketTrip, MarketWatch, StandingTrips } from './market-watch.ts';
import type { Remembered, Remembers } from './remembers.ts';
import { SET_BY_GUARD, type TripDesk, type Trips } from './trips.ts';

export interface LevelDesk extends TripDesk {
  readonly orders: TripDesk['orders'] & Pick<OrderDesk, 'tightenStops'>;
}

export interface MarketLevelOptions {
  readonly tradingState: Pick<
    TradingStateRepository,
    'read' | 'level' | 'setWatch' | 'recover' | 'breakerEvent' | 'breakerEvents'
  >;
  /** Market time. */
  readonly nowMs: () => EpochMs;
  /** How long a halt stands at least. */
  readonly calmMs: number;
  /** What ends a halt of the market: with `person` nothing here does, whatever a halt was stored with. */
  readonly marketHaltsEndBy: HaltEnd;
  readonly trips: Pick<Trips, 'trip'>;
  readonly remembered?: LevelMemory;
  /** Told when a desk's level or state is another one. */
  readonly onState: (deskId: string) => Promise<unknown>;
  readonly logger: Logger;
}

/** What was stored last and what stops were tightened for, and how many looks ago. */
export interface LevelMemory {
  readonly stored: Remembered<{ readonly text: string; readonly looks: number }>;
  readonly tightened: Remembered<{ readonly occasion: string; readonly looks: number }>;
}

export interface MarketLevels {
  /** A lead begins: what another guard has stored meanwhile is not known here. */
  begin(): void;
  /** Never throws: what failed is told, and done with the next look. */
  judge(desk: LevelDesk, watch: MarketWatch): Promise<void>;
  /** What the trips of watches before this one have left standing. */
  standing(desks: readonly Pick<TripDesk, 'deskId'>[]): Promise<StandingTrips>;
  /** The desks an old trip still concerns: no person has overridden it since, as far as that can be read. */
  concerned<Desk extends TripDesk>(desks: readonly Desk[], trip: MarketTrip): Promise<Desk[]>;
}

/** Numbers of a level that stays the same are stored every tenth look, and stops asked for again that are to be nearer. */
const REFRESH_LOOKS = 10;

export function createMarketLevels(options: MarketLevelOptions): MarketLevels & Remembers<LevelMemory> {
  const { tradingState, nowMs, calmMs, marketHaltsEndBy, trips, onState, logger } = options;
  const stored = new Map<string, { readonly text: string; looks: number }>(options.remembered?.stored);
  /** What each desk's stops were tightened for, and how many looks ago. */
  const tightened = new Map<string, { readonly occasion: string; looks: number }>(
    options.remembered?.tightened,
  );
  const forgiven = new WeakMap<MarketWatch, EpochMs>();
  const failing = new Set<string>();

  async function judge(desk: LevelDesk, watch: MarketWatch): Promise<void> {
    const { deskId } = desk;
    const before = await tradingState.read(deskId);
    forgive(watch, before);
    const assessment = watch.assess();
    if (assessment === null) return;
    const level = deskLevel(assessment, before.overriddenAtMs);
    const isNew = await keepLevel(deskId, level, before);
    const state = isNew ? await tradingState.read(deskId) : before;
    // A person has spoken meanwhile: what was judged before says nothing against it.
    if (state.overriddenAtMs !== before.overriddenAtMs) return;
    if (state.mode !== 'halted' && level.level === 'tripped') return haltAgain(desk, level);
    if (state.mode !== 'halted' && state.atRisk !== undefined) await tighten(desk, state.atRisk);
    if (state.mode === 'halted' && state.endsBy === 'recovery') await recover(desk, state, watch);
  }

  /** A trip is told once; a desk that trades under it all the same, by a race or a restart, is halted by its level. */
  async function haltAgain(desk: LevelDesk, { reasons }: DeskLevel): Promise<void> {
    const tripped = reasons.filter(({ level }) => level === 'tripped');
    await trips.trip([desk], { reasons: tripped, endsBy: marketHaltsEndBy });
  }

  function forgive(watch: MarketWatch, { overriddenAtMs }: TradingState): void {
    if (overriddenAtMs === undefined || overriddenAtMs <= (forgiven.get(watch) ?? 0)) return;
    forgiven.set(watch, overriddenAtMs);
    watch.forgive(overriddenAtMs);
  }

  /** True when it is another one than at the last look. */
  async function keepLevel(deskId: string, level: DeskLevel, state: TradingState): Promise<boolean> {
    const overriddenAtMs = state.overriddenAtMs ?? null;
    const triggers = level.reasons.map(({ trigger, level: its }) => [trigger, its]);
    const text = JSON.stringify([overriddenAtMs, level.level, triggers]);
    const before = stored.get(deskId);
    const isSame = before?.text === text;
    if (isSame && (level.level === 'clear' || before.looks < REFRESH_LOOKS)) {
      before.looks += 1;
      return false;
    }
    await tradingState.setWatch(deskId, { ...level, atMs: nowMs(), overriddenAtMs });
    stored.set(deskId, { text, looks: 0 });
    if (!isSame) await onState(deskId);
    return !isSame;
  }

  async function tighten({ deskId, orders, symbols }: LevelDesk, atRisk: AtRisk): Promise<void> {
    const occasion = `${watchOccasion(atRisk)} ${atRisk.sides.join()}`;
    const before = tightened.get(deskId);
    if (before?.occasion === occasion && before.looks < REFRESH_LOOKS) {
      before.looks += 1;
      return;
    }
    tightened.set(deskId, { occasion, looks: 0 });
    const notes = await orders.tightenStops(watchOccasion(atRisk), atRisk.sides);
    if (notes.some(({ action }) => action === 'failed')) tightened.delete(deskId);
    if (notes.length === 0 || notes.every(({ action }) => action === 'failed')) return;
    const atMs = nowMs();
    const { level, reasons } = await tradingState.level(deskId);
    const actions = notes.map(({ action, symbol, detail }) => ({
      name: `${action} ${symbol}`,
      atMs,
      detail,
    }));
    await tradingState.breakerEvent({
      deskId,
      runId: null,
      level,
      reasons,
      actions,
      symbols: [...symbols],
      atMs,
    });
    for (const note of notes) logger.info({ deskId, ...note }, 'a stop is brought nearer');
  }

  /** The store holds it back while a cycle still sees a trip on its own bars. */
  async function recover(
    { deskId, symbols }: LevelDesk,
    state: TradingState,
    watch: MarketWatch,
  ): Promise<void> {
    const atMs = nowMs();
    if (marketHaltsEndBy === 'person' || atMs - state.sinceMs < calmMs) return;
    if (!watch.hasSeenEndOf(state.sinceMs)) return;
    const reason = `the market has recovered from: ${state.reason}`;
    if (!(await tradingState.recover(deskId, state, { reason, setBy: SET_BY_GUARD, atMs }))) return;
    const actions = [{ name: 'armed', atMs, detail: reason }];
    await tradingState.breakerEvent({
      ...{ deskId, runId: null, level: 'clear', reasons: [], actions, symbols: [...symbols], atMs },
    });
    logger.warn({ deskId, reason }, 'the desk may trade again');
    await onState(deskId);
  }

  /** Whether the halt that stands has its event: then an old trip is no news, and the halt completes itself. */
  async function isTold(deskId: string, { mode, sinceMs }: TradingState): Promise<boolean> {
    if (mode !== 'halted') return false;
    const { items } = await tradingState.breakerEvents({ limit: 20, deskIds: [deskId] });
    return items.some(
      ({ level, reasons, atMs }) => level === 'tripped' && reasons.length > 0 && atMs >= sinceMs,
    );
  }

  return {
    remembers: () => ({ stored: [...stored], tightened: [...tightened] }),
    begin() {
      stored.clear();
      tightened.clear();
    },
    async judge(desk, watch) {
      const { deskId } = desk;
      try {
        await judge(desk, watch);
        failing.delete(deskId);
      } catch (err) {
        if (!failing.has(deskId)) logger.warn({ deskId, err }, 'the level of the market could not be kept');
        failing.add(deskId);
      }
    },
    async standing(desks) {
      const states = await Promise.all(desks.map(({ deskId }) => tradingState.read(deskId)));
      const halts = states.filter(({ mode, endsBy }) => mode === 'halted' && endsBy === 'recovery');
      const overrides = states
        .map(({ overriddenAtMs }) => overriddenAtMs)
        .filter((atMs) => atMs !== undefined);
      return {
        haltedSinceMs: halts.length === 0 ? null : Math.min(...halts.map(({ sinceMs }) => sinceMs)),
        overriddenAtMs: overrides.length === 0 ? null : Math.max(...overrides),
      };
    },
    async concerned(desks, { atMs }) {
      const isConcerned = async ({ deskId }: TripDesk) => {
        const state = await tradingState.read(deskId).catch(() => null);
        if ((state?.overriddenAtMs ?? 0) >= atMs) return false;
        return state === null || !(await isTold(deskId, state));
      };
      const answers = await Promise.all(desks.map(isConcerned));
      return desks.filter((_desk, i) => answers[i]);
    },
  };
}
