/**
 * The scheduled desk in replay, with its clock in the test's hand: container, engine, LangGraph and Postgres as they are,
 * cycles by the scheduler's own ticks, the guard's hands in its own order.
 */
import type { CycleRecord } from '#domain/run.ts';
import type { EpochMs } from '#domain/time.ts';
import { jobIdAt } from '#server/backtest/backtest-desk.ts';
import { strictLogger } from '#server/backtest/strict-logger.ts';
import { readConfig } from '#server/config.ts';
import { type Container, createContainer } from '#server/container.ts';
import { createGuardTurn } from '#server/engine/guard-turn.ts';
import { openGuardHands } from '#server/engine/guard-wiring.ts';
import { runIdOfJob, tick } from '#server/engine/run-service.ts';
import { createSpikeWatch } from '#server/engine/spike-watch.ts';
import { wallClock } from '#server/wall-clock.ts';
import { testHome } from './test-desk.ts';

export interface ReplayedDesk {
  readonly container: Container;
  readonly clock: { nowMs: EpochMs };
  guard(): Promise<void>;
  cycle(): Promise<CycleRecord>;
  close(): Promise<void>;
}

export async function openReplayedDesk(
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<ReplayedDesk> {
  const failures: unknown[] = [];
  const logger = strictLogger((thrown) => failures.push(thrown));
  const config = readConfig({ DATABASE_URL: databaseUrl, VIGIL_HOME: testHome(), ...environment });
  const clock = { nowMs: 0 };
  const nowMs = () => clock.nowMs;
  const container = await createContainer({
    ...{ config, logger, clock: 'fixed' },
    around: { clock: () => ({ speed: 1, nowMs, isFinished: () => false, stop: async () => {} }) },
  });
  const { rows, source, house, defaultDeskId: deskId } = container;
  clock.nowMs = source.startAtMs;
  const symbols = [...source.symbols];
  await rows.desks.ensureDefault({ deskId, name: 'replayed', symbols, intervalMs: 1_000, createdAtMs: 0 });
  const told: Promise<unknown>[] = [];
  const { tradingState, equityMarks } = rows;
  const { limits, breaker } = config;
  const guard = createGuardTurn({
    ...{ market: source.market, nowMs, logger, limits: breaker.limits },
    hands: openGuardHands({
      ...{ tradingState, equityMarks, limits, breaker, nowMs, logger },
      snapshots: { keep: async () => {} },
      onState: async () => {},
    }),
    spikes: createSpikeWatch({
      ...{ market: source.market, nowMs, logger },
      toldLately: async () => [],
      onSpike(payload) {
        const event = { runId: null, deskId, atMs: wallClock.nowMs(), payload } as const;
        told.push(rows.events.append({ type: 'spike.told', ...event }));
      },
    }),
    desks: [{ deskId, symbols, orders: await house.orders(deskId) }],
  });
  const assertWell = () => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    ...{ container, clock },
    async guard() {
      await guard.take();
      await Promise.all(told.splice(0));
      assertWell();
    },
    async cycle() {
      const jobId = jobIdAt(deskId, clock.nowMs);
      await tick(container, deskId, jobId);
      assertWell();
      const record = await rows.runs.record(runIdOfJob(jobId));
      if (record === null) throw new Error(`the cycle at ${clock.nowMs} left no record`);
      return record;
    },
    async close() {
      guard.close();
      await container.close();
    },
  };
}
