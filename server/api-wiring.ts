/** The API's ports over the container: what each call of the border means for the rest. */
import { join } from 'node:path';
import type { SystemState } from '#domain/desk-event.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import type { StateChange } from '#domain/trading-state.ts';
import type { ClosedPosition } from '#tools/orders/order-desk.ts';
import type {
  ApiDeps,
  CloseAnswer,
  CloseVerdict,
  DependencyHealth,
  DesksPort,
  PositionChoice,
  StateChanged,
} from './api-deps.ts';
import type { Container } from './container.ts';
import { isModelConfigured } from './engine/agents.ts';
import { isOfMarket } from './engine/market-desks.ts';
import { assertOffered, openAnalysis, startCycle } from './engine/run-service.ts';
import { tellPages } from './events/tell-pages.ts';
import { rootFolder } from './paths.ts';
import type { WorkQueue } from './queues/queue.ts';
import { syncSchedule } from './queues/schedules.ts';
import { runsPort } from './runs-port.ts';
import { wallClock } from './wall-clock.ts';

export function apiDeps(container: Container, queue: WorkQueue, shutdown: AbortSignal): ApiDeps {
  const { config, rows, source, metrics, ids, logger } = container;
  const onMarketTime = (change: StateChange) => ({ ...change, atMs: container.marketClock.nowMs() });
  return {
    config: { apiKey: config.http.apiKey, host: config.http.host },
    runs: runsPort(container),
    events: rows.events,
    desks: desksPort(container, queue),
    books: rows.orders,
    tradingState: {
      halt: (deskId, change) => toldState(container, rows.tradingState.halt(deskId, onMarketTime(change))),
      arm: (deskId, change) => toldState(container, rows.tradingState.arm(deskId, onMarketTime(change))),
      breakerEvents: (page) => rows.tradingState.breakerEvents(page),
    },
    prompts: rows.prompts,
    idempotency: rows.idempotency,
    marketSymbols: async () => (await source.market.instruments()).map(({ symbol }) => symbol),
    async startAnalysis({ symbols, question }) {
      const runId = await openAnalysis(container, { symbols, question });
      await queue.enqueueRun(runId);
      return { runId };
    },
    startCycle: (deskId) => startCycle(container, queue, deskId),
    closePositions: (choice, reason) => closePositions(container, choice, reason),
    systemState: (deskId) => systemState(container, deskId),
    health: () => health(container, queue),
    metrics,
    clock: wallClock,
    ids,
    logger,
    webRoot: join(rootFolder(), 'dist', 'web'),
    shutdown,
  };
}

/** Desks of this market. Its schedulers follow what is changed here. */
function desksPort(container: Container, queue: WorkQueue): DesksPort {
  const { rows, source } = container;
  const tell = (deskId: string) => tellPages(rows.events, 'desk.changed', deskId);
  return {
    list: async () => (await rows.desks.list()).filter((desk) => isOfMarket(desk, source.key)),
    get: (deskId) => rows.desks.get(deskId),
    async create(asked) {
      if (container.config.mode === 'live')
        throw new AppError(
          'conflict',
          'a live account belongs to one desk: change that one, or trade on paper',
        );
      await assertOffered(asked.symbols, container);
      // The market's key leads the id, so that no process of another market runs this desk.
      const desk = await rows.desks.create({ ...asked, deskId: `${source.key}--${slugOf(asked.name)}` });
      await syncSchedule(desk, queue);
      await tell(desk.deskId);
      return desk;
    },
    async update(deskId, patch) {
      if (patch.symbols) await assertOffered(patch.symbols, container);
      const desk = await rows.desks.update(deskId, patch);
      await syncSchedule(desk, queue);
      await tell(deskId);
      return desk;
    },
  };
}

function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (slug === '')
    throw new AppError('request_invalid', `desk name "${name}" has no letter or digit to make an id of`);
  return slug;
}

async function toldState(container: Container, change: Promise<StateChanged>): Promise<StateChanged> {
  const answer = await change;
  if (answer.changed.length === 0) return answer;
  await tellPages(container.rows.events, 'state.changed', null);
  return answer;
}

/** A desk whose venue cannot be read keeps the others from nothing; its failure is told when they are done. */
async function closePositions(
  container: Container,
  { deskId, ...choice }: PositionChoice,
  reason: string,
): Promise<CloseAnswer> {
  const { rows, house, source } = container;
  const own = (await rows.desks.list()).filter((desk) => isOfMarket(desk, source.key));
  const verdicts: CloseVerdict[] = [];
  let entriesGivenUp = 0;
  const failures: unknown[] = [];
  for (const desk of own) {
    if (deskId !== null && desk.deskId !== deskId) continue;
    try {
      const orders = await house.orders(desk.deskId);
      const { closed, givenUp } = await orders.close(choice, reason);
      entriesGivenUp += givenUp.length;
      verdicts.push(...closed.map((one) => verdictOf(desk.deskId, one)));
      // The books may still show what the venue did not: they learn it before anybody is told what is open.
      if (closed.length === 0 && choice.positionId !== null) await orders.reconcile();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (verdicts.length + entriesGivenUp > 0 || choice.positionId !== null)
    await tellPages(rows.events, 'books.changed', deskId);
  if (failures.length > 0) throw failures[0];
  return { verdicts, entriesGivenUp };
}

function verdictOf(deskId: string, { position, note }: ClosedPosition): CloseVerdict {
  const { positionId, symbol, side, quantityBase } = position;
  const outcome = note.action === 'closed' ? 'sent' : 'failed';
  return { deskId, positionId, symbol, side, quantityBase, outcome, message: note.detail };
}

export async function systemState(container: Container, deskId: string): Promise<SystemState> {
  const { config, rows, source, marketClock } = container;
  const trading = await rows.tradingState.read(deskId);
  return {
    mode: config.mode,
    trading: { ...trading, setBy: inWords(trading.setBy), actor: trading.setBy },
    breaker: { ...(await rows.tradingState.level(deskId)) } as SystemState['breaker'],
    market: {
      source: source.market.source,
      nowMs: marketClock.nowMs(),
      speed: marketClock.speed,
      endsAtMs: source.live ? null : source.market.spanMs.to,
      finished: marketClock.isFinished(),
    },
    model: isModelConfigured(config.llm)
      ? { configured: true, name: config.llm.model }
      : { configured: false, name: null },
  };
}

/** The breaker signs with the run in which it tripped. */
function inWords(setBy: string): string {
  return setBy.startsWith('breaker:') ? 'the breaker' : setBy;
}

async function health(
  { opened, config, source, marketClock, metrics }: Container,
  queue: WorkQueue,
): Promise<DependencyHealth[]> {
  const database = await probe('database', opened.embedded ? 'embedded Postgres' : 'DATABASE_URL', () =>
    opened.database.ping(),
  );
  metrics.databaseUp.set(database.status === 'up' ? 1 : 0);
  const where = config.redisUrl === null ? 'BullMQ on Postgres' : 'BullMQ on Redis';
  const queued = await probe('queue', where, async () => {
    for (const [state, count] of Object.entries(await queue.counts()))
      metrics.queueJobs.set({ queue: 'runs', state }, count);
  });
  const stream = source.market.stream?.health();
  metrics.streamUp.set(stream?.state === 'streaming' ? 1 : 0);
  metrics.streamIgnored.set(stream?.ignored ?? 0);
  const finished = marketClock.isFinished();
  const market: DependencyHealth = {
    name: 'market',
    status: finished ? 'degraded' : 'up',
    required: false,
    detail: finished
      ? `${source.market.source.name} has come to the end of its candles`
      : source.market.source.name,
  };
  const model: DependencyHealth = {
    name: 'model',
    status: 'up',
    required: false,
    detail: isModelConfigured(config.llm) ? config.llm.model : 'none configured: agents decide by rules',
  };
  return [database, queued, market, model];
}

async function probe(name: string, detail: string, check: () => Promise<unknown>): Promise<DependencyHealth> {
  try {
    await check();
    return { name, status: 'up', required: true, detail };
  } catch (thrown) {
    return { name, status: 'down', required: true, detail: toAppError(thrown).message };
  }
}
