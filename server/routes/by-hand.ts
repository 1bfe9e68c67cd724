/** What a person takes off by hand. Each leaves an audit row with what came of it. */
import { createRoute, z } from '@hono/zod-openapi';
import { Position, PositionSide } from '#domain/account.ts';
import { AppError } from '#domain/errors.ts';
import { Reason } from '#domain/person-text.ts';
import { parseSymbol } from '#domain/symbol.ts';
import type { ApiDeps, ListedPosition } from '../api-deps.ts';
import { audited } from '../audited.ts';
import { emergencyAct, withdrawAct } from '../hand-acts.ts';
import type { PositionChoice } from '../hand-port.ts';
import { bodyOf, Identifier, jsonOf, refusals, SymbolText } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { desksToRead, ownDesk } from './named-desk.ts';

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
  outcome: z.enum(['sent', 'gone', 'denied', 'failed']),
  message: z.string(),
});

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

const emergencyClose = createRoute({
  method: 'post',
  path: '/api/desks/{id}/emergency-close',
  tags: ['Desks'],
  summary: 'Halts the desk, takes its entries off the venue and closes all it holds at market',
  description: 'The halt stands whatever the venue says to the rest. Asked again it closes what is left.',
  request: { params: z.object({ id: Identifier }), body: bodyOf(z.strictObject({ reason: Reason })) },
  responses: {
    200: jsonOf(
      z.object({
        items: z.array(CloseVerdict),
        entriesGivenUp: z.number().int(),
        ordersCancelled: z.number().int(),
        /** What could not be cancelled; the next look tries again. */
        failed: z.array(z.string()),
      }),
      'A verdict for each position, with what was taken off before; `gone` was closed meanwhile, as by the same call made twice.',
    ),
    ...refusals(
      'request_invalid',
      'not_found',
      'idempotency_mismatch',
      'venue_unavailable',
      'order_outcome_unknown',
    ),
  },
});

const withdrawEntry = createRoute({
  method: 'post',
  path: '/api/entries/{id}/withdraw',
  tags: ['Books'],
  summary: 'Takes one entry at work off the venue and sends nothing more for it; what has filled stays',
  request: {
    params: z.object({ id: Identifier }),
    body: bodyOf(z.strictObject({ reason: Reason.optional() }), 'send {} when there is no reason to keep'),
  },
  responses: {
    200: jsonOf(
      z.object({
        deskId: z.string(),
        entryId: z.string(),
        notes: z.array(z.object({ action: z.string(), symbol: z.string(), detail: z.string() })),
      }),
      'What was done, in order.',
    ),
    ...refusals('request_invalid', 'not_found', 'idempotency_mismatch', 'venue_unavailable'),
  },
});

type Deps = Pick<
  ApiDeps,
  'books' | 'desks' | 'audit' | 'closePositions' | 'emergencyClose' | 'withdrawEntry'
>;

export function handRoutes(app: Router, deps: Deps): void {
  const { books, desks, audit } = deps;

  app.openapi(closePositions, async (context) => {
    const { symbol, deskId, side, positionId, reason } = context.req.valid('json');
    const choice: PositionChoice = {
      deskId: deskId === undefined ? null : await ownDesk(desks, deskId),
      symbol: symbol === undefined ? null : parseSymbol(symbol),
      side: side ?? null,
      positionId: positionId ?? null,
    };
    const why = reason ?? 'closed by a person';
    const { verdicts, entriesGivenUp } = await audited(
      audit,
      {
        action: 'positions.close',
        subject: deskId === undefined ? 'desks' : `desk:${deskId}`,
        details: { choice, reason: why },
      },
      () => deps.closePositions(choice, why),
      (told) => told,
    );
    if (verdicts.length + entriesGivenUp === 0 && (symbol ?? side ?? positionId) !== undefined)
      throw nothingOpen(choice, await books.positions(await desksToRead(desks, deskId)));
    return context.json({ items: [...verdicts], entriesGivenUp }, 200);
  });

  app.openapi(emergencyClose, async (context) => {
    const { id } = context.req.valid('param');
    const { reason } = context.req.valid('json');
    await ownDesk(desks, id);
    const { verdicts, entriesGivenUp, ordersCancelled, failed } = await audited(
      audit,
      emergencyAct(id, reason),
      () => deps.emergencyClose(id, reason),
      (told) => told,
    );
    return context.json({ items: [...verdicts], entriesGivenUp, ordersCancelled, failed: [...failed] }, 200);
  });

  app.openapi(withdrawEntry, async (context) => {
    const { id } = context.req.valid('param');
    const { reason = 'withdrawn by a person' } = context.req.valid('json');
    const entry = (await books.entriesAtWork(await desksToRead(desks, undefined))).find(
      ({ entryId }) => entryId === id,
    );
    if (entry === undefined)
      throw new AppError('not_found', `entry "${id}" is not at work: GET /api/entries lists what is`);
    const { deskId } = entry;
    const { notes } = await audited(
      audit,
      withdrawAct(entry, reason),
      () => deps.withdrawEntry({ deskId, entryId: id }, reason),
      (told) => told,
    );
    return context.json({ deskId, entryId: id, notes: [...notes] }, 200);
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
