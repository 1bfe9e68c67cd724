/**
 * A live desk as a fleet: the product's own guards, a worker, the venue and Postgres, each a process that can be killed.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSymbol, venueSymbol } from '#domain/symbol.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import type { KillablePostgres } from './killable-postgres.ts';
import { type NodeProcess, startNode } from './node-process.ts';
import { onServer, withDatabase } from './postgres-setup.ts';
import { type RemoteVenue, startVenueProcess } from './venue/venue-process.ts';

export type WorkerCommand =
  | { readonly kind: 'arm' }
  | { readonly kind: 'place'; readonly runId: string; readonly placement: Placement };

export interface WorkerAnswer {
  /** Why an open was denied; null when it passed. */
  readonly denied: string | null;
}

export type FromWorker =
  | { readonly id: number; readonly answer: WorkerAnswer }
  | { readonly id: number; readonly failure: string };

export interface TripWorker {
  /** Rejects with what it threw, and never answers when it is killed over it. */
  ask(command: WorkerCommand): Promise<WorkerAnswer>;
  kill(): Promise<void>;
}

export interface TripFleet {
  readonly venue: RemoteVenue;
  readonly databaseUrl: string;
  /** Resolves when it is up: it leads, or stands by. */
  startGuard(): Promise<NodeProcess>;
  startWorker(): Promise<TripWorker>;
  /** On a connection of its own each time: the server may have been away. */
  query<Row extends object>(text: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface FleetScripts {
  /** The bundled command line. */
  readonly commandLine: string;
  /** The bundled worker. */
  readonly worker: string;
}

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'BNB'];
/** Of each symbol, until the market falls. */
export const PRICE_QUOTE = 100;
/** A fleet that has not come to its end by then never will. */
const LIVES_AT_MOST_MS = 120_000;

export async function openFleet(
  postgres: KillablePostgres,
  name: string,
  { commandLine, worker }: FleetScripts,
): Promise<TripFleet> {
  const home = mkdtempSync(join(tmpdir(), 'vigil-fleet-'));
  await onServer(postgres.url, ({ sql }) => sql.unsafe(`create database ${name}`));
  const venue = await startVenueProcess({ walletBalance: '1000000', settings: { countsWeight: false } });
  // Before anybody looks: a price that is set later is a fall.
  for (const base of SYMBOLS) await venue.setPrice(venueSymbol(parseSymbol(base)), PRICE_QUOTE);
  const databaseUrl = withDatabase(postgres.url, name);
  const environment = {
    DATABASE_URL: databaseUrl,
    VIGIL_MODE: 'live',
    VIGIL_LIVE_ACK: 'real-money',
    VIGIL_MARKET: 'binanceusdm',
    VIGIL_SYMBOLS: SYMBOLS.join(','),
    EXCHANGE_BASE_URL: venue.baseUrl,
    EXCHANGE_API_KEY: venue.apiKey,
    EXCHANGE_SECRET: venue.secret,
    LOG_LEVEL: 'info',
  };
  const kills: (() => Promise<unknown>)[] = [];
  let guards = 0;
  return {
    venue,
    databaseUrl,
    async startGuard() {
      guards += 1;
      const env = { ...environment, VIGIL_HOME: join(home, `guard-${guards}`) };
      const guard = startNode([commandLine, 'start', '--role', 'guard'], {
        env,
        killAfterMs: LIVES_AT_MOST_MS,
      });
      kills.push(() => kill(guard));
      await guard.said(/vigil is up/);
      return guard;
    },
    async startWorker() {
      const started = await startWorker(worker, { ...environment, VIGIL_HOME: join(home, 'worker') });
      kills.push(started.kill);
      return started;
    },
    query: (text) => onServer(databaseUrl, async ({ sql }) => (await sql.unsafe(text)) as never),
    async close() {
      await Promise.all(kills.map((end) => end()));
      await venue.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function kill(one: NodeProcess): Promise<void> {
  one.kill('SIGKILL');
  await one.ended;
}

async function startWorker(script: string, environment: Record<string, string>): Promise<TripWorker> {
  const child = fork(script, [JSON.stringify(environment)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const asked = new Map<number, (said: FromWorker) => void>();
  child.on('message', (said: FromWorker) => {
    asked.get(said.id)?.(said);
    asked.delete(said.id);
  });
  let lastId = 0;
  const isReady = new Promise<void>((resolve, reject) => {
    asked.set(0, () => resolve());
    child.once('exit', (code, signal) => reject(new Error(`the worker ended with ${code ?? signal}`)));
  });
  await isReady;
  return {
    ask: (command) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, (said) => {
          if ('answer' in said) resolve(said.answer);
          else reject(new Error(said.failure));
        });
        child.send({ id: lastId, command }, () => undefined);
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
