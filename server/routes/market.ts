import { createRoute, z } from '@hono/zod-openapi';
import { Board } from '#domain/board.ts';
import { PastSignal } from '#domain/past-signal.ts';
import { SignalAction } from '#domain/signal.ts';
import { parseSymbol } from '#domain/symbol.ts';
import type { ApiDeps } from '../api-deps.ts';
import { refuseEmptySpan } from '../http/empty-span.ts';
import {
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
import { desksToRead, deskToRead } from './named-desk.ts';

const getSignals = createRoute({
  method: 'get',
  path: '/api/signals',
  tags: ['Market'],
  summary: 'What the indicators said of each symbol, cycle by cycle, newest first; times are the market’s',
  request: {
    query: PageQuery.extend({
      deskId: Identifier.optional(),
      symbol: SymbolText.optional(),
      action: SignalAction.or(z.literal('any')).optional().describe('`any` is buy or sell'),
      from: InstantQuery,
      to: InstantQuery,
    }),
  },
  responses: {
    200: jsonOf(pageSchema(PastSignal), 'A page of signals; the evidence is in the record of each run.'),
    ...refusals('request_invalid', 'symbol_invalid', 'not_found'),
  },
});

const getBoard = createRoute({
  method: 'get',
  path: '/api/board',
  tags: ['Market'],
  summary:
    'Every symbol as the desk’s last cycle saw it: points, spikes, rank, Q-advice, and why it was a subject or not',
  request: { query: z.object({ deskId: Identifier.optional() }) },
  responses: {
    200: jsonOf(
      z.object({ deskId: z.string(), board: Board.nullable() }),
      'The board; null before the desk has seen a market.',
    ),
    ...refusals('request_invalid', 'not_found'),
  },
});

export function marketRoutes(app: Router, deps: Pick<ApiDeps, 'signals' | 'boards' | 'desks'>): void {
  const { signals, boards, desks } = deps;

  app.openapi(getSignals, async (context) => {
    const { deskId, symbol, action, from, to, ...page } = context.req.valid('query');
    refuseEmptySpan('from', from, to);
    const listed = await signals.list({
      ...page,
      deskIds: await desksToRead(desks, deskId),
      symbol: symbol === undefined ? undefined : parseSymbol(symbol),
      actions: action === 'any' ? ['buy', 'sell'] : action && [action],
      fromMs: from,
      toMs: to,
    });
    return context.json(pageBody(listed), 200);
  });

  app.openapi(getBoard, async (context) => {
    const deskId = await deskToRead(desks, context.req.valid('query').deskId);
    return context.json({ deskId, board: await boards.board(deskId) }, 200);
  });
}
