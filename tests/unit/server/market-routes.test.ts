import { describe, expect, it } from 'vitest';
import type { MarketSnapshot } from '#domain/market.ts';
import { createBoards } from '#server/charts/boards.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BTC, cycleRecord, NOW_MS } from '#tests/support/database-rows.ts';
import { apiWith, expectProblem } from './http-support.ts';

describe('the history of signals', () => {
  it('is asked of this market’s desks, narrowed as the caller says', async () => {
    const api = apiWith();
    const response = await api.get('/api/signals?symbol=btc&action=any&from=2025-04-07T00:00:00Z&limit=5');
    expect(await response.json()).toEqual({ items: [], nextCursor: null });
    expect(api.calls).toContainEqual({
      name: 'signals.list',
      input: {
        ...{ limit: 5, deskIds: ['desk_1'], symbol: BTC, actions: ['buy', 'sell'] },
        ...{ fromMs: Date.UTC(2025, 3, 7), toMs: undefined, cursor: undefined },
      },
    });
  });

  it.each([
    ['an action that is none', 'action=wait', 'request_invalid'],
    ['a symbol that is none', 'symbol=B%20T', 'symbol_invalid'],
    ['a desk there is not', 'deskId=nobody', 'not_found'],
    ['a time that ends before it begins', 'from=2025-04-08&to=2025-04-07', 'request_invalid'],
  ] as const)('refuses %s', async (_name, query, code) => {
    await expectProblem(await apiWith().get(`/api/signals?${query}`), code);
  });
});

describe('the board', () => {
  const record = cycleRecord({
    market: {
      ...{ snapshotId: 's1', source: { kind: 'generator', name: 'g', synthetic: true }, asOfMs: NOW_MS },
      ...{ fastTimeframe: '3m', timeframes: ['1h'], symbols: [BTC], bars: 30, faults: [] },
    },
  });
  const close = Float64Array.from({ length: 30 }, (_, hour) => 100 + hour);
  const frozen = {
    markets: new Map([
      [BTC, { symbol: BTC, series: new Map([['1h', { close }]]), ticker: { lastQuote: 130 } }],
    ]),
  } as unknown as MarketSnapshot;

  it('is null before the desk has seen a market', async () => {
    expect(await (await apiWith().get('/api/board')).json()).toEqual({ deskId: 'desk_1', board: null });
  });

  it('tells the change of a day by the frozen market of the cycle, which is read once', async () => {
    let loads = 0;
    const boards = createBoards({
      ...{ maxSubjects: 5, logger: SILENT_LOGGER, newest: async () => record },
      snapshots: {
        async load() {
          loads += 1;
          return frozen;
        },
      },
    });
    const api = apiWith({ boards });
    await api.get('/api/board');
    const { board } = (await (await api.get('/api/board?deskId=desk_1')).json()) as {
      board: { rows: { dayChangeFraction: number }[] };
    };
    // 24 hours before the last closed hour, 129, it was 105.
    expect(board.rows[0]?.dayChangeFraction).toBeCloseTo(130 / 105 - 1, 9);
    expect(loads).toBe(1);
  });

  it('tells no change where the frozen market is gone', async () => {
    const boards = createBoards({
      ...{ maxSubjects: 5, logger: SILENT_LOGGER, newest: async () => record },
      snapshots: { load: () => Promise.reject(new Error('gone')) },
    });
    expect(await boards.board('desk_1')).toMatchObject({ rows: [{ symbol: BTC, dayChangeFraction: null }] });
  });
});
