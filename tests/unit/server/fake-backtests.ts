/** Two backtests: one finished and one that waits. */
import type { Backtest, WholeBacktest } from '#domain/backtest.ts';
import { AppError } from '#domain/errors.ts';
import type { ApiDeps } from '#server/api-deps.ts';

const WAITING: Backtest = {
  ...{ backtestId: 'backtest_2', market: 'generator-7', status: 'queued', strategy: 'points' },
  source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
  ...{ symbols: ['BTC/USDT:USDT'], fromMs: 0, toMs: 60_000, createdAtMs: 2, startedAtMs: null },
  ...{ finishedAtMs: null, doneFraction: 0, doneToMs: null, trades: 0, attempts: 0, error: null },
  ...{ returnFraction: null, holdReturnFraction: null },
};

export function fakeBacktests(note: (name: string, input: unknown) => void): Pick<ApiDeps, 'backtests'> {
  const rows = new Map<string, WholeBacktest>([
    [
      'backtest_1',
      { ...WAITING, backtestId: 'backtest_1', status: 'finished', createdAtMs: 1, report: null },
    ],
    ['backtest_2', { ...WAITING, report: null }],
  ]);
  return {
    backtests: {
      choices: async () => ({
        ...{ source: WAITING.source, hindrance: null, symbols: ['BTC/USDT:USDT'], timeframe: '1m' },
        ...{ fromMs: 0, toMs: null, strategies: [], mostBars: 100 },
        suggested: { fromMs: 0, toMs: 60_000, symbols: ['BTC/USDT:USDT'] },
      }),
      async start(asked) {
        note('backtests.start', asked);
        return 'backtest_3';
      },
      async cancel(backtestId) {
        if (!rows.has(backtestId)) throw new AppError('not_found', `there is no backtest "${backtestId}"`);
        note('backtests.cancel', backtestId);
      },
      get: async (backtestId) => rows.get(backtestId) ?? null,
      async list(page) {
        note('backtests.list', page);
        return { items: [...rows.values()].reverse(), nextCursor: null };
      },
      bars: async () => null,
    },
  };
}
