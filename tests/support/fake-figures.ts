/** What the fake desk tells of its figures: nothing was traded, nothing was spent, all is well. */
import type { HealthReport } from '#domain/health.ts';
import type { PerformanceReport } from '#domain/performance.ts';
import { sharpeRatio, sortinoRatio } from '#tools/performance/equity-figures.ts';
import { tradeFigures } from '#tools/performance/trade-figures.ts';

/** Undefined for a resource that is no figure. */
export function fakeFigures(resource: string | undefined, deskId: string): unknown {
  if (resource === 'performance') return noPerformance(deskId);
  if (resource === 'health')
    return { atMs: 1, ready: true, watchedSinceMs: 0, items: [] } satisfies HealthReport;
  return undefined;
}

function noPerformance(deskId: string): PerformanceReport {
  return {
    ...{ deskId, fromMs: 0, toMs: 1, isWhole: true, equity: null },
    ...{ trades: tradeFigures([]), sharpe: sharpeRatio([], 0), sortino: sortinoRatio([], 0) },
    ...{ buyAndHold: null, buyAndHoldReason: 'there is no equity curve in this span' },
  };
}
