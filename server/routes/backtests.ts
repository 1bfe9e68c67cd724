import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { Backtest, BacktestChoices, WholeBacktest } from '#domain/backtest.ts';
import { ChartBars } from '#domain/chart-bars.ts';
import { AppError } from '#domain/errors.ts';
import type { ApiDeps } from '../api-deps.ts';
import { STRATEGIES } from '../backtest/strategies.ts';
import {
  bodyOf,
  Identifier,
  InstantQuery,
  jsonOf,
  PageQuery,
  pageBody,
  pageSchema,
  refusals,
  SymbolText,
} from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { readSymbols } from '../http/symbols.ts';
import { ASK_AGAIN, UNCHANGED } from '../http/unchanging.ts';

const MOST_SYMBOLS = 20;
const names = STRATEGIES.map(({ name }) => name) as [string, ...string[]];
const BacktestParams = z.object({ id: Identifier });
const Instant = InstantQuery.unwrap();

const StartBody = z.strictObject({
  from: Instant.describe('Market time, ISO 8601 or milliseconds since 1970 as text.'),
  to: Instant,
  symbols: z.array(SymbolText).min(1).max(MOST_SYMBOLS).optional().describe('Those suggested when absent.'),
  strategy: z.enum(names).default('points'),
});

const startBacktest = createRoute({
  method: 'post',
  path: '/api/backtests',
  tags: ['Backtests'],
  summary: 'Walks the desk along a span of candles, on paper and beside every desk; one after the other',
  request: { body: bodyOf(StartBody) },
  responses: {
    202: jsonOf(z.object({ backtestId: z.string() }), 'It waits for its turn; Location leads to it.'),
    ...refusals(
      'request_invalid',
      'symbol_invalid',
      'symbol_unknown',
      'candle_data_missing',
      'conflict',
      'payload_too_large',
      'idempotency_mismatch',
    ),
  },
});

const cancelBacktest = createRoute({
  method: 'post',
  path: '/api/backtests/{id}/cancel',
  tags: ['Backtests'],
  summary: 'Ends a backtest that waits or is walked; nothing of it is kept',
  request: { params: BacktestParams },
  responses: {
    202: jsonOf(z.object({ backtestId: z.string() }), 'It ends within seconds.'),
    ...refusals('not_found', 'conflict'),
  },
});

const listBacktests = createRoute({
  method: 'get',
  path: '/api/backtests',
  tags: ['Backtests'],
  summary: 'Backtests of every market, newest first',
  request: { query: PageQuery },
  responses: { 200: jsonOf(pageSchema(Backtest), 'A page of them.'), ...refusals('request_invalid') },
});

const getChoices = createRoute({
  method: 'get',
  path: '/api/backtests/choices',
  tags: ['Backtests'],
  summary: 'The candles and strategies a backtest of the running market can be asked with',
  responses: { 200: jsonOf(BacktestChoices, 'What there is.'), ...refusals('venue_unavailable') },
});

const getBacktest = createRoute({
  method: 'get',
  path: '/api/backtests/{id}',
  tags: ['Backtests'],
  summary: 'One backtest: how far it is, or what it came to',
  description:
    '`report.result` is the document that `backtest --json` prints. A backtest whose process was cut off is `queued` until it is taken up again.',
  request: { params: BacktestParams },
  middleware: etag(),
  responses: { 200: jsonOf(WholeBacktest, 'The backtest.'), 304: UNCHANGED, ...refusals('not_found') },
});

const getBars = createRoute({
  method: 'get',
  path: '/api/backtests/{id}/candles',
  tags: ['Backtests'],
  summary: 'The candles of one symbol that a finished backtest was walked along, as coarse as a chart needs',
  request: { params: BacktestParams, query: z.object({ symbol: SymbolText }) },
  middleware: etag(),
  responses: { 200: jsonOf(ChartBars, 'The bars.'), 304: UNCHANGED, ...refusals('not_found') },
});

export function backtestRoutes(
  app: Router,
  { backtests, marketSymbols }: Pick<ApiDeps, 'backtests' | 'marketSymbols'>,
): void {
  app.openapi(getChoices, async (context) => context.json(await backtests.choices(), 200));

  app.openapi(startBacktest, async (context) => {
    const { from: fromMs, to: toMs, symbols: texts, strategy } = context.req.valid('json');
    const symbols =
      texts === undefined
        ? ((await backtests.choices()).suggested?.symbols ?? [])
        : await readSymbols(texts, marketSymbols);
    const backtestId = await backtests.start({ fromMs, toMs, symbols, strategy });
    context.header('Location', `/api/backtests/${encodeURIComponent(backtestId)}`);
    return context.json({ backtestId }, 202);
  });

  app.openapi(cancelBacktest, async (context) => {
    const { id } = context.req.valid('param');
    await backtests.cancel(id);
    return context.json({ backtestId: id }, 202);
  });

  app.openapi(listBacktests, async (context) =>
    context.json(pageBody(await backtests.list(context.req.valid('query'))), 200),
  );

  app.openapi(getBacktest, async (context) => {
    const { id } = context.req.valid('param');
    const found = await backtests.get(id);
    if (found === null) throw new AppError('not_found', `there is no backtest "${id}"`);
    if (found.status === 'finished') context.header('Cache-Control', ASK_AGAIN);
    return context.json(found, 200);
  });

  app.openapi(getBars, async (context) => {
    const { id } = context.req.valid('param');
    const { symbol } = context.req.valid('query');
    const bars = await backtests.bars(id, symbol);
    if (bars === null)
      throw new AppError(
        'not_found',
        `backtest "${id}" has no candles of "${symbol}": it has them of its symbols once it has finished`,
      );
    context.header('Cache-Control', ASK_AGAIN);
    return context.json(bars, 200);
  });
}
