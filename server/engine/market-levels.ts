/**
 * What the market's breaker means for each desk, by the guard after every look: the level is stored where cycles and the
 * gate read it, at `watch` stops on the side at risk are brought nearer, and a halt that ends by the market's recovery
 * ends with it. A person may override a trip for a desk; the market is then measured anew.
 */

import type { TradingStateRepository } from '#db/repositories/trading-state.ts';
import type { EpochMs } from '#domain/time.ts';
import type { AtRisk, TradingState } from '#domain/trading-state.ts';
import { type DeskLevel, deskLevel } from '#tools/breaker/desk-level.ts';
import type { MarketAssessment } from '#tools/breaker/market-breaker.ts';
import { watchOccasion } from '#tools/breaker/trip-occasion.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MarketTrip, MarketWatch, StandingTrips } from './market-watch.ts';
import { SET_BY_GUARD, type TripDesk } from './trips.ts';

export interface LevelDesk extends TripDesk {
  readonly orders: TripDesk['orders'] & Pick<OrderDesk, 'tightenStops'>;
}

export interface MarketLevelOptions {
  readonly tradingState: Pick<
    TradingStateRepository,
    'read' | 'level' | 'setWatch' | 'recover' | 'breakerEvent'
  >;
  /** Market time. */
  readonly nowMs: () => EpochMs;
  /** How long a halt stands at least. */
  readonly calmMs: number;
  /** Told when a desk's level or state is another one. */
  readonly onState: (deskId: string) => Promise<unknown>;
  readonly logger: Logger;
}

export interface MarketLevels {
  /** Never throws: what failed is told, and done with the next look. */
  judge(desk: LevelDesk, watch: MarketWatch): Promise<void>;
  /** What the trips of watches before this one have left standing. */
  standing(desks: readonly Pick<TripDesk, 'deskId'>[]): Promise<StandingTrips>;
  /** The desks an old trip still concerns: no person has overridden it since, as far as that can be read. */
  concerned<Desk extends TripDesk>(desks: readonly Desk[], trip: MarketTrip): Promise<Desk[]>;
}

/** Numbers of a level that stays the same are stored every tenth look. */
const REFRESH_LOOKS = 10;

export function createMarketLevels(options: MarketLevelOptions): MarketLevels {
  const { tradingState, nowMs, calmMs, onState, logger } = options;
  const stored = new Map<string, { readonly text: string; looks: number }>();
  /** The occasion each desk's stops were tightened for. */
  const tightened = new Map<string, string>();
  const forgiven = new WeakMap<MarketWatch, EpochMs>();
  const failing = new Set<string>();

  async function judge(desk: LevelDesk, watch: MarketWatch): Promise<void> {
    const { deskId } = desk;
    const before = await tradingState.read(deskId);
    forgive(watch, before);
    const assessment = watch.assess();
    if (assessment === null) return;
    const isNew = await keepLevel(deskId, deskLevel(assessment, before.overriddenAtMs), before);
    const state = isNew ? await tradingState.read(deskId) : before;
    if (state.mode !== 'halted' && state.atRisk !== undefined) await tighten(desk, state.atRisk);
    if (state.mode === 'halted' && state.endsBy === 'recovery' && watch.isWhole())
      await recover(desk, state, assessment);
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
    const occasion = watchOccasion(atRisk);
    if (tightened.get(deskId) === occasion) return;
    const notes = await orders.tightenStops(occasion, atRisk.sides);
    if (notes.every(({ action }) => action !== 'failed')) tightened.set(deskId, occasion);
    if (notes.length === 0) return;
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

  /** A cycle that still sees a trip on its own bars keeps the halt. */
  async function recover(
    { deskId, symbols }: LevelDesk,
    state: TradingState,
    { level }: MarketAssessment,
  ): Promise<void> {
    const atMs = nowMs();
    if (level === 'tripped' || atMs - state.sinceMs < calmMs) return;
    if ((await tradingState.level(deskId)).level === 'tripped') return;
    const reason = `the market has recovered from: ${state.reason}`;
    if (!(await tradingState.recover(deskId, state, { reason, setBy: SET_BY_GUARD, atMs }))) return;
    const actions = [{ name: 'armed', atMs, detail: reason }];
    await tradingState.breakerEvent({
      ...{ deskId, runId: null, level: 'clear', reasons: [], actions, symbols: [...symbols], atMs },
    });
    logger.warn({ deskId, reason }, 'the desk may trade again');
    await onState(deskId);
  }

  return {
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
        return (state?.overriddenAtMs ?? 0) < atMs;
      };
      const answers = await Promise.all(desks.map(isConcerned));
      return desks.filter((_desk, i) => answers[i]);
    },
  };
}
