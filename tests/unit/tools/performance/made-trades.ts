import { HOUR_MS } from '#domain/time.ts';
import { BTC, proposalOf } from '#tests/support/agent-fixtures.ts';
import type { DecidedCycle } from '#tools/performance/decided-cycle.ts';
import type { ReckonedTrade } from '#tools/performance/reckon-trades.ts';

export const START_MS = Date.UTC(2026, 0, 5);

/** A trade of a model's cycle that is decided at the hour and over within it, and comes to `r` R of 100 each. */
export function tradeOf(hour: number, r: number, over: Partial<ReckonedTrade> = {}): ReckonedTrade {
  const decidedAtMs = START_MS + hour * HOUR_MS;
  return {
    ...{ runId: `run-${hour}`, deskId: 'desk', symbol: BTC, side: 'long', isByModel: true },
    ...{ decidedAtMs, exitAtMs: decidedAtMs + HOUR_MS / 2, status: 'closed', quantityBase: '1' },
    ...{ sizeFraction: 1, netQuote: String(r * 100), r },
    ...over,
  };
}

/** A cycle in which the rules open one of BTC and the model lets a share of it through. */
export function cycleOf(hour: number, share: number, over: Partial<DecidedCycle> = {}): DecidedCycle {
  const proposal = proposalOf(BTC);
  const opens = [{ proposal, quantityBase: '10' }];
  const kept = share === 0 ? [] : [{ proposal, quantityBase: String(10 * share) }];
  return {
    ...{ runId: `run-${hour}`, deskId: 'desk', atMs: START_MS + hour * HOUR_MS, isByModel: true },
    ...{ rules: { opens, closes: [] }, model: { opens: kept, closes: [] } },
    ...{ signals: new Map(), qAdvice: new Map(), equityQuote: '10000', costUsd: 0.01 },
    ...over,
  };
}
