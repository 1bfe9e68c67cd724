/** Counts how long positions stood without a live stop of their size, by the venue's own clock. */
import { Big } from 'big.js';
import type { EpochMs } from '#domain/time.ts';
import { type AlgoOrder, type HeldPosition, openPositions, type VenueState } from './venue-state.ts';

export interface CoverTally {
  /** To be called after everything that may change a position or a stop. */
  observe(state: VenueState): void;
  /** The longest naked span so far, one that still lasts included. */
  nakedMs(symbol: string, nowMs: EpochMs): number;
}

const STOPS = new Set(['STOP', 'STOP_MARKET', 'TRAILING_STOP_MARKET']);

export function createCoverTally(): CoverTally {
  const nakedSinceMs = new Map<string, EpochMs>();
  const longestMs = new Map<string, number>();
  const lengthen = (symbol: string, ms: number) =>
    longestMs.set(symbol, Math.max(longestMs.get(symbol) ?? 0, ms));
  return {
    observe(state) {
      const nowMs = state.nowMs();
      const naked = new Set(
        openPositions(state)
          .filter((held) => !isCovered(state, held))
          .map(({ symbol }) => symbol),
      );
      for (const symbol of naked) if (!nakedSinceMs.has(symbol)) nakedSinceMs.set(symbol, nowMs);
      for (const [symbol, sinceMs] of nakedSinceMs) {
        lengthen(symbol, nowMs - sinceMs);
        if (!naked.has(symbol)) nakedSinceMs.delete(symbol);
      }
    },
    nakedMs(symbol, nowMs) {
      const sinceMs = nakedSinceMs.get(symbol);
      return Math.max(longestMs.get(symbol) ?? 0, sinceMs === undefined ? 0 : nowMs - sinceMs);
    },
  };
}

function isCovered(state: VenueState, held: HeldPosition): boolean {
  const stops = state.algoOrders.filter((algo) => protects(state, algo, held));
  if (stops.some(({ closePosition }) => closePosition)) return true;
  const covered = stops.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
  return covered.gte(held.quantity.abs());
}

function protects(state: VenueState, algo: AlgoOrder, held: HeldPosition): boolean {
  const closingSide = held.quantity.gt(0) ? 'SELL' : 'BUY';
  const isActive = algo.type !== 'TRAILING_STOP_MARKET' || algo.extreme !== null;
  return (
    algo.status === 'NEW' &&
    isActive &&
    STOPS.has(algo.type) &&
    algo.symbol === held.symbol &&
    algo.side === closingSide &&
    algo.positionSide === held.positionSide &&
    (state.isHedged || algo.closePosition || algo.reduceOnly)
  );
}
