import { createRoute, z } from '@hono/zod-openapi';
import { PERSON } from '#domain/audit.ts';
import { Reason } from '#domain/person-text.ts';
import { QCurvePoint, QTableFacts } from '#domain/q-table.ts';
import { EpochMs } from '#domain/time.ts';
import { Q_ACTIONS } from '#tools/qtable/actions.ts';
import type { ApiDeps } from '../api-deps.ts';
import { bodyOf, jsonOf, PageQuery, pageSchema, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { existingTable, promoteVersion } from '../qtables/promote-version.ts';
import { bucketsOf, statesOf } from '../qtables/table-states.ts';

const Version = z.number().int().positive();

const Summary = z.object({
  version: Version,
  /** What advice and records call it. */
  tableId: z.string(),
  /** SHA-256 of the table and all it says of itself. */
  hash: z.string(),
  origin: z.enum(['trained', 'imported']),
  createdAtMs: EpochMs,
  isPromoted: z.boolean(),
  facts: QTableFacts.omit({ curve: true }),
});

const Promotion = z.object({
  kind: z.enum(['promote', 'rollback']),
  /** Null is no table. */
  fromVersion: Version.nullable(),
  toVersion: Version.nullable(),
  actor: z.string(),
  reason: z.string(),
  atMs: EpochMs,
});

/** Null is no table. */
const Moved = z.object({ from: Version.nullable(), to: Version.nullable() });

const Versions = pageSchema(Summary).extend({
  promotedVersion: Version.nullable(),
  /** The newest of them. */
  promotions: z.array(Promotion),
  /** What a rollback would do now; null where there is nothing to roll back. */
  nextRollback: Moved.nullable(),
});

const PROMOTIONS_TOLD = 50;
const MAX_STATES = 5_000;

/** A state that was met: its index, its visits, and the value of each action in the order of `actions`. */
const StateRow = z.object({
  index: z.number().int().nonnegative(),
  visits: z.number().int().positive(),
  /** Null where the position does not allow the action. */
  values: z.array(z.number().nullable()),
});

const Detail = Summary.extend({
  curve: z.array(QCurvePoint),
  actions: z.array(z.enum(Q_ACTIONS)),
  /**
   * Names and values of the buckets, the slowest first: an index is read digit by digit from the last one. Null for a
   * table of another encoding.
   */
  buckets: z.array(z.object({ name: z.string(), values: z.array(z.string()) })).nullable(),
  states: z.object({
    items: z.array(StateRow),
    /** Ask for what comes `after` this index; null at the end. */
    nextAfter: z.number().int().nullable(),
  }),
});

const Params = z.object({ version: z.coerce.number().int().positive().max(2_147_483_647) });
const Because = z.strictObject({ reason: Reason });

const listTables = createRoute({
  method: 'get',
  path: '/api/qtables',
  tags: ['Q-tables'],
  summary: 'Versions of the Q-table with their scores, newest first, and which one desks decide with',
  request: { query: PageQuery },
  responses: { 200: jsonOf(Versions, 'A page of versions.'), ...refusals('request_invalid') },
});

const getTable = createRoute({
  method: 'get',
  path: '/api/qtables/{version}',
  tags: ['Q-tables'],
  summary: 'A version with its learning curve, and the states that were met with their values and visits',
  request: {
    params: Params,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(MAX_STATES).default(2_000),
      after: z.coerce.number().int().nonnegative().optional(),
      minVisits: z.coerce.number().int().min(1).default(1),
    }),
  },
  responses: { 200: jsonOf(Detail, 'The version.'), ...refusals('request_invalid', 'not_found') },
});

const promote = createRoute({
  method: 'post',
  path: '/api/qtables/{version}/promote',
  tags: ['Q-tables'],
  summary: 'Lets every desk of the database decide with a version, from its next cycle on',
  request: { params: Params, body: bodyOf(Because) },
  responses: {
    200: jsonOf(Moved, 'From where to where.'),
    ...refusals('request_invalid', 'not_found', 'conflict', 'idempotency_mismatch'),
  },
});

const rollback = createRoute({
  method: 'post',
  path: '/api/qtables/rollback',
  tags: ['Q-tables'],
  summary:
    'Undoes the newest promotion: back to the version before it, or to none; with `seen` only where it still leads there',
  request: { body: bodyOf(Because.extend({ seen: Moved.optional() })) },
  responses: {
    200: jsonOf(Moved, 'From where to where.'),
    ...refusals('request_invalid', 'conflict', 'idempotency_mismatch'),
  },
});

export function qTableRoutes(app: Router, { qTables, clock }: Pick<ApiDeps, 'qTables' | 'clock'>): void {
  const by = (reason: string) => ({ actor: PERSON, reason, atMs: clock.nowMs() });

  app.openapi(listTables, async (context) => {
    const [page, promotedVersion, promotions, nextRollback] = await Promise.all([
      qTables.page(context.req.valid('query')),
      qTables.promotedVersion(),
      qTables.promotions(PROMOTIONS_TOLD),
      qTables.nextRollback(),
    ]);
    const items = page.items.map((one) => ({ ...one, isPromoted: one.version === promotedVersion }));
    const moves = promotions.map(({ promotionId: _id, ...move }) => move);
    return context.json(
      { items, nextCursor: page.nextCursor, promotedVersion, promotions: moves, nextRollback },
      200,
    );
  });

  app.openapi(getTable, async (context) => {
    const { version } = context.req.valid('param');
    const [stored, promotedVersion] = await Promise.all([
      existingTable(qTables, version),
      qTables.promotedVersion(),
    ]);
    const { body: _body, facts, ...named } = stored;
    const { curve, ...told } = facts;
    return context.json(
      {
        ...{ ...named, isPromoted: version === promotedVersion, facts: told, curve },
        actions: [...Q_ACTIONS],
        buckets: bucketsOf(facts.encodingVersion),
        states: statesOf(stored, context.req.valid('query')),
      },
      200,
    );
  });

  app.openapi(promote, async (context) => {
    const { version } = context.req.valid('param');
    const { reason } = context.req.valid('json');
    return context.json(await promoteVersion(qTables, version, by(reason)), 200);
  });

  app.openapi(rollback, async (context) => {
    const { reason, seen } = context.req.valid('json');
    return context.json(await qTables.rollback(by(reason), seen), 200);
  });
}
