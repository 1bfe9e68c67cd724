import { createRoute, z } from '@hono/zod-openapi';
import { ChartBars, ChartChoices } from '#domain/chart-bars.ts';
import { Timeframe } from '#domain/time.ts';
import { INDICATOR_KEYS, type IndicatorKey } from '#tools/indicators/indicator-frame.ts';
import type { ApiDeps } from '../api-deps.ts';
import { InstantQuery, jsonOf, refusals, SymbolText } from '../http/openapi.ts';
import { invalidAt } from '../http/problem.ts';
import type { Router } from '../http/router.ts';
import { readSymbols } from '../http/symbols.ts';

const BARS_AT_MOST = 1_000;

const getCandles = createRoute({
  method: 'get',
  path: '/api/candles',
  tags: ['Market'],
  summary:
    'Closed candles of the running market as of its time, oldest first, with the indicators a cycle reckons with',
  request: {
    query: z.object({
      symbol: SymbolText,
      timeframe: Timeframe.default('1h'),
      limit: z.coerce.number().int().min(1).max(BARS_AT_MOST).default(300),
      to: InstantQuery.describe(
        'Bars that open before it: `olderTo` of the answer before; the newest when absent',
      ),
      indicators: z
        .string()
        .max(400)
        .default('')
        .describe('Names with commas between them, of those that GET /api/candles/choices lists'),
    }),
  },
  responses: {
    200: jsonOf(ChartBars, 'The bars as columns of one length.'),
    ...refusals(
      'request_invalid',
      'symbol_invalid',
      'symbol_unknown',
      'interval_unbuildable',
      'candle_data_missing',
      'venue_unavailable',
    ),
  },
});

const getChoices = createRoute({
  method: 'get',
  path: '/api/candles/choices',
  tags: ['Market'],
  summary: 'The symbols, timeframes and indicators that candles can be asked for with',
  responses: {
    200: jsonOf(ChartChoices, 'What there is.'),
    ...refusals('venue_unavailable'),
  },
});

export function chartRoutes(
  app: Router,
  { charts, marketSymbols }: Pick<ApiDeps, 'charts' | 'marketSymbols'>,
) {
  app.openapi(getChoices, async (context) => context.json(await charts.choices(), 200));

  app.openapi(getCandles, async (context) => {
    const { symbol: asked, timeframe, limit, to, indicators } = context.req.valid('query');
    const keys = readIndicators(indicators);
    const [symbol = asked] = await readSymbols([asked], marketSymbols);
    return context.json(await charts.bars({ symbol, timeframe, limit, toMs: to, indicators: keys }), 200);
  });
}

function readIndicators(text: string): IndicatorKey[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
  const unknown = names.filter((name) => !isIndicator(name));
  if (unknown.length > 0)
    throw invalidAt({
      location: 'query.indicators',
      message: `${unknown.join(', ')} is not known: choose from ${INDICATOR_KEYS.join(', ')}`,
    });
  return names.filter(isIndicator);
}

function isIndicator(name: string): name is IndicatorKey {
  return (INDICATOR_KEYS as readonly string[]).includes(name);
}
