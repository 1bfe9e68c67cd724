// A desk on the test venue in a process of its own, with its guard: does what it is told, and dies where it is told.

import { writeSync } from 'node:fs';
import { openDatabase } from '#db/client.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { toAppError } from '#domain/errors.ts';
import { type MarketSymbol, venueSymbol } from '#domain/symbol.ts';
import { createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createAdvisoryLocks, LOCK_CONNECTION_OPTIONS } from '#server/engine/advisory-locks.ts';
import { createDeskLock } from '#server/engine/desk-lock.ts';
import { startGuardLoop } from '#server/engine/guard-loop.ts';
import { createTrips } from '#server/engine/trips.ts';
import { openPool } from '#server/open-database.ts';
import { type Logger, SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { NO_SNAPSHOTS } from '#tests/support/no-breaker.ts';
import type { CustodyNote } from '#tools/orders/custody.ts';
import { createOrderDesk } from '#tools/orders/order-desk.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import type { DeskView } from '#tools/orders/reconcile.ts';
import type { GateView } from '#tools/orders/work-entries.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { NO_BREAKER } from './no-breaker.ts';
import type { FlowAnswer, FlowCommand, FlowDeskPlan, FromDesk, ToDesk } from './order-flow-wire.ts';

const plan = JSON.parse(process.argv[2] ?? '') as FlowDeskPlan;
const instruments = new Map(plan.instruments.map((instrument) => [instrument.symbol, instrument]));
let death = { step: null as string | null, nth: Number.POSITIVE_INFINITY };

function tell(message: FromDesk): void {
  process.send?.(message);
}

function step(name: string): void {
  if (death.step !== null && death.step !== name) return;
  death.nth -= 1;
  if (death.nth > 0) return;
  writeSync(1, `${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** What answers without asking anybody. */
const AT_ONCE: ReadonlySet<string> = new Set(['nowMs', 'unreadable']);

/** The object with a step before and after each of its calls. */
function stepping<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof member !== 'function' || AT_ONCE.has(String(key))) return member;
      return async (...given: unknown[]): Promise<unknown> => {
        step(`before ${String(key)}`);
        const answer: unknown = await Reflect.apply(member, target, given);
        step(`after ${String(key)}`);
        return answer;
      };
    },
  });
}

const database = await openDatabase({ url: plan.databaseUrl, maxConnections: 3 });
const locks = createAdvisoryLocks(
  openPool(plan.databaseUrl, 3, LOCK_CONNECTION_OPTIONS, SILENT_LOGGER),
  plan.databaseUrl,
);
const { apiKey, secret, baseUrl } = plan.venue;
const broker = await createCcxtBroker({
  exchangeId: 'binanceusdm',
  baseUrl,
  credentials: { apiKey, secret },
  symbols: plan.symbols,
  fromMs: plan.fromMs,
  wallClock: { nowMs: Date.now },
  requestTimeoutMs: plan.requestTimeoutMs,
  receiveWindowMs: plan.receiveWindowMs,
  weightPerMinute: 1_000_000,
});
const desk = createOrderDesk({
  deskId: plan.deskId,
  broker: stepping(broker),
  store: stepping(createOrderRepository(database)),
  instruments,
  limits: DEFAULT_LIMITS,
  entryContext: async (view, symbol) => gateContext(view, symbol, await lastQuote(symbol)),
  ...createDeskLock(locks, plan.deskId),
});

function gateContext(view: GateView, symbol: MarketSymbol, lastQuote: number): GateContext {
  return {
    ...view,
    limits: { ...DEFAULT_LIMITS, maxOpenPositions: 10 },
    nowMs: Date.now(),
    tradingMode: 'active',
    instruments,
    priceAgesMs: new Map([[symbol, 0]]),
    priceStepMs: 0,
    fundings: new Map(),
    correlations: new Map(),
    lastPricesQuote: new Map([[symbol, lastQuote]]),
    recentTrading: { trades: [], venueFailuresAtMs: [] },
    equityMarks: { dayStartQuote: null, peakQuote: null },
    unansweredAsks: 0,
  };
}

/** As the venue tells it, past the faults of the account. */
async function lastQuote(symbol: MarketSymbol): Promise<number> {
  const answer = await fetch(`${baseUrl}/fapi/v1/ticker/price?symbol=${venueSymbol(symbol)}`);
  const { price } = (await answer.json()) as { price: string };
  return Number(price);
}

async function carryOut(command: FlowCommand): Promise<FlowAnswer> {
  if (command.kind === 'look') return answerOf(await desk.reconcile());
  if (command.kind === 'trip') return trip();
  if (command.kind === 'place') return place(command.runId, command.placement);
  const { runId, symbol, by } = command;
  if (by === 'person') {
    await desk.close({ symbol, side: null }, 'a person closes');
    return answerOf(await desk.reconcile());
  }
  const view = await desk.reconcile();
  const position = view.positions.find((held) => held.symbol === symbol);
  if (position === undefined) return answerOf(view);
  const { side, quantityBase, markPriceQuote, leverage } = position;
  const proposal = {
    proposalId: `${runId}-close`,
    kind: 'close' as const,
    ...{ symbol, side, quantityBase, leverage, entryPriceQuote: markPriceQuote },
    ...{ stopPriceQuote: null, targetPriceQuote: null, conviction: 0, reason: 'the flow ends', atMs: 0 },
  };
  return place(runId, { proposal, quantityBase, style: 'market' });
}

async function place(runId: string, placement: Placement): Promise<FlowAnswer> {
  const { symbol, entryPriceQuote } = placement.proposal;
  const report = await desk.place({
    runId,
    placements: [placement],
    gateContext: async (view) => gateContext(view, symbol, Number(entryPriceQuote)),
  });
  for (const note of report.custody) tell({ kind: 'note', note });
  const denied = report.verdicts.find(({ outcome }) => outcome === 'denied')?.findings[0]?.code ?? null;
  return answerOf(report.view, denied);
}

function answerOf(view: DeskView, denied: string | null = null): FlowAnswer {
  for (const note of view.custody) tell({ kind: 'note', note });
  const { positions, openOrders, unknownOutcomes } = view;
  return { positions, openOrders, unknownOutcomes, atWork: view.entries.length, denied };
}

/** The guard alerts by its log. */
const logger: Logger = {
  ...SILENT_LOGGER,
  warn(fields, message) {
    if (message === 'custody') tell({ kind: 'note', note: fields as unknown as CustodyNote });
  },
};

const trips = createTrips({
  tradingState: stepping(
    createTradingStateRepository(database, {
      defaultState: { mode: 'active', reason: 'a flow', setBy: 'a flow', sinceMs: 0 },
      market: { key: plan.deskId, includes: (deskId) => deskId === plan.deskId },
    }),
  ),
  snapshots: NO_SNAPSHOTS,
  nowMs: Date.now,
  logger,
});

async function trip(): Promise<FlowAnswer> {
  const reason = {
    trigger: 'btc_fall_1h',
    level: 'tripped',
    value: 0.16,
    limit: 0.15,
    message: 'BTC fell',
  } as const;
  const tripDesk = { deskId: plan.deskId, orders: desk, symbols: plan.symbols };
  await trips.trip([tripDesk], { reasons: [reason], endsBy: 'recovery' });
  return answerOf(await desk.reconcile());
}

process.on('message', (message: ToDesk) => {
  if (message.kind === 'die') death = { step: message.step, nth: message.nth };
  if (message.kind === 'lead')
    startGuardLoop({
      locks,
      key: plan.deskId,
      desks: async () => [{ deskId: plan.deskId, orders: desk, symbols: plan.symbols }],
      ...NO_BREAKER,
      trips,
      onBooks: async () => undefined,
      onTurn: () => undefined,
      logger,
    });
  if (message.kind !== 'ask') return;
  const { id, command } = message;
  carryOut(command).then(
    (answer) => tell({ kind: 'answer', id, answer }),
    (thrown: unknown) => {
      const { code, message: words } = toAppError(thrown);
      tell({ kind: 'failure', id, code, message: words });
    },
  );
});
process.on('disconnect', () => process.exit(0));

// A standby has its markets and the clocks compared before it is needed.
await broker.account().catch(() => undefined);
tell({ kind: 'ready' });
