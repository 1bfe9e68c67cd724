/** A desk that never traded and a log in which nobody wrote: for tests of the HTTP border. */
import type { ApiDeps } from '#server/api-deps.ts';
import { sharpeRatio, sortinoRatio } from '#tools/performance/equity-figures.ts';
import { tradeFigures } from '#tools/performance/trade-figures.ts';

export function fakeFigures(
  noted: (name: string, input: unknown) => void,
): Pick<ApiDeps, 'performance' | 'logs'> {
  return {
    performance: async ({ deskId }, span) => {
      noted('performance', { deskId, ...span });
      return {
        ...{ deskId, ...span, isWhole: true, equity: null, buyAndHold: null, buyAndHoldReason: 'no curve' },
        ...{ trades: tradeFigures([]), sharpe: sharpeRatio([], 0), sortino: sortinoRatio([], 0) },
      };
    },
    logs: {
      after: async () => [],
      bounds: async () => ({ oldestId: null, latestId: null }),
      beforeNewest: async () => 0,
      subscribe: async () => () => Promise.resolve(),
    },
  };
}
