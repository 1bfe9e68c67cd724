import { createRoute, z } from '@hono/zod-openapi';
import { Account, PositionSide, ProtectedPosition, Trade } from '#domain/account.ts';
import { EquityPoint } from '#domain/desk-event.ts';
import { Order } from '#domain/order.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { EntryProgress } from '#domain/working-entry.ts';
import type { ApiDeps } from '../api-deps.ts';
import {
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
import { desksToRead, deskToRead } from './named-desk.ts';

const DeskQuery = z.object({ deskId: Identifier.optional() });
const BooksQuery = PageQuery.extend(DeskQuery.shape);

const OfDesk = { deskId: z.string() };

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
  'The account of a desk (the oldest of this market when none is named); null before the venue was read',
  DeskQuery,
  z.object({ deskId: z.string(), account: Account.nullable() }),
);
const positions = bookRoute(
  '/api/positions',
  'Open positions of this market’s desks, or of the named one, each with its stop and target on the venue',
  DeskQuery,
  pageSchema(ProtectedPosition.extend(OfDesk)),
);
const entries = bookRoute(
  '/api/entries',
  'Entries of this market’s desks, or of the named one, that go out over time and are not over, oldest first',
  DeskQuery,
  pageSchema(EntryProgress),
);
const orders = bookRoute(
  '/api/orders',
  'Orders of this market’s desks, or of the named one, newest first; an open one names its position',
  BooksQuery.extend({
    open: z
      .stringbool({ truthy: ['true'], falsy: ['false'] })
      .optional()
      .describe('true leaves out orders that do not stand any more.'),
  }),
  pageSchema(Order.extend({ ...OfDesk, runId: z.string().nullable(), positionId: z.string().nullable() })),
);
const trades = bookRoute(
  '/api/trades',
  'Closed round trips of this market’s desks, or of the named one, newest first, with the runs whose orders opened and closed them',
  BooksQuery.extend({
    symbol: SymbolText.optional(),
    side: PositionSide.optional(),
    exitReason: Trade.shape.exitReason.optional(),
  }),
  pageSchema(
    Trade.extend({ ...OfDesk, openedByRunId: z.string().nullable(), closedByRunId: z.string().nullable() }),
  ),
);
const equity = bookRoute(
  '/api/equity',
  'The equity curve of a desk, oldest first',
  DeskQuery.extend({ from: InstantQuery, limit: z.coerce.number().int().min(1).max(5_000).default(1_000) }),
  pageSchema(EquityPoint),
);

type Deps = Pick<ApiDeps, 'books' | 'desks'>;

export function bookRoutes(app: Router, deps: Deps): void {
  const { books, desks } = deps;

  app.openapi(account, async (context) => {
    const deskId = await deskToRead(desks, context.req.valid('query').deskId);
    return context.json({ deskId, account: await books.account(deskId) }, 200);
  });

  app.openapi(positions, async (context) => {
    const deskIds = await desksToRead(desks, context.req.valid('query').deskId);
    return context.json(wholePage(await books.positions(deskIds)), 200);
  });

  app.openapi(entries, async (context) => {
    const deskIds = await desksToRead(desks, context.req.valid('query').deskId);
    return context.json(wholePage(await books.entriesAtWork(deskIds)), 200);
  });

  app.openapi(orders, async (context) => {
    const { deskId, ...page } = context.req.valid('query');
    const deskIds = await desksToRead(desks, deskId);
    return context.json(pageBody(await books.listOrders({ ...page, deskIds })), 200);
  });

  app.openapi(trades, async (context) => {
    const { deskId, symbol, ...page } = context.req.valid('query');
    const deskIds = await desksToRead(desks, deskId);
    const asked = symbol === undefined ? undefined : parseSymbol(symbol);
    return context.json(pageBody(await books.listTrades({ ...page, deskIds, symbol: asked })), 200);
  });

  app.openapi(equity, async (context) => {
    const { deskId, from, limit } = context.req.valid('query');
    const points = await books.equity({ deskId: await deskToRead(desks, deskId), fromMs: from, limit });
    return context.json(wholePage(points), 200);
  });
}
