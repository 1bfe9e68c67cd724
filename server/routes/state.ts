import { createRoute, z } from '@hono/zod-openapi';
import { SystemState } from '#domain/desk-event.ts';
import { MarketSymbol } from '#domain/symbol.ts';
import { EpochMs } from '#domain/time.ts';
import { BreakerLevel, BreakerReason } from '#domain/trading-state.ts';
import type { ApiDeps } from '../api-deps.ts';
import { bodyOf, Identifier, jsonOf, PageQuery, pageBody, pageSchema, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const StateBody = z.strictObject({
  reason: z.string().trim().min(1).max(300),
  deskId: Identifier.optional(),
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
});

const getState = createRoute({
  method: 'get',
  path: '/api/state',
  tags: ['State'],
  summary: 'May we trade, why, and on which market’s time',
  responses: { 200: jsonOf(SystemState, 'The state.'), ...refusals() },
});

function changeRoute<Path extends string>(path: Path, summary: string) {
  return createRoute({
    method: 'post',
    path,
    tags: ['State'],
    summary,
    request: { body: bodyOf(StateBody) },
    responses: {
      200: jsonOf(SystemState, 'The state as it now is.'),
      ...refusals('request_invalid', 'conflict', 'idempotency_mismatch'),
    },
  });
}

const halt = changeRoute(
  '/api/state/halt',
  'Opens nothing any more, in every process; stops and targets stay',
);
const arm = changeRoute('/api/state/arm', 'Lets the desk open again, as far as breaker and limits allow');

const breakerEvents = createRoute({
  method: 'get',
  path: '/api/breaker/events',
  tags: ['State'],
  summary: 'What the circuit breaker saw and did, newest first',
  request: { query: PageQuery },
  responses: { 200: jsonOf(pageSchema(BreakerEvent), 'A page of events.'), ...refusals('request_invalid') },
});

type Deps = Pick<ApiDeps, 'systemState' | 'tradingState' | 'clock'>;

export function stateRoutes(app: Router, { systemState, tradingState, clock }: Deps): void {
  app.openapi(getState, async (context) => context.json(await systemState(), 200));

  app.openapi(halt, async (context) => {
    const { reason, deskId } = context.req.valid('json');
    await tradingState.halt(deskId ?? null, { reason, setBy: 'a person', atMs: clock.nowMs() });
    return context.json(await systemState(), 200);
  });

  app.openapi(arm, async (context) => {
    const { reason, deskId } = context.req.valid('json');
    await tradingState.arm(deskId ?? null, { reason, setBy: 'a person', atMs: clock.nowMs() });
    return context.json(await systemState(), 200);
  });

  app.openapi(breakerEvents, async (context) => {
    const page = await tradingState.breakerEvents(context.req.valid('query'));
    const items = page.items.map((event) => ({
      ...event,
      reasons: [...event.reasons],
      actions: [...event.actions],
      symbols: [...event.symbols],
    }));
    return context.json(pageBody({ ...page, items }), 200);
  });
}
