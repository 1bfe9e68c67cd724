/** Builds and wires one process: the only place where ports meet what implements them. */
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '#domain/time.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { SharedLoad } from '#exchanges/ports/shared-load.ts';
import {
  type AnalysisDeps,
  type ApprovalDesk,
  type CycleDeps,
  DEFAULT_SETTINGS,
  type RunControl,
  type RunTracer,
} from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { createGraphRunner } from '#graphs/graph-runner.ts';
import type { RehearsalDeps } from '#graphs/rehearse.ts';
import { createRulesAlone } from '#graphs/rules-alone.ts';
import type { Config } from './config.ts';
import { createApprovals } from './engine/approvals.ts';
import { withCandidates } from './engine/candidates.ts';
import { decideAgain } from './engine/decide-again.ts';
import { createDeskHouse } from './engine/desk-house.ts';
import { createDeskLock } from './engine/desk-lock.ts';
import { type DeskVenues, openLiveVenue, paperVenues } from './engine/desk-venues.ts';
import { withGateInTime } from './engine/gate-in-time.ts';
import { createHeardSpikes } from './engine/heard-spikes.ts';
import type { MarketClock } from './engine/market-clock.ts';
import { mayRunOn } from './engine/market-desks.ts';
import { type OpenMarket, openMarket } from './engine/market-source.ts';
import { openAgents } from './engine/open-agents.ts';
import { type ClockKind, openClock } from './engine/open-clock.ts';
import { createPendingWork } from './engine/pending-work.ts';
import { createRunEngine, STALE_AFTER_MS } from './engine/run-engine.ts';
import { createRunTracer, TELL_WITHIN_MS } from './engine/run-tracer.ts';
import { shareLoad } from './engine/shared-load.ts';
import { createSnapshotStore } from './engine/snapshot-store.ts';
import { timedRecords } from './engine/timed-records.ts';
import { tellModelHealth } from './events/tell-model-health.ts';
import { createToldModel } from './events/told-model.ts';
import { createIdSource } from './ids.ts';
import { openVigilDatabase } from './open-database.ts';
import { seedPrompts } from './prompts/seed-prompts.ts';
import { openPromotedTable } from './qtables/promoted-table.ts';
import { heldIn, openOrders, openRepositories, openVenueLoad, type Rows } from './repositories.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { wallClock } from './wall-clock.ts';
import { openPromotedWeights } from './weights/promoted-weights.ts';

export interface ContainerOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: ClockKind;
  /** What the market's desk watches, when the configuration names other symbols for this once. */
  readonly deskSymbols?: Config['market']['symbols'];
  readonly staleAfterMs?: number;
  /** Put around what the container builds; tests use them to fail and to kill, a crash drill to rehearse. */
  readonly around?: {
    readonly market?: (market: OpenMarket) => OpenMarket;
    readonly clock?: (clock: MarketClock) => MarketClock;
    readonly broker?: (broker: Broker) => Broker;
    readonly tracer?: (tracer: RunTracer) => RunTracer;
    /** By which a model that does not answer is left alone. */
    readonly restClock?: (clock: Clock) => Clock;
    readonly approvals?: (approvals: ApprovalDesk) => ApprovalDesk;
  };
}

export type Container = Awaited<ReturnType<typeof createContainer>>;

export async function createContainer(options: ContainerOptions) {
  const { config, logger, clock, around = {} } = options;
  const metrics = createMetrics();
  const ids = createIdSource(wallClock);
  const { barsPerSeries } = DEFAULT_SETTINGS;
  const opened = await openVigilDatabase(config, logger);
  const stops: (() => Promise<unknown>)[] = [() => opened.close()];
  const closeAll = async () => {
    for (const close of stops.reverse())
      await close().catch((err: unknown) => logger.warn({ err }, 'while closing'));
  };
  try {
    const heldOf = heldIn(openOrders(opened.database));
    const { deskSymbols } = options;
    const sharedLoad = await shareLoad(config, openVenueLoad(opened.database), logger);
    if (sharedLoad) stops.push(sharedLoad.close);
    const ownMarket = await openMarket(config, {
      ...{ wallClock, barsPerSeries, heldOf, logger, sharedLoad },
      ...(deskSymbols !== undefined && { deskSymbols }),
    });
    const source = around.market?.(ownMarket) ?? ownMarket;
    stops.push(() => source.market.close());
    const rows = openRepositories(opened, source, config);
    await seedPrompts(rows.prompts);
    const qtable = await openPromotedTable(rows.qTables, logger);
    stops.push(() => qtable.close());
    const promoted = await openPromotedWeights(rows.strategyWeights, logger);
    stops.push(() => promoted.close());
    const { speed } = config.market;
    const ownClock = await openClock(clock, { source, speed, rows: rows.marketClock, wallClock, logger });
    const marketClock = around.clock?.(ownClock) ?? ownClock;
    stops.push(() => marketClock.stop());
    const venues = await openVenues(source, marketClock, config, rows, logger, sharedLoad);
    stops.push(() => venues.close());
    const limits = { ...config.limits, minOpenInterestQuote: source.minOpenInterestQuote };
    const house = createDeskHouse({
      venueOf: venues.venueOf,
      store: rows.orders,
      lockOf: (deskId) => createDeskLock(opened.locks, deskId),
      limits,
      entryFacts: {
        market: source.market,
        tradingState: rows.tradingState,
        equityMarks: rows.equityMarks.of,
        recentTrading: rows.recentTrading.of,
        limits,
      },
      ...(around.broker && { aroundBroker: around.broker }),
    });
    const frames = createFrameStore();
    const snapshots = createSnapshotStore(rows.snapshots, source.market, barsPerSeries);
    const heardSpikes = createHeardSpikes(rows.spikes, wallClock);
    const afterCycle: ((runId: string) => void)[] = [];
    const pending = createPendingWork();
    const { models, budget, agents, rules, agentsOf } = openAgents({
      ...{ config: config.llm, rows, wallClock, ids, metrics, logger },
      restClock: around.restClock?.(wallClock) ?? wallClock,
      onUnstored: ({ callId, runId, agent }, err) =>
        logger.error({ err, callId, runId, agent }, 'a model call could not be stored'),
      onChange: (change) =>
        void pending.add(tellModelHealth(change, { events: rows.events, logger, wallClock })),
    });
    const aroundTracer = around.tracer ?? ((tracer) => tracer);

    function analysisDeps(deskId: string, control: RunControl): AnalysisDeps {
      const tracer = createRunTracer({
        spans: { opened: rows.spans.opened, closed: (span) => pending.add(rows.spans.closed(span)) },
        appendEvent: (event) => pending.add(rows.events.append(event)),
        later: (tell) => void pending.add(setTimeout(TELL_WITHIN_MS).then(tell)),
        deskId,
        nowMs: wallClock.nowMs,
        onEventLost: (err) => logger.warn({ err }, 'an event for the live pages was lost'),
      });
      return {
        market: source.market,
        agents,
        qtable: qtable.reader(),
        tracer: aroundTracer(tracer),
        snapshots,
        heardSpikes,
        frames,
        tradingState: rows.tradingState,
        records: timedRecords(rows.records, { market: marketClock, wall: wallClock }),
        pastTrading: rows.pastTrading.of,
        wallClock,
        elapsedMs: () => performance.now(),
        limits,
        thresholds: config.breaker.thresholds,
        settings: {
          ...{ ...DEFAULT_SETTINGS, strategy: config.strategy, whenModelDown: config.llm.whenDown },
          weights: promoted.weights(),
        },
        control,
      };
    }

    /** What a past run is decided again with, here in this process; it can neither send nor store. */
    function rehearsalDeps(signal: AbortSignal): RehearsalDeps {
      const control = { signal, isCancelled: async () => false };
      return { ...analysisDeps(source.key, control), recentTrading: rows.recentTrading.of };
    }

    const approvals = createApprovals({ rows, config: config.approval, logger });

    async function cycleDeps(deskId: string, control: RunControl): Promise<CycleDeps> {
      const deps = analysisDeps(deskId, control);
      return {
        ...deps,
        rulesAlone: createRulesAlone(rules, { ...deps, recentTrading: rows.recentTrading.of }),
        tradingState: rows.tradingState,
        orders: withGateInTime(await house.orders(deskId)),
        equityMarks: rows.equityMarks.of,
        recentTrading: rows.recentTrading.of,
        approvals: around.approvals?.(approvals) ?? approvals,
      };
    }

    const engine = createRunEngine({
      owner: ids.next('process'),
      runs: rows.runs,
      graphs: createGraphRunner(opened.checkpointPool, () => performance.now()),
      wallClock,
      marketNowMs: () => marketClock.nowMs(),
      mode: config.mode,
      isOwnDesk: (deskId) => mayRunOn(source.key, deskId),
      staleAfterMs: options.staleAfterMs ?? STALE_AFTER_MS,
      cycleDeps,
      analysisDeps: async (deskId, control) => analysisDeps(deskId, control),
      decideAgain: (request, control) =>
        decideAgain(request, control, {
          runs: rows.runs,
          trials: rows.trials,
          agentsOf,
          deps: (...of) => ({ ...analysisDeps(...of), recentTrading: rows.recentTrading.of }),
        }),
      onStarted: async (runId) => void (await tellRun('run.started', runId)),
      onEnded: (runId) => runEnded(runId),
      logger,
    });

    async function tellRun(type: 'run.started' | 'run.finished', runId: string) {
      const run = await rows.runs.get(runId);
      await rows.events.append({
        type,
        runId,
        deskId: run?.deskId ?? null,
        atMs: wallClock.nowMs(),
        payload: run,
      });
      return run;
    }

    async function runEnded(runId: string): Promise<void> {
      const run = await tellRun('run.finished', runId);
      if (run === null) return;
      if (run.kind === 'cycle') {
        await rows.desks.countCycle(run.deskId);
        for (const hear of afterCycle) hear(runId);
      }
      const durationMs = (run.finishedAtMs ?? wallClock.nowMs()) - run.startedAtMs;
      metrics.runs.inc({ kind: run.kind, outcome: run.outcome ?? run.status });
      metrics.runDuration.observe({ kind: run.kind }, durationMs / 1_000);
      logger.info({ ...run, durationMs }, 'run ended');
    }

    return {
      config,
      budget,
      logger,
      metrics,
      ids,
      rows,
      snapshots,
      models,
      toldModel: createToldModel(rows.events, wallClock),
      opened,
      source,
      marketClock,
      house,
      engine,
      rehearsalDeps,
      /** What votes weigh by now; null is the same for all. */
      promotedWeights: promoted.weights,
      /** Calls back after each cycle this process has brought to its end. */
      afterCycle: (hear: (runId: string) => void) => void afterCycle.push(hear),
      /** The standing desk of this market. */
      defaultDeskId: source.key,
      async close() {
        await engine.drain();
        await pending.settled();
        await closeAll();
      },
    };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

async function openVenues(
  source: OpenMarket,
  marketClock: MarketClock,
  config: Config,
  rows: Rows,
  logger: Logger,
  sharedLoad: SharedLoad | undefined,
): Promise<DeskVenues> {
  const { market, key } = source;
  if (config.mode === 'paper') return paperVenues({ market, marketClock, store: rows.paperStore });
  const desk = await rows.desks.get(key);
  const fromMs = desk?.createdAtMs ?? wallClock.nowMs();
  // A position may have been closed while nobody looked, in a symbol that is no candidate any more.
  const held = await heldIn(rows.orders)(key);
  const symbols = withCandidates([...source.symbols, ...held], source.candidates);
  return openLiveVenue({ config, symbols, deskId: key, fromMs, wallClock, logger, sharedLoad });
}
