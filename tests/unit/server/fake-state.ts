import type { SystemState } from '#domain/desk-event.ts';

const NOW_MS = 1_744_027_200_000;

export const STATE: SystemState = {
  mode: 'paper',
  trading: { mode: 'active', reason: 'start', setBy: 'start-up', actor: 'start-up', sinceMs: NOW_MS },
  breaker: { level: 'clear', reasons: [], atMs: null },
  market: {
    source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
    nowMs: NOW_MS,
    speed: 60,
    endsAtMs: null,
    finished: false,
  },
  model: {
    ...{ configured: false, name: null, status: 'up', sinceMs: null, reason: null, answering: null },
    ...{ whenDown: 'no_new_risk', mode: 'premium', budgetSpent: false },
    budget: { spentUsd: 0, untoldUsd: 0, limitUsd: 5 },
  },
};
