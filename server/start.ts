/** Starts the roles of one process and stops them in order: no new work, runs at a checkpoint, then the connections. */
import { join } from 'node:path';
import { acquireInstanceLock } from '#db/embedded/instance-lock.ts';
import { AppError } from '#domain/errors.ts';
import type { Desk } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { HOUR_MS } from '#domain/time.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { apiDeps } from './api-wiring.ts';
import { createApp } from './app.ts';
import { startBacktestRunner } from './backtest/run-backtests.ts';
import type { Config } from './config.ts';
import { type Container, type ContainerOptions, createContainer } from './container.ts';
import { type GuardLoop, startGuardLoop } from './engine/guard-loop.ts';
import { openGuardHands } from './engine/guard-wiring.ts';
import { isOfMarket } from './engine/market-desks.ts';
import { createMarketWatch } from './engine/market-watch.ts';
import { forgetOld } from './engine/retention.ts';
import { tick } from './engine/run-service.ts';
import { followWithShadows } from './engine/shadows.ts';
import { openSpikeWatch, withSpikeWatch } from './engine/spike-guard.ts';
import { reckonTrials, trialProfitOf } from './engine/trial-profit.ts';
import { createTripSnapshots } from './engine/trip-snapshots.ts';
import { watchingPegs } from './engine/watched-symbols.ts';
import { tellPages } from './events/tell-pages.ts';
import { every } from './every.ts';
import { createHttpServer } from './http/http-server.ts';
import { assertCanListen, listenOn } from './listen.ts';
import type { LogTap } from './logs/log-tap.ts';
import { shipLogs } from './logs/ship-logs.ts';
import { rootFolder } from './paths.ts';
import { openQueue, type QueueBackend, type WorkQueue } from './queues/queue.ts';
import { mendSchedules, syncSchedule } from './queues/schedules.ts';
import type { BeatingRole, Role } from './roles.ts';
import type { Logger } from './telemetry/logger.ts';
import { createRoleBeat, type RoleBeat } from './telemetry/role-beat.ts';
import { createRetrainWatch, LOOK_EVERY_MS, trainInChild } from './training/retrain-watch.ts';
import { wallClock } from './wall-clock.ts';

export interface StartOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly role: Role;
  readonly around?: ContainerOptions['around'];
  /** Where the built pages are; `dist/web` when it is not said. */
  readonly webRoot?: string;
  /** Where `logger` writes to, when its lines are to be seen on the pages. */
  readonly logTap?: LogTap;
  /** The command line's own file, of which a backtest is another process; its source when it is not said. */
  readonly program?: string;
  /** Hears what takes long while it begins. */
  readonly tell?: (progress: string) => void;
}

export interface RunningVigil {
  /** Null for roles that serve nothing. */
  readonly url: string | null;
  readonly container: Container;
  readonly queue: WorkQueue;
  stop(): Promise<void>;
}

/** Runs at once in one worker process; a desk has one cycle at a time whatever this is. */
const CONCURRENCY = 4;
const ASIDE_CONCURRENCY = 1;
const RECKON_EVERY_MS = 30_000;
const PRUNE_EVERY_MS = HOUR_MS;
const SWEEP_EVERY_MS = 2_000;
/** An answer is acted on this late at most. */
const WAKE_EVERY_MS = 500;
const MEND_EVERY_MS = 10_000;

export async function startVigil(options: StartOptions): Promise<RunningVigil> {
  const { config, logger, logTap, role, around, webRoot, tell = () => {} } = options;
  refuseSplitRolesOnEmbedded(config, role);
  const lock = config.databaseUrl === null ? await acquireInstanceLock(config.homeDir) : null;
  const stops: (() => Promise<unknown>)[] = [async () => lock?.release()];
  const stop = async () => {
    for (const end of stops.reverse())
      await end().catch((err: unknown) => logger.warn({ err }, 'while stopping'));
    stops.length = 0;
  };
  try {
    if (servesHttp(role)) await assertCanListen(config.http);
    if (lock !== null) tell('starting the database');
    const container = await createContainer({ config, logger, clock: 'standing', ...(around && { around }) });
    stops.push(() => container.close());
    if (logTap !== undefined)
      stops.push(shipLogs({ tap: logTap, rows: container.rows.logs, role, clock: wallClock }).stop);
    const backend: QueueBackend =
      config.redisUrl === null
        ? { kind: 'postgres', pool: container.opened.queuePool }
        : { kind: 'redis', url: config.redisUrl };
    const queue = await openQueue(backend, logger, `vigil-${container.source.key}`);
    stops.push(() => queue.close());
    const aside = await openQueue(backend, logger, `vigil-${container.source.key}-aside`);
    stops.push(() => aside.close());
    await ensureDesk(container, queue);
    const openBeat = (beating: BeatingRole): RoleBeat => {
      const beat = createRoleBeat({ homeDir: config.homeDir, role: beating, clock: wallClock, logger });
      stops.push(beat.stop);
      return beat;
    };
    if (role === 'all' || role === 'guard') stops.push(guard(container, openBeat('guard')).stop);
    if (role === 'all' || role === 'worker')
      stops.push(work(container, { queue, aside }, openBeat('worker')));
    if (role === 'all' || role === 'worker') {
      const program = options.program ?? join(rootFolder(), 'server', 'cli', 'main.ts');
      stops.push(startBacktestRunner(container, program).stop);
      if (config.retrains) stops.push(retrain(container, program));
    }
    const served = servesHttp(role) ? await serve(container, { queue, aside }, webRoot) : null;
    if (served) stops.push(served.stop);
    logger.info(
      {
        role,
        market: container.source.market.source,
        desk: container.defaultDeskId,
        url: served?.url ?? null,
      },
      'vigil is up',
    );
    return { url: served?.url ?? null, container, queue, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** The desk every market has, and a scheduler for each of its desks. */
async function ensureDesk(container: Container, queue: WorkQueue): Promise<void> {
  const { rows, source, config, defaultDeskId } = container;
  const desk = await rows.desks.ensureDefault({
    deskId: defaultDeskId,
    name: source.market.source.name.slice(0, 60),
    symbols: [...source.symbols],
    intervalMs: config.cycleIntervalMs,
    createdAtMs: wallClock.nowMs(),
  });
  // Symbols that are asked for by name are watched from now on, whatever the desk began with.
  const symbols = config.market.symbols ?? (await offeredOf(desk, container));
  if (symbols.join() !== desk.symbols.join()) {
    await rows.desks.update(defaultDeskId, { symbols: [...symbols] }, 'start-up');
  }
  for (const own of await ownDesks(container)) await syncSchedule(own, queue);
}

/** What a desk watches as far as its market offers it still: one it does not know would fail every cycle. */
async function offeredOf(
  { deskId, symbols }: Desk,
  { source, logger }: Container,
): Promise<readonly MarketSymbol[]> {
  const offered = new Set((await source.market.instruments()).map(({ symbol }) => symbol));
  const gone = symbols.filter((symbol) => !offered.has(symbol));
  if (gone.length === 0) return symbols;
  logger.warn({ deskId, gone }, 'the market does not offer what a desk has watched; it watches the rest');
  const left = symbols.filter((symbol) => offered.has(symbol));
  return left.length > 0 ? left : source.symbols;
}

async function ownDesks({ rows, source }: Container): Promise<Desk[]> {
  return (await rows.desks.list()).filter((desk) => isOfMarket(desk, source.key));
}

/** `aside` is for what no cycle may wait for: forks and shadows. */
interface Queues {
  readonly queue: WorkQueue;
  readonly aside: WorkQueue;
}

function work(container: Container, { queue, aside }: Queues, { beat }: RoleBeat): () => Promise<void> {
  const { engine, logger } = container;
  const run = async (runId: string) => void (await engine.execute(runId));
  queue.work(
    {
      tick: (deskId, jobId) => tick(container, deskId, jobId),
      run,
    },
    CONCURRENCY,
  );
  aside.work({ tick: async () => {}, run }, ASIDE_CONCURRENCY);
  const shadows = followWithShadows(container, aside);
  // Nobody waits for what it began: a slow venue of one desk must not keep another desk's answer waiting.
  const waker = every(WAKE_EVERY_MS, () => engine.wake(), logger);
  const sweeper = every(SWEEP_EVERY_MS, () => engine.sweep(), logger);
  const stopping = new AbortController();
  const trialProfit = trialProfitOf(container, stopping.signal);
  const reckoner = every(RECKON_EVERY_MS, () => reckonTrials(trialProfit), logger);
  const pruner = every(PRUNE_EVERY_MS, () => forgetOld(container, wallClock.nowMs()), logger);
  const mend = async () => {
    await mendSchedules(await ownDesks(container), queue);
    // A worker lives while it comes through to its database and its queue.
    beat();
  };
  beat();
  const mender = every(MEND_EVERY_MS, mend, logger);
  return async () => {
    stopping.abort();
    await Promise.all([mender.stop(), pruner.stop()]);
    // Runs come to their checkpoints whatever a venue takes to tell the candles of a trial.
    const looked = [sweeper.stop(), waker.stop(), reckoner.stop()];
    await engine.drain();
    await Promise.all([...looked, shadows.settled()]);
  };
}

function retrain({ rows, opened, defaultDeskId, logger }: Container, program: string): () => Promise<void> {
  const watch = createRetrainWatch({
    ...{ deskId: defaultDeskId, facts: rows.retrainFacts.of, locks: opened.locks, logger },
    nowMs: wallClock.nowMs,
    train: (deskId, signal) => trainInChild(program, deskId, signal),
  });
  const looker = every(LOOK_EVERY_MS, watch.look, logger);
  return async () => {
    watch.stop();
    await looker.stop();
  };
}

function guard(container: Container, { beat }: RoleBeat): GuardLoop {
  const { rows, house, opened, source, marketClock, logger, config } = container;
  const { tradingState, equityMarks } = rows;
  const { limits, breaker } = config;
  const nowMs = () => marketClock.nowMs();
  const hands = openGuardHands({
    ...{ tradingState, equityMarks, limits, breaker, nowMs, logger },
    snapshots: createTripSnapshots({
      ...{ market: source.market, snapshots: container.snapshots, tradingState, nowMs },
      isKept: async (snapshotId) => (await rows.snapshots.loadRef(snapshotId)) !== null,
      barsPerSeries: DEFAULT_SETTINGS.barsPerSeries,
    }),
    onState: (deskId) => tellPages(rows.events, 'state.changed', deskId),
  });
  return startGuardLoop({
    ...hands,
    locks: opened.locks,
    key: source.key,
    onTurn: beat,
    logger,
    openWatch: (hears) =>
      withSpikeWatch(
        watchingPegs(
          createMarketWatch({
            ...{ market: source.market, limits: breaker.limits, ...hears, logger },
            nowMs,
          }),
          { market: source.market, logger },
        ),
        openSpikeWatch(container),
        container,
      ),
    async desks() {
      const own = await ownDesks(container);
      return Promise.all(
        own.map(async ({ deskId, symbols }) => ({ deskId, symbols, orders: await house.orders(deskId) })),
      );
    },
    onBooks: (deskId) => tellPages(rows.events, 'books.changed', deskId),
  });
}

async function serve(container: Container, queues: Queues, webRoot?: string) {
  const { host, port } = container.config.http;
  const shutdown = new AbortController();
  const app = createApp({
    ...apiDeps(container, queues, shutdown.signal),
    ...(webRoot !== undefined && { webRoot }),
  });
  const server = createHttpServer(app.fetch, container);
  await listenOn(server, { host, port });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    async stop() {
      shutdown.abort();
      server.closeIdleConnections();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearTimeout(timer);
    },
  };
}

function servesHttp(role: Role): boolean {
  return role === 'all' || role === 'api';
}

function refuseSplitRolesOnEmbedded(config: Config, role: Role): void {
  if (role === 'all' || config.databaseUrl !== null) return;
  throw new AppError(
    'config_invalid',
    `--role ${role} needs DATABASE_URL: the embedded database serves one process (--role all)`,
  );
}
