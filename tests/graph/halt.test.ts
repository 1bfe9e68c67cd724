import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { createFaultingBroker, type FaultingBroker } from '#tests/support/memory-broker-faults.ts';
import {
  type CycleDesk,
  MOMENTS,
  openDesk,
  pathOf,
  RUNNERS,
  recordOfCycle,
} from '#tests/support/memory-cycles.ts';
import { requestOf } from '#tests/unit/exchanges/paper/paper-desk.ts';

const HALT_PATH = ['observe', 'indicators', 'qtable', 'breaker', 'guardian', 'protect', 'record'];
const BTC = 'BTC/USDT:USDT';

type Thresholds = CycleDeps['thresholds'];
const fall = { asset: 'BTC', windowMs: 3_600_000 };
/** Any fall at all puts the desk on watch, and none trips it. */
const ON_WATCH: Thresholds = {
  falls: [{ ...fall, fallFraction: 0.9 }],
  watchShare: 0.000_01,
  marketHaltsEndBy: 'recovery',
};

/** A desk that holds Bitcoin by a person's hand, with custody's stop. */
async function holdingBitcoin(
  options: { script?: Script; atMs?: number } = {},
): Promise<CycleDesk & { faults: FaultingBroker }> {
  const { atMs = MOMENTS.quiet, ...rest } = options;
  let faults: FaultingBroker | undefined;
  const desk = await openDesk(atMs, {
    ...rest,
    aroundBroker: (broker) => {
      faults = createFaultingBroker(broker);
      return faults.broker;
    },
  });
  if (faults === undefined) throw new Error('the venue was never wrapped');
  await byHand(desk, {});
  await desk.deps.orders.reconcile();
  return { ...desk, faults };
}

async function byHand(desk: CycleDesk, order: Partial<OrderRequest>): Promise<void> {
  const hand = { clientOrderId: `hand-${order.type}`, symbol: BTC, quantityBase: '0.01', leverage: 2 };
  await desk.venue.submit(sealApproval(requestOf({ ...hand, ...order })));
}

async function stopOf(desk: CycleDesk): Promise<number> {
  const stops = (await desk.venue.openOrders()).filter(({ purpose }) => purpose === 'stop');
  expect(stops).toHaveLength(1);
  return Number(stops[0]?.triggerPriceQuote);
}

/** A limit entry far under the market, as an earlier cycle might have left one. */
const restingEntry = (priceQuote: string) => ({ type: 'limit', priceQuote }) as const;

async function entriesOf(desk: CycleDesk): Promise<number> {
  return (await desk.venue.openOrders()).filter(({ purpose }) => purpose === 'entry').length;
}

function tripping(desk: CycleDesk): CycleDeps {
  return {
    ...desk.deps,
    thresholds: { falls: [{ ...fall, fallFraction: 0.000_01 }], watchShare: 1, marketHaltsEndBy: 'recovery' },
  };
}

describe.each(RUNNERS)('a halt by %s', (_name, run) => {
  it('cancels entries, brings stops half-way to the market, stores the event and asks nobody', async () => {
    const desk = await holdingBitcoin();
    await byHand(desk, restingEntry('50000'));
    const [before, position] = [await stopOf(desk), (await desk.venue.positions())[0]];
    const record = await recordOfCycle(run, desk, 'run-1', tripping(desk));
    expect(record).toMatchObject({ outcome: 'halted', level: 'tripped', intents: [], proposals: [] });
    expect(record.reason).toMatch(/^BTC fell [\d.]+% from its 1 h high/);
    expect(record.tradingState).toMatchObject({ mode: 'halted', setBy: 'breaker:run-1' });
    expect(pathOf(record)).toEqual(HALT_PATH);
    expect(desk.agents.asked).toEqual(['guardian']);
    expect(await entriesOf(desk)).toBe(0);
    expect(await stopOf(desk)).toBeCloseTo((before + Number(position?.markPriceQuote)) / 2, 0);
    expect(desk.events).toMatchObject([
      {
        runId: 'run-1',
        level: 'tripped',
        symbols: [BTC],
        actions: [{ name: `cancelled ${BTC}` }, { name: `placed ${BTC}` }],
      },
    ]);
  });

  it('of the market ends by its recovery, though the Guardian agrees with it, and not when an account lost too much', async () => {
    const desk = await holdingBitcoin();
    const { tradingState } = await recordOfCycle(run, desk, 'run-1', tripping(desk));
    expect(tradingState).toMatchObject({ mode: 'halted', endsBy: 'recovery' });
    const lost = await holdingBitcoin();
    const marks = { dayStartQuote: '20000', peakQuote: '20000' };
    const deps = { ...tripping(lost), equityMarks: async () => marks };
    expect((await recordOfCycle(run, lost, 'run-1', deps)).tradingState.endsBy).toBeUndefined();
  });

  it('tightens only once for a trip, however many halted cycles follow', async () => {
    const desk = await holdingBitcoin();
    await recordOfCycle(run, desk, 'run-1', tripping(desk));
    const once = await stopOf(desk);
    for (const runId of ['run-2', 'run-3']) {
      desk.clock.nowMs += 60_000;
      const record = await recordOfCycle(run, desk, runId, tripping(desk));
      expect(record.outcome).toBe('halted');
    }
    expect(await stopOf(desk)).toBe(once);
    expect(desk.events).toHaveLength(1);
  });

  it('stays halted after the fall is over, until somebody arms it', async () => {
    const desk = await holdingBitcoin();
    await recordOfCycle(run, desk, 'run-1', tripping(desk));
    expect(await recordOfCycle(run, desk, 'run-2')).toMatchObject({ outcome: 'halted', level: 'clear' });
    desk.setTradingState({ mode: 'active', reason: 'armed', setBy: 'person', sinceMs: desk.clock.nowMs });
    expect((await recordOfCycle(run, desk, 'run-3')).outcome).not.toBe('halted');
  });

  it('halts although the venue is deaf, and does the rest in the next cycle', async () => {
    const desk = await holdingBitcoin();
    await byHand(desk, restingEntry('50000'));
    const before = await stopOf(desk);
    desk.faults.fail({ on: 'openOrders', fault: 'unavailable' });
    const record = await recordOfCycle(run, desk, 'run-1', tripping(desk));
    expect(record).toMatchObject({ outcome: 'halted', tradingState: { mode: 'halted' } });
    expect(record.notes.at(-1)).toBe('failed: the book could not be protected: openOrders did not answer');
    expect(desk.events).toMatchObject([{ actions: [{ name: 'failed' }] }]);
    desk.faults.heal();
    expect(await stopOf(desk)).toBe(before);
    await recordOfCycle(run, desk, 'run-2', tripping(desk));
    expect(await stopOf(desk)).toBeGreaterThan(before);
    expect(await entriesOf(desk)).toBe(0);
    expect(desk.events).toHaveLength(1);
  });

  it('by a person cancels entries and leaves stops where they are', async () => {
    const desk = await holdingBitcoin();
    await byHand(desk, restingEntry('50000'));
    const before = await stopOf(desk);
    desk.setTradingState({
      mode: 'halted',
      reason: 'maintenance',
      setBy: 'person',
      sinceMs: desk.clock.nowMs,
    });
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'halted', reason: 'maintenance', level: 'clear' });
    expect(await entriesOf(desk)).toBe(0);
    expect(await stopOf(desk)).toBe(before);
    expect(desk.events).toEqual([]);
    expect(desk.agents.asked).toEqual([]);
  });

  it('opens nothing at a moment at which an active desk would trade', async () => {
    const desk = await openDesk(MOMENTS.trading);
    desk.setTradingState({ mode: 'halted', reason: 'maintenance', setBy: 'person', sinceMs: 0 });
    expect((await recordOfCycle(run, desk)).outcome).toBe('halted');
    expect((await desk.venue.activityAfter(null)).fills).toEqual([]);
  });

  it('comes from the generator’s crash without any threshold of the test', async () => {
    const desk = await openDesk(MOMENTS.crash);
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'halted', level: 'tripped' });
    expect(record.reason).toBe(record.breakerReasons.find(({ level }) => level === 'tripped')?.message);
  });
});

describe.each(RUNNERS)('the Guardian by %s', (_name, run) => {
  it('halts the desk when it asks to trip, and is named as the reason', async () => {
    const script: Script = { guardian: () => ({ ask: 'trip', reason: 'an exchange is failing' }) };
    const desk = await holdingBitcoin({ script, atMs: MOMENTS.trading });
    const before = await stopOf(desk);
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, thresholds: ON_WATCH });
    expect(record).toMatchObject({
      outcome: 'halted',
      level: 'tripped',
      reason: 'an exchange is failing',
      tradingState: { mode: 'halted', reason: 'an exchange is failing' },
    });
    expect(pathOf(record)).toEqual(HALT_PATH);
    expect(await stopOf(desk)).toBeGreaterThan(before);
    expect(desk.events[0]?.reasons[0]).toMatchObject({ trigger: 'guardian', level: 'tripped' });
  });

  it.each(['keep', 'reduce'] as const)('cannot lower a tripped level by asking to %s', async (ask) => {
    const script: Script = { guardian: () => ({ ask, reason: 'it is nothing' }) };
    const desk = await holdingBitcoin({ script });
    const record = await recordOfCycle(run, desk, 'run-1', tripping(desk));
    expect(record).toMatchObject({ outcome: 'halted', level: 'tripped', tradingState: { mode: 'halted' } });
  });

  it('keeps opens out and lets closes pass when it asks to reduce', async () => {
    const script: Script = { guardian: () => ({ ask: 'reduce', reason: 'thin books' }) };
    const opened = await openDesk(MOMENTS.trading);
    await recordOfCycle(run, opened);
    const denied = await openDesk(MOMENTS.trading, { script });
    const record = await recordOfCycle(run, denied, 'run-1', { ...denied.deps, thresholds: ON_WATCH });
    expect(record).toMatchObject({ outcome: 'denied', level: 'watch', tradingState: { mode: 'reducing' } });
    const refusals = record.verdicts.flatMap(({ findings }) =>
      findings.filter(({ effect }) => effect === 'deny'),
    );
    expect(refusals.map(({ code }) => code)).toEqual(record.proposals.map(() => 'trading_reducing'));
    // Twenty minutes later the rules close all three positions, whatever the mode.
    opened.clock.nowMs += 20 * 60_000;
    opened.setTradingState({ mode: 'reducing', reason: 'thin books', setBy: 'person', sinceMs: 0 });
    const closed = await recordOfCycle(run, opened, 'run-2');
    expect(closed).toMatchObject({ outcome: 'traded', positions: [] });
    expect(await opened.venue.openOrders()).toEqual([]);
  });

  it('is not asked while the level is clear', async () => {
    const desk = await openDesk(MOMENTS.trading);
    await recordOfCycle(run, desk);
    expect(desk.agents.asked).not.toContain('guardian');
  });
});
