import { createRoute, z } from '@hono/zod-openapi';
import { Account, Position, PositionSide, ProtectedPosition, Trade } from '#domain/account.ts';
import { EquityPoint } from '#domain/desk-event.ts';
import { AppError } from '#domain/errors.ts';
import { Order } from '#domain/order.ts';
import { Reason } from '#domain/person-text.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { EntryProgress } from '#domain/working-entry.ts';
import type { ApiDeps, ListedPosition, PositionChoice } from '../api-deps.ts';
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
import { desksToRead, deskToRead, ownDesk } from './named-desk.ts';

const DeskQuery = z.object({ deskId: Identifier.optional() });
const BooksQuery = PageQuery.extend(DeskQuery.shape);

const OfDesk = { deskId: z.string() };

const CloseBody = z.strictObject({
  symbol: SymbolText.optional(),
  deskId: Identifier.optional(),
  side: PositionSide.optional(),
  positionId: Identifier.optional(),
  reason: Reason.optional(),
});

const CloseVerdict = Position.pick({
  positionId: true,
  symbol: true,
  side: true,
  quantityBase: true,
}).extend({
  ...OfDesk,
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
  BooksQuery,
  pageSchema(Order.extend({ ...OfDesk, runId: z.string().nullable(), positionId: z.string().nullable() })),
);
const trades = bookRoute(
  '/api/trades',
  'Closed round trips of this market’s desks, or of the named one, newest first',
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
  summary:
    'Closes at market the positions with this symbol, desk, side and id; what is left out does not narrow it',
  request: { body: bodyOf(CloseBody, 'send {} to close every position of this market’s desks') },
  responses: {
    200: jsonOf(
      z.object({ items: z.array(CloseVerdict), entriesGivenUp: z.number().int() }),
      'A verdict for each position, which this call itself closed; entries over time that were given up are counted.',
    ),
    ...refusals(
      'request_invalid',
      'symbol_invalid',
      'not_found',
      'conflict',
      'venue_unavailable',
      'order_outcome_unknown',
    ),
  },
});

type Deps = Pick<ApiDeps, 'books' | 'desks' | 'closePositions'>;

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
    const { deskId, ...page } = context.req.valid('query');
    const deskIds = await desksToRead(desks, deskId);
    return context.json(pageBody(await books.listTrades({ ...page, deskIds })), 200);
  });

  app.openapi(equity, async (context) => {
    const { deskId, from, limit } = context.req.valid('query');
    const points = await books.equity({ deskId: await deskToRead(desks, deskId), fromMs: from, limit });
    return context.json(wholePage(points), 200);
  });

  app.openapi(closePositions, async (context) => {
    const { symbol, deskId, side, positionId, reason } = context.req.valid('json');
    const choice: PositionChoice = {
      deskId: deskId === undefined ? null : await ownDesk(desks, deskId),
      symbol: symbol === undefined ? null : parseSymbol(symbol),
      side: side ?? null,
      positionId: positionId ?? null,
    };
    const { verdicts, entriesGivenUp } = await deps.closePositions(choice, reason ?? 'closed by a person');
    if (verdicts.length + entriesGivenUp === 0 && (symbol ?? side ?? positionId) !== undefined)
      throw nothingOpen(choice, await books.positions(await desksToRead(desks, deskId)));
    return context.json({ items: [...verdicts], entriesGivenUp }, 200);
  });
}

/** Where a position was named, another that stands in its symbol now is told apart from nothing at all. */
function nothingOpen(choice: PositionChoice, open: readonly ListedPosition[]): AppError {
  const { deskId, symbol, side, positionId } = choice;
  const standing = open.find((position) => position.symbol === symbol && position.positionId !== positionId);
  if (positionId !== null && standing !== undefined) return replaced(positionId, standing);
  const named = positionId === null ? '' : ` "${positionId}"`;
  const which = `${side === null ? '' : `${side} `}position${named}${symbol === null ? '' : ` in ${symbol}`}`;
  const where = deskId === null ? 'on any desk of this market' : `on desk "${deskId}"`;
  return new AppError(
    'not_found',
    `there is no open ${which} ${where}: GET /api/positions lists what there is`,
  );
}

function replaced(asked: string, standing: ListedPosition): AppError {
  const { symbol, side, deskId, positionId, openedAtMs } = standing;
  const since = new Date(openedAtMs).toISOString();
  return new AppError(
    'conflict',
    `nothing was closed: position "${asked}" is not open any more; open in ${symbol} now is the ${side} ` +
      `"${positionId}" on desk "${deskId}", since ${since}: name that one to close it`,
  );
}
