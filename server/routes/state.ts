import { createRoute, z } from '@hono/zod-openapi';
import { PERSON } from '#domain/audit.ts';
import { SystemState } from '#domain/desk-event.ts';
import { Reason } from '#domain/person-text.ts';
import { MarketSymbol } from '#domain/symbol.ts';
import { EpochMs } from '#domain/time.ts';
import { BreakerLevel, BreakerReason, type StateChange } from '#domain/trading-state.ts';
import { TripMarket } from '#domain/trip-market.ts';
import type { ApiDeps, TradingStatePort } from '../api-deps.ts';
import { bodyOf, Identifier, jsonOf, PageQuery, pageBody, pageSchema, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { overrideWarning } from '../override-warning.ts';
import { desksToRead, ownDesk } from './named-desk.ts';

const StateBody = z.strictObject({
  reason: Reason,
  /** Every desk of this market when absent, and those to come. */
  deskId: Identifier.optional(),
});
const DeskQuery = z.object({ deskId: Identifier.optional() });

const ChangeAnswer = SystemState.extend({
  /** False when the state stood already: then nothing was changed, its reason and time neither. */
  changed: z.boolean(),
  message: z.string(),
  /** What the breaker had against it when a tripped market was overridden; null where nothing stood against it. */
  warning: z.string().nullable(),
});

const BreakerEvent = z.object({
  eventId: z.number().int(),
  deskId: z.string(),
  runId: z.string().nullable(),
  level: BreakerLevel,
  reasons: z.array(BreakerReason),
  actions: z.array(z.object({ name: z.string(), atMs: EpochMs, detail: z.string() })),
  symbols: z.array(MarketSymbol),
  atMs: EpochMs,
  /** Names the frozen candles; null where nothing was frozen. */
  snapshotId: z.string().nullable(),
  /** The market as the event found it; empty where nothing was frozen. */
  market: z.array(TripMarket),
});

const getState = createRoute({
  method: 'get',
  path: '/api/state',
  tags: ['State'],
  summary:
    'May we trade, why, and on which market’s time: of the named desk, else of the oldest of this market',
  request: { query: DeskQuery },
  responses: { 200: jsonOf(SystemState, 'The state.'), ...refusals('request_invalid', 'not_found') },
});

function changeRoute<Path extends string>(path: Path, summary: string) {
  return createRoute({
    method: 'post',
    path,
    tags: ['State'],
    summary,
    request: { body: bodyOf(StateBody) },
    responses: {
      200: jsonOf(ChangeAnswer, 'The state as it now is.'),
      ...refusals('request_invalid', 'not_found', 'conflict', 'idempotency_mismatch'),
    },
  });
}

const halt = changeRoute(
  '/api/state/halt',
  'Opens nothing any more on this market, in every process; stops and targets stay',
);
const arm = changeRoute(
  '/api/state/arm',
  'Lets desks of this market open again, as far as breaker and limits allow',
);

const breakerEvents = createRoute({
  method: 'get',
  path: '/api/breaker/events',
  tags: ['State'],
  summary: 'What the circuit breaker saw and did, newest first',
  request: { query: PageQuery.extend(DeskQuery.shape) },
  responses: {
    200: jsonOf(pageSchema(BreakerEvent), 'A page of events.'),
    ...refusals('request_invalid', 'not_found'),
  },
});

type Deps = Pick<ApiDeps, 'systemState' | 'tradingState' | 'desks' | 'clock'>;

export function stateRoutes(app: Router, { systemState, tradingState, desks, clock }: Deps): void {
  async function change(
    set: TradingStatePort['halt'],
    done: string,
    { reason, deskId }: z.infer<typeof StateBody>,
  ): Promise<z.infer<typeof ChangeAnswer>> {
    const shown = await ownDesk(desks, deskId);
    const asked: StateChange = { reason, setBy: PERSON, atMs: clock.nowMs() };
    const { changed, overridden } = await set(deskId ?? null, asked);
    const state = await systemState(shown);
    const isChanged = changed.length > 0;
    const message = isChanged
      ? `${done} ${changed.join(', ')}`
      : `trading is ${state.trading.mode} already: nothing was changed`;
    return { ...state, changed: isChanged, message, warning: overrideWarning(overridden) };
  }

  app.openapi(getState, async (context) => {
    const deskId = await ownDesk(desks, context.req.valid('query').deskId);
    return context.json(await systemState(deskId), 200);
  });

  app.openapi(halt, async (context) =>
    context.json(await change(tradingState.halt, 'halted', context.req.valid('json')), 200),
  );

  app.openapi(arm, async (context) =>
    context.json(await change(tradingState.arm, 'armed', context.req.valid('json')), 200),
  );

  app.openapi(breakerEvents, async (context) => {
    const { deskId, ...asked } = context.req.valid('query');
    const page = await tradingState.breakerEvents({ ...asked, deskIds: await desksToRead(desks, deskId) });
    const items = page.items.map((event) => ({
      ...event,
      reasons: [...event.reasons],
      actions: [...event.actions],
      symbols: [...event.symbols],
      snapshotId: event.snapshotId ?? null,
      market: [...(event.market ?? [])],
    }));
    return context.json(pageBody({ ...page, items }), 200);
  });
}
