/** The product's own guards and a worker, the venue and Postgres, each a process of its own: killed over one trip. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { bundleCommandLine, bundleScript } from '#tests/support/bundle.ts';
import { type KillablePostgres, startKillablePostgres } from '#tests/support/killable-postgres.ts';
import { type FleetScripts, kill, openFleet, type TripFleet } from '#tests/support/trip-fleet.ts';
import {
  begin,
  cancelsOf,
  crash,
  entriesStanding,
  expectCarriedOut,
  place,
  print,
  WAIT,
} from '#tests/support/trip-scene.ts';
import type { FaultRule } from '#tests/support/venue/venue-faults.ts';

const TAKE_OVER_WITHIN_MS = 5_000;

let postgres: KillablePostgres;
let scripts: FleetScripts;

beforeAll(async () => {
  const [commandLine, worker] = await Promise.all([
    bundleCommandLine(),
    bundleScript('tests/support/trip-worker.ts'),
  ]);
  scripts = { commandLine, worker };
  postgres = await startKillablePostgres();
});
afterAll(() => postgres?.close());

async function onFleet(name: string, work: (fleet: TripFleet) => Promise<void>): Promise<void> {
  await postgres.start();
  const fleet = await openFleet(postgres, name, scripts);
  try {
    await work(fleet);
  } finally {
    await fleet.close();
  }
}

/** Holds every such call at the venue while `work` looks at who stands there, then lets all of them go. */
async function heldAt(
  { venue }: TripFleet,
  aim: Pick<FaultRule, 'method' | 'path' | 'where'> & { readonly executed: boolean },
  work: () => Promise<void>,
): Promise<void> {
  const { executed, ...call } = aim;
  await venue.addFault({ ...call, times: null, effect: { kind: 'held', executed, forMs: null } });
  await work();
  await venue.clearFaults();
  await venue.releaseHeld();
}

/** Until so many calls are held, of any aim: who sent them waits for the answer. */
function untilHeld({ venue }: TripFleet, method: string, path: string, symbols: readonly string[]) {
  return vi.waitFor(async () => {
    const { requests } = await venue.snapshot();
    const held = requests.filter((one) => one.faults.includes('held') && one.method === method);
    const told = held.filter((one) => one.path.endsWith(path)).map(({ parameters }) => parameters.symbol);
    expect(told).toEqual(expect.arrayContaining([...symbols]));
  }, WAIT);
}

async function intentOf({ query }: TripFleet, symbol: string): Promise<string | undefined> {
  const rows = await query<{ status: string }>(
    `select status from order_intents where request ->> 'purpose' = 'entry' and request ->> 'symbol' = '${symbol}'`,
  );
  return rows[0]?.status;
}

async function untilCancelled({ venue }: TripFleet, fellAtMs: number, title: string): Promise<void> {
  await vi.waitFor(async () => expect(entriesStanding(await venue.snapshot())).toEqual([]), WAIT);
  const afterMs = cancelsOf(await venue.snapshot()).map(({ atMs }) => atMs - fellAtMs);
  print(`${title}: cancels at the venue ${afterMs.join(', ')} ms after the fall`);
}

describe('a trip over which processes die', () => {
  it('is carried out once while worker, leader and database are killed in turn, and stands after all restarts', () =>
    onFleet('fleet_in_turn', async (fleet) => {
      const { venue } = fleet;
      const leader = await fleet.startGuard();
      const [standby, first, second] = await Promise.all([
        fleet.startGuard(),
        fleet.startWorker(),
        fleet.startWorker(),
      ]);
      await begin(fleet, first);

      await heldAt(fleet, { method: 'POST', path: '/leverage', executed: false }, async () => {
        void place(first, 'planned', 'DOGE', 'limit');
        await untilHeld(fleet, 'POST', '/leverage', ['DOGEUSDT']);
        expect(await intentOf(fleet, 'DOGE/USDT:USDT')).toBe('planned');
        await first.kill();
      });
      await heldAt(fleet, { method: 'POST', path: '/v1/order', executed: true }, async () => {
        void place(second, 'sent', 'BNB', 'limit');
        await untilHeld(fleet, 'POST', '/v1/order', ['BNBUSDT']);
        expect(await intentOf(fleet, 'BNB/USDT:USDT')).toBe('sent');
        await second.kill();
      });
      expect(entriesStanding(await venue.snapshot())).toEqual(['BNBUSDT', 'SOLUSDT', 'XRPUSDT']);

      let killedAtMs = Number.NaN;
      await heldAt(fleet, { method: 'DELETE', path: '/v1/order', executed: false }, async () => {
        await crash(fleet);
        await untilHeld(fleet, 'DELETE', '/v1/order', ['SOLUSDT', 'XRPUSDT']);
        await kill(leader);
        killedAtMs = Date.now();
        expect(entriesStanding(await venue.snapshot())).toEqual(['BNBUSDT', 'SOLUSDT', 'XRPUSDT']);
      });
      await heldAt(fleet, { method: 'POST', path: '/algoOrder', executed: true }, async () => {
        await standby.said(/guard leads/);
        const tookMs = Date.now() - killedAtMs;
        print(`the standby leads ${tookMs} ms after the kill of the leader`);
        expect(tookMs).toBeLessThan(TAKE_OVER_WITHIN_MS);
        await untilHeld(fleet, 'POST', '/algoOrder', ['ETHUSDT']);
        const done = cancelsOf(await venue.snapshot()).filter(({ executed }) => executed);
        print(
          `and its cancels are at the venue after ${done.map(({ atMs }) => atMs - killedAtMs).join(', ')} ms`,
        );
        await postgres.kill();
      });
      await standby.said(/guard lost its database/);
      await postgres.start();
      await expectCarriedOut(fleet, 'worker, leader and database in turn');

      await kill(standby);
      const [, heir] = await Promise.all([fleet.startGuard(), fleet.startWorker()]);
      for (const [run, base] of [
        ['planned', 'DOGE'],
        ['sent', 'BNB'],
      ] as const)
        await place(heir, run, base, 'market');
      expect(await place(heir, 'late', 'BTC', 'market')).toEqual({ denied: 'trading_halted' });
      await expectCarriedOut(fleet, 'and after the restart of all');
    }));

  it('goes on without the database: the cancels leave, and the halt is stored when that is back', () =>
    onFleet('fleet_away', async (fleet) => {
      const leader = await fleet.startGuard();
      const worker = await fleet.startWorker();
      await begin(fleet, worker);
      await postgres.kill();
      await leader.said(/guard lost its database/);
      const fellAtMs = Date.now();
      await crash(fleet);
      await untilCancelled(fleet, fellAtMs, 'without the database');
      await postgres.start();
      await expectCarriedOut(fleet, 'without the database');
    }));

  it('is made anew where the guard that tripped without the database died before that was back', () =>
    onFleet('fleet_both', async (fleet) => {
      const leader = await fleet.startGuard();
      const worker = await fleet.startWorker();
      await begin(fleet, worker);
      await postgres.kill();
      const fellAtMs = Date.now();
      await crash(fleet);
      await untilCancelled(fleet, fellAtMs, 'in the moment of the death of the database');
      await kill(leader);
      await worker.kill();
      await postgres.start();
      await fleet.startGuard();
      await expectCarriedOut(fleet, 'guard and database dead at once');
    }));

  it('is told with its reasons when the database dies between the halt and its event', () =>
    onFleet('fleet_between', async (fleet) => {
      const leader = await fleet.startGuard();
      const worker = await fleet.startWorker();
      await begin(fleet, worker);
      const blocker = await openDatabase({ url: fleet.databaseUrl, maxConnections: 1 });
      const blocking = blocker.sql.begin(async (sql) => {
        await sql`lock table breaker_events`;
        await crash(fleet);
        await vi.waitFor(async () => {
          const [state] = await fleet.query<{ mode: string }>('select mode from trading_state');
          expect(state?.mode).toBe('halted');
          const waiting = await fleet.query(
            `select 1 from pg_locks where not granted and relation = 'breaker_events'::regclass`,
          );
          expect(waiting.length).toBeGreaterThan(0);
        }, WAIT);
        await postgres.kill();
        await sql`select 1`;
      });
      await expect(blocking).rejects.toThrow();
      await leader.said(/guard lost its database/);
      await postgres.start();
      await expectCarriedOut(fleet, 'between the halt and its event');
      await blocker.close().catch(() => undefined);
    }));
});
