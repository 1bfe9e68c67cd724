import { createRoute, z } from '@hono/zod-openapi';
import { Account, Position, Trade } from '#domain/account.ts';
import { EquityPoint } from '#domain/desk-event.ts';
import { AppError } from '#domain/errors.ts';
import { Order } from '#domain/order.ts';
import { MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import type { ApiDeps, DesksPort } from '../api-deps.ts';
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
  wholePage,
} from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const DeskQuery = z.object({ deskId: Identifier.optional() });
const BooksQuery = PageQuery.extend(DeskQuery.shape);

const OfDesk = { deskId: z.string() };

const CloseVerdict = z.object({
  symbol: MarketSymbol,
  outcome: z.enum(['sent', 'denied', 'failed']),
  message: z.string(),
});

function bookRoute<Path extends string, Query extends z.ZodObject, Answer extends z.ZodType>(
  path: Path,
  summary: string,
  query: Query,
  answer: Answer,
) {
  return createRoute({
    method: 'get',
    path,
    tags: ['Books'],
    summary,
    request: { query },
    responses: { 200: jsonOf(answer, summary), ...refusals('request_invalid', 'not_found') },
  });
}

const account = bookRoute(
  '/api/account',
  'The account of a desk (the first one when none is named); null before the venue was read',
  DeskQuery,
  z.object({ deskId: z.string(), account: Account.nullable() }),
);
const positions = bookRoute(
  '/api/positions',
  'Open positions',
  DeskQuery,
  pageSchema(Position.extend(OfDesk)),
);
const orders = bookRoute(
  '/api/orders',
  'Orders, newest first',
  BooksQuery,
  pageSchema(Order.extend({ ...OfDesk, runId: z.string().nullable() })),
);
const trades = bookRoute(
  '/api/trades',
  'Closed round trips, newest first',
  BooksQuery,
  pageSchema(Trade.extend(OfDesk)),
);
const equity = bookRoute(
  '/api/equity',
  'The equity curve of a desk, oldest first',
  DeskQuery.extend({ from: InstantQuery, limit: z.coerce.number().int().min(1).max(5_000).default(1_000) }),
  pageSchema(EquityPoint),
);

const closePositions = createRoute({
  method: 'post',
  path: '/api/positions/close',
  tags: ['Books'],
  summary: 'Closes one position, or all of them when no symbol is named',
  request: {
    body: bodyOf(
      z.strictObject({ symbol: SymbolText.optional(), reason: z.string().trim().min(1).max(300).optional() }),
    ),
  },
  responses: {
    200: jsonOf(z.object({ items: z.array(CloseVerdict) }), 'A verdict for each position.'),
    ...refusals('request_invalid', 'symbol_invalid', 'venue_unavailable', 'order_outcome_unknown'),
  },
});

type Deps = Pick<ApiDeps, 'books' | 'desks' | 'closePositions'>;

export function bookRoutes(app: Router, deps: Deps): void {
  const { books, desks } = deps;

  app.openapi(account, async (context) => {
    const deskId = await deskOf(desks, context.req.valid('query').deskId);
    return context.json({ deskId, account: await books.account(deskId) }, 200);
  });

  app.openapi(positions, async (context) =>
    context.json(wholePage(await books.positions(context.req.valid('query').deskId)), 200),
  );

  app.openapi(orders, async (context) =>
    context.json(pageBody(await books.listOrders(context.req.valid('query'))), 200),
  );

  app.openapi(trades, async (context) =>
    context.json(pageBody(await books.listTrades(context.req.valid('query'))), 200),
  );

  app.openapi(equity, async (context) => {
    const { deskId, from, limit } = context.req.valid('query');
    const points = await books.equity({ deskId: await deskOf(desks, deskId), fromMs: from, limit });
    return context.json(wholePage(points), 200);
  });

  app.openapi(closePositions, async (context) => {
    const { symbol, reason } = context.req.valid('json');
    const verdicts = await deps.closePositions(
      symbol === undefined ? null : parseSymbol(symbol),
      reason ?? 'closed by a person',
    );
    return context.json({ items: [...verdicts] }, 200);
  });
}

/** The named desk, else the oldest. @throws AppError `not_found` */
async function deskOf(desks: DesksPort, deskId: string | undefined): Promise<string> {
  if (deskId !== undefined) {
    if ((await desks.get(deskId)) === null) throw new AppError('not_found', `there is no desk "${deskId}"`);
    return deskId;
  }
  const all = [...(await desks.list())].sort((left, right) => left.createdAtMs - right.createdAtMs);
  if (all[0] === undefined)
    throw new AppError('not_found', 'there is no desk yet: create one with POST /api/desks');
  return all[0].deskId;
}
