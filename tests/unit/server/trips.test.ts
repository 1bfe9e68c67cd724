import { describe, expect, it } from 'vitest';
import type { BreakerReason, TradingState } from '#domain/trading-state.ts';
import type { BreakerEvent } from '#graphs/deps.ts';
import { createTrips } from '#server/engine/trips.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import {
  BTC,
  ETH,
  opening,
  openMemoryOrders,
  resting,
  SOL,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { NO_SNAPSHOTS } from '#tests/support/no-breaker.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';

const REASONS: BreakerReason[] = [
  { trigger: 'btc_fall_1h', level: 'tripped', value: 0.16, limit: 0.15, message: 'BTC fell 16%' },
];
const ARMED: TradingState = { mode: 'active', reason: 'armed', setBy: 'a person', sinceMs: 1 };

/** A desk that holds ETH and has an entry resting in BTC, seen by its guard. */
async function openDesk(mode: TradingState = ARMED) {
  const orders = openMemoryOrders();
  orders.gate.lastPricesQuote.set(BTC, 99.9);
  await placeOrders(orders.plan('run-1', [opening(ETH), resting(BTC)]), orders.parts);
  await orders.desk.reconcile();
  const events: BreakerEvent[] = [];
  let state = mode;
  let isAway = false;
  let diesAfterHalt = false;
  const answer = async <Answer>(give: () => Answer): Promise<Answer> => {
    if (isAway) throw new Error('the database is away');
    return give();
  };
  const trips = () =>
    createTrips({
      tradingState: {
        read: () => answer(() => state),
        tighten: (_desk, to, why) =>
          answer(() => {
            if (state.mode !== 'halted')
              state = { mode: to, reason: why.reason, setBy: why.setBy, sinceMs: why.atMs };
            isAway = diesAfterHalt;
            return state;
          }),
        breakerEvent: (event) => answer(() => void events.push(event)),
      },
      snapshots: NO_SNAPSHOTS,
      nowMs: () => orders.parts.clock.nowMs(),
      logger: SILENT_LOGGER,
    });
  return {
    ...orders,
    ...{ events, trips, state: () => state },
    tripDesk: { deskId: 'desk', orders: orders.desk, symbols: [BTC, ETH] },
    loseDatabase: (to: boolean) => {
      isAway = to;
      diesAfterHalt = false;
    },
    loseDatabaseAfterHalt: () => {
      diesAfterHalt = true;
    },
  };
}

const stopOf = async (orders: {
  working: (symbol: string) => Promise<readonly { purpose: string; triggerPriceQuote: string | null }[]>;
}) =>
  (await orders.working(ETH))
    .filter(({ purpose }) => purpose === 'stop')
    .map((stop) => stop.triggerPriceQuote);

describe('a trip of the breaker', () => {
  it('halts the desk, clears its book of entries, tightens its stops and tells all of it', async () => {
    const desk = await openDesk();
    await desk.trips().trip([desk.tripDesk], { reasons: REASONS, endsBy: 'recovery' });
    expect(desk.state()).toMatchObject({ mode: 'halted', setBy: 'breaker:guard', reason: 'BTC fell 16%' });
    expect(await desk.working(BTC)).toEqual([]);
    expect(await stopOf(desk)).toEqual(['98.5']);
    expect(await unsoundness(desk.venue)).toEqual([]);
    const [told, then] = desk.events;
    expect(told).toMatchObject({ level: 'tripped', reasons: REASONS, runId: null, symbols: [BTC, ETH] });
    expect(told?.actions.map(({ name }) => name)).toEqual(['halted', `cancelled ${BTC}`]);
    expect(then?.actions.map(({ name }) => name)).toEqual(['halted', `placed ${ETH}`]);
  });

  it('cancels what it knows of while another holds the desk and the venue’s lists do not answer', async () => {
    const desk = await openDesk();
    desk.fail({ on: 'openOrders', fault: 'unavailable' });
    await desk.trips().trip([desk.tripDesk], { reasons: REASONS, endsBy: 'recovery' });
    expect(await desk.working(BTC)).toEqual([]);
    expect(desk.state().mode).toBe('halted');
    desk.heal();
    expect(await stopOf(desk)).toEqual(['97']);
  });

  it('is completed by the next guard where the first one died after the halt, and once', async () => {
    const desk = await openDesk({ mode: 'halted', reason: 'fell', setBy: 'breaker:guard', sinceMs: 5 });
    await desk.trips().complete(desk.tripDesk);
    expect(await desk.working(BTC)).toEqual([]);
    expect(await stopOf(desk)).toEqual(['98.5']);
    const sent = desk.submitted.length;
    for (const guard of [desk.trips(), desk.trips()]) await guard.complete(desk.tripDesk);
    expect(desk.submitted).toHaveLength(sent);
    expect(desk.events).toHaveLength(1);
  });

  it('clears the book at once while the database is away, and stores its halt when it is back', async () => {
    const desk = await openDesk();
    const trips = desk.trips();
    desk.loseDatabase(true);
    await trips.trip([desk.tripDesk], { reasons: REASONS, endsBy: 'recovery' });
    expect(await desk.working(BTC)).toEqual([]);
    expect(desk.state()).toEqual(ARMED);
    await expect(trips.complete(desk.tripDesk)).rejects.toThrow('away');
    desk.loseDatabase(false);
    await trips.complete(desk.tripDesk);
    expect(desk.state()).toMatchObject({ mode: 'halted', setBy: 'breaker:guard' });
    expect(await stopOf(desk)).toEqual(['98.5']);
    expect(desk.events.map(({ reasons }) => reasons.length)).toEqual([1, 0]);
  });

  it('cancels again, while the database is away, what another process had placed since the last look', async () => {
    const desk = await openDesk();
    const trips = desk.trips();
    desk.loseDatabase(true);
    await trips.trip([desk.tripDesk], { reasons: REASONS, endsBy: 'recovery' });
    desk.gate.lastPricesQuote.set(SOL, 99.9);
    await placeOrders(desk.plan('run-2', [resting(SOL)]), desk.parts);
    expect(await desk.working(SOL)).toHaveLength(1);
    await trips.insist(desk.tripDesk);
    expect(await desk.working(SOL)).toEqual([]);
    desk.loseDatabase(false);
    await trips.insist(desk.tripDesk);
    expect(desk.state()).toMatchObject({ mode: 'halted', setBy: 'breaker:guard' });
    const [told] = desk.events;
    expect(told?.actions.map(({ name }) => name)).toEqual(['halted', `cancelled ${BTC}`, `cancelled ${SOL}`]);
    await trips.insist(desk.tripDesk);
    expect(desk.events).toHaveLength(1);
  });

  it('is told with its reasons and its cancels when the database went away between the halt and the event', async () => {
    const desk = await openDesk();
    const trips = desk.trips();
    desk.loseDatabaseAfterHalt();
    await trips.trip([desk.tripDesk], { reasons: REASONS, endsBy: 'recovery' });
    expect(desk.state()).toMatchObject({ mode: 'halted' });
    expect(desk.events).toEqual([]);
    desk.loseDatabase(false);
    await trips.complete(desk.tripDesk);
    const [told] = desk.events;
    expect(told?.reasons).toEqual(REASONS);
    expect(told?.actions.map(({ name }) => name)).toEqual(['halted', `cancelled ${BTC}`]);
  });

  it.each([
    ['a person has halted', { mode: 'halted', reason: 'news', setBy: 'a person', sinceMs: 5 }],
    ['nobody has halted', ARMED],
  ] as const)('is no business of the guard where %s', async (_what, state) => {
    const desk = await openDesk(state);
    await desk.trips().complete(desk.tripDesk);
    expect(await stopOf(desk)).toEqual(['97']);
    expect(desk.events).toEqual([]);
  });
});
