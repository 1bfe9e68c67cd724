import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '#domain/errors.ts';
import { personText } from '#domain/person-text.ts';
import { Desk } from '#domain/run.ts';
import type { ApiDeps } from '../api-deps.ts';
import { audited } from '../audited.ts';
import {
  bodyOf,
  Identifier,
  jsonOf,
  pageSchema,
  refusals,
  StartedRun,
  SymbolText,
  wholePage,
} from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { readSymbols } from '../http/symbols.ts';
import { ownDesk } from './named-desk.ts';

const DeskBody = z.strictObject({
  name: personText(60),
  symbols: z.array(SymbolText).min(1).max(200),
  intervalMs: Desk.shape.intervalMs,
  paused: z.boolean().default(false),
});

const DeskChange = z
  .strictObject({
    name: personText(60).optional(),
    symbols: z.array(SymbolText).min(1).max(200).optional(),
    intervalMs: Desk.shape.intervalMs.optional(),
    paused: z.boolean().optional(),
  })
  .refine(
    (change) => Object.keys(change).length > 0,
    'must change something: name, symbols, intervalMs or paused',
  );

const DeskParams = z.object({ id: Identifier });

const listDesks = createRoute({
  method: 'get',
  path: '/api/desks',
  tags: ['Desks'],
  summary: 'The desks of this market',
  responses: { 200: jsonOf(pageSchema(Desk), 'The desks.'), ...refusals() },
});

const createDesk = createRoute({
  method: 'post',
  path: '/api/desks',
  tags: ['Desks'],
  summary: 'A new desk, which runs cycles unless it is paused',
  request: { body: bodyOf(DeskBody) },
  responses: {
    201: jsonOf(Desk, 'The desk.'),
    ...refusals(
      'request_invalid',
      'symbol_invalid',
      'symbol_unknown',
      'payload_too_large',
      'idempotency_mismatch',
    ),
  },
});

const changeDesk = createRoute({
  method: 'patch',
  path: '/api/desks/{id}',
  tags: ['Desks'],
  summary: 'Renames, re-times, re-populates, pauses or resumes a desk',
  request: { params: DeskParams, body: bodyOf(DeskChange) },
  responses: {
    200: jsonOf(Desk, 'The desk as it now is.'),
    ...refusals('not_found', 'request_invalid', 'symbol_invalid', 'symbol_unknown', 'payload_too_large'),
  },
});

const runCycle = createRoute({
  method: 'post',
  path: '/api/desks/{id}/cycles',
  tags: ['Desks'],
  summary: 'A cycle of this desk now',
  request: { params: DeskParams },
  responses: {
    202: jsonOf(StartedRun, 'Started; Location leads to the run.'),
    ...refusals('not_found', 'conflict', 'market_finished', 'queue_unavailable'),
  },
});

type Deps = Pick<ApiDeps, 'desks' | 'marketSymbols' | 'startCycle' | 'audit' | 'ids' | 'clock'>;

export function deskRoutes(app: Router, { desks, marketSymbols, startCycle, audit, ids, clock }: Deps): void {
  app.openapi(listDesks, async (context) => context.json(wholePage(await desks.list()), 200));

  app.openapi(createDesk, async (context) => {
    const body = context.req.valid('json');
    const desk = await desks.create({
      ...body,
      symbols: await readSymbols(body.symbols, marketSymbols),
      deskId: ids.next('desk'),
      createdAtMs: clock.nowMs(),
    });
    return context.json(desk, 201, { Location: `/api/desks/${encodeURIComponent(desk.deskId)}` });
  });

  app.openapi(changeDesk, async (context) => {
    const { id } = context.req.valid('param');
    const { symbols, ...change } = context.req.valid('json');
    await ownDesk(desks, id);
    const desk = await desks.update(id, {
      ...change,
      ...(symbols === undefined ? {} : { symbols: await readSymbols(symbols, marketSymbols) }),
    });
    return context.json(desk, 200);
  });

  app.openapi(runCycle, async (context) => {
    const { id } = context.req.valid('param');
    await ownDesk(desks, id);
    const act = { action: 'cycle.start', subject: `desk:${id}`, details: {} };
    const start = await audited(
      audit,
      act,
      () => startCycle(id),
      (told) => told,
    );
    if ('skipped' in start)
      throw new AppError('conflict', `desk "${id}" is running a cycle already: ${start.runningRunId}`);
    return context.json({ runId: start.runId }, 202, {
      Location: `/api/runs/${encodeURIComponent(start.runId)}`,
    });
  });
}
