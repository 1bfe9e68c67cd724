/** Runs the whole of `npm start` on a data folder and a market of its own through a crash, and brings home what it left. */
import { setTimeout as pause } from 'node:timers/promises';
import { createDeskStoryRepository } from '#db/repositories/desk-story.ts';
import { AppError } from '#domain/errors.ts';
import { startCycle } from '../engine/run-service.ts';
import { startVigil } from '../start.ts';
import { wallClock } from '../wall-clock.ts';
import { layBook } from './simulate-crash-book.ts';
import { createDrillClock, type DrillClock } from './simulate-crash-clock.ts';
import {
  auditEntries,
  callEntries,
  cycleEntries,
  deniedEntries,
  fillEntries,
  saidEntries,
} from './simulate-crash-desk-entries.ts';
import type { DrillMarket } from './simulate-crash-market.ts';
import { marketEntries } from './simulate-crash-market-entries.ts';
import { type DrillOutcome, type EquitySample, outcomeOf } from './simulate-crash-outcome.ts';
import type { Drill } from './simulate-crash-plan.ts';
import { assembleTimeline, type TimelineEntry } from './simulate-crash-timeline.ts';
import { createWitness } from './simulate-crash-witness.ts';

export interface DrillListener {
  readonly onProgress: (progress: { readonly doneFraction: number; readonly atMs: number }) => void;
  readonly tell: (words: string) => void;
  /** Ends the drill early; what was begun is still stopped and removed. */
  readonly signal: AbortSignal;
}

export interface DrillResult extends DrillOutcome {
  readonly timeline: readonly TimelineEntry[];
}

/** A person has stopped it. */
export class DrillInterrupted extends Error {}

const LOOK_EVERY_MS = 250;
const CYCLE_EVERY_MS = 5_000;

/** @throws AppError of the desk's start; DrillInterrupted */
export async function runDrill(
  drill: Drill,
  market: DrillMarket,
  listener: DrillListener,
): Promise<DrillResult> {
  const { opened, startAtMs, paces } = market;
  const witness = createWitness(wallClock.nowMs);
  const clock = createDrillClock(startAtMs, paces, wallClock);
  const running = await startVigil({
    config: market.config,
    logger: witness.logger,
    role: 'all',
    tell: listener.tell,
    around: { market: () => opened, clock: () => clock, broker: witness.aroundBroker },
  });
  try {
    const { container } = running;
    const { rows, defaultDeskId: deskId } = container;
    await orAbort(witness.said('guard leads'), listener.signal);
    const laid = await layBook(container, opened.symbols);
    await (await container.house.orders(deskId)).reconcile();
    const equity: EquitySample[] = [];
    const see = async () => {
      const account = await rows.orders.account(deskId);
      if (account === null || account.asOfMs === equity.at(-1)?.atMs) return account;
      equity.push({ atMs: account.asOfMs, equityQuote: account.equityQuote });
      return account;
    };
    await see();
    clock.begin();
    const begunWallMs = wallClock.nowMs();
    const { crossing, trough, peak } = market.story;
    const askCycle = () => startCycle(container, running.queue, deskId);
    const calmsAtMs = Math.max(crossing?.trippedAtMs ?? 0, trough.atMs) + market.story.barMs;
    const cycles = { fromMs: calmsAtMs, ask: askCycle };
    await runThrough(clock, { begunWallMs, see, cycles }, listener);
    // Once more, so that what the last bars did is in the books.
    await (await container.house.orders(deskId)).reconcile();
    const account = await see();
    const stored = createDeskStoryRepository(container.opened.database);
    const [audits, fills, runs, positions, state] = await Promise.all([
      stored.audits(deskId, opened.key),
      stored.fills(deskId),
      stored.runs(deskId),
      rows.orders.positions([deskId]),
      rows.tradingState.read(deskId),
    ]);
    const zeroMs = crossing?.crossedAtMs ?? peak.atMs;
    const happenings = [
      ...callEntries(witness.calls),
      ...deniedEntries(laid, begunWallMs),
      ...marketEntries(market.story, drill.symbol),
      ...saidEntries(witness.lines),
      ...auditEntries(audits),
      ...fillEntries(fills, startAtMs),
      ...cycleEntries(runs),
    ];
    const crossedWallMs = crossing === null ? null : clock.wallAt(crossing.crossedAtMs);
    const { calls, lines } = witness;
    return {
      ...outcomeOf({
        story: market.story,
        calls,
        lines,
        audits,
        fills,
        wallAt: clock.wallAt,
        equity,
        account,
        positions,
        state,
        crossedWallMs,
      }),
      timeline: assembleTimeline(happenings, clock, zeroMs),
    };
  } finally {
    await running.stop();
  }
}

/**
 * Cycles are asked for once the fall is over: what the desk then wants to open while it is halted is refused. In the
 * fall itself they would close what they hold by their own lights, and nothing could be seen of the breaker's hand.
 */
async function runThrough(
  clock: DrillClock,
  watch: {
    readonly begunWallMs: number;
    readonly see: () => Promise<unknown>;
    readonly cycles: { readonly fromMs: number; readonly ask: () => Promise<unknown> };
  },
  { onProgress, signal }: DrillListener,
): Promise<void> {
  const { begunWallMs, see, cycles } = watch;
  let askedWallMs = 0;
  while (!clock.isFinished()) {
    await orAbort(pause(LOOK_EVERY_MS), signal);
    await see();
    const wallMs = wallClock.nowMs();
    if (clock.nowMs() > cycles.fromMs && wallMs - askedWallMs >= CYCLE_EVERY_MS) {
      askedWallMs = wallMs;
      await unlessFinished(cycles.ask);
    }
    onProgress({
      doneFraction: Math.min(1, (wallMs - begunWallMs) / clock.wallLengthMs),
      atMs: clock.nowMs(),
    });
  }
}

/** Between the look at the clock and the cycle the candles may come to their end. */
async function unlessFinished(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'market_finished') throw thrown;
  }
}

/** @throws DrillInterrupted when the signal comes first */
async function orAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DrillInterrupted());
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
