/**
 * Many pages that listen to one server while it is killed and started again: each with the pages' own client, against
 * the real process, on one database. Tells whether each heard every event once and in order.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { openDatabase } from '#db/client.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { followEvents } from '../../web/api/event-stream.ts';
import { bundleCommandLine } from './bundle.ts';
import { type NodeProcess, startNode } from './node-process.ts';

export interface StreamPlan {
  readonly databaseUrl: string;
  readonly homeDir: string;
  readonly clients: number;
  readonly forMs: number;
  /** When the server is killed; it is started again at once. */
  readonly killAtMs: number;
  readonly eventsPerSecond: number;
}

export interface StreamReport {
  readonly clients: number;
  /** Written to the database while the clients listened. */
  readonly events: number;
  readonly expected: number;
  readonly received: number;
  readonly gaps: number;
  readonly repeats: number;
  readonly outOfOrder: number;
  /** Times a client came back. */
  readonly resumed: number;
  /** From the kill until the next process served. */
  readonly awayMs: number;
  /** Resident memory of the serving process; null where the system does not tell. */
  readonly serverMb: Readonly<
    Record<'connected' | 'beforeKill' | 'afterRestart' | 'atTheEnd', number | null>
  >;
}

interface Listener {
  /** The place at which it began; its events are those after it. */
  firstId: number | null;
  readonly ids: number[];
  connections: number;
  stop(): void;
}

const PATIENCE_MS = 120_000;
const PAYLOAD = { note: 'x'.repeat(400) };

export async function listenThroughRestart(
  plan: StreamPlan,
  onProgress: (doneMs: number) => void = () => {},
): Promise<StreamReport> {
  const port = await freePort();
  const commandLine = await bundleCommandLine();
  const startServer = async () => {
    const server = serve(plan, { commandLine, port });
    await server.said(/vigil is up/);
    return server;
  };
  let server = await startServer();
  const database = await openDatabase({ url: plan.databaseUrl, maxConnections: 2 });
  const events = createEventRepository(database);
  const listeners = Array.from({ length: plan.clients }, () => listen(`http://127.0.0.1:${port}/api/events`));
  try {
    await until('every client is connected', () => listeners.every(({ firstId }) => firstId !== null));
    const connected = residentMb(server.pid);
    const startedAtMs = Date.now();
    let killed: { beforeKill: number | null; atMs: number; servedAtMs: number } | null = null;
    let restart: Promise<void> | null = null;
    async function restartServer(): Promise<void> {
      const beforeKill = residentMb(server.pid);
      const atMs = Date.now();
      server.kill('SIGKILL');
      await server.ended;
      server = await startServer();
      killed = { beforeKill, atMs, servedAtMs: Date.now() };
    }
    for (let written = 0; Date.now() - startedAtMs < plan.forMs; written += 1) {
      await events.append({
        type: 'span.closed',
        runId: null,
        deskId: null,
        atMs: Date.now(),
        payload: PAYLOAD,
      });
      const doneMs = Date.now() - startedAtMs;
      if (restart === null && doneMs >= plan.killAtMs) restart = restartServer();
      onProgress(Math.min(doneMs, plan.forMs));
      await setTimeout(Math.max(0, ((written + 1) * 1_000) / plan.eventsPerSecond - doneMs));
    }
    await restart;
    const afterRestart = residentMb(server.pid);
    const lastId = await events.latestId();
    await until('every client has heard the last event', () =>
      listeners.every(({ ids }) => ids.at(-1) === lastId),
    );
    const all = (await database.sql<{ id: string }[]>`select id from desk_events order by id`).map(({ id }) =>
      Number(id),
    );
    const { beforeKill, atMs, servedAtMs } = killed ?? { beforeKill: null, atMs: 0, servedAtMs: 0 };
    return {
      ...judge(listeners, all),
      awayMs: servedAtMs - atMs,
      serverMb: { connected, beforeKill, afterRestart, atTheEnd: residentMb(server.pid) },
    };
  } finally {
    for (const { stop } of listeners) stop();
    server.kill('SIGKILL');
    await server.ended;
    await database.close();
  }
}

function judge(listeners: readonly Listener[], all: readonly number[]) {
  let [expected, received, gaps, repeats, outOfOrder] = [0, 0, 0, 0, 0];
  for (const { firstId, ids } of listeners) {
    const meant = all.filter((id) => id > (firstId ?? 0));
    const heard = new Set(ids);
    expected += meant.length;
    received += ids.length;
    gaps += meant.filter((id) => !heard.has(id)).length;
    repeats += ids.length - heard.size;
    outOfOrder += ids.filter((id, index) => id < (ids[index - 1] ?? 0)).length;
  }
  const resumed = listeners.reduce((sum, { connections }) => sum + connections - 1, 0);
  const events = Math.max(...listeners.map(({ firstId }) => all.filter((id) => id > (firstId ?? 0)).length));
  return { clients: listeners.length, events, expected, received, gaps, repeats, outOfOrder, resumed };
}

function listen(url: string): Listener {
  const leave = new AbortController();
  const listener: Listener = { firstId: null, ids: [], connections: 0, stop: () => leave.abort() };
  void followEvents({
    url,
    signal: leave.signal,
    onRefused: () => {},
    onStatus: (status) => {
      if (status === 'live') listener.connections += 1;
    },
    onMessage({ id, event }) {
      if (event === 'ready') listener.firstId ??= Number(id);
      else listener.ids.push(Number(id));
    },
  });
  return listener;
}

function serve(
  { databaseUrl, homeDir, forMs }: StreamPlan,
  { commandLine, port }: { readonly commandLine: string; readonly port: number },
): NodeProcess {
  return startNode([commandLine, 'start', '--role', 'api'], {
    env: { DATABASE_URL: databaseUrl, VIGIL_HOME: homeDir, PORT: String(port), LOG_LEVEL: 'info' },
    killAfterMs: forMs + 2 * PATIENCE_MS,
  });
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadlineAtMs = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadlineAtMs) throw new Error(`not within ${PATIENCE_MS / 1_000} s: ${what}`);
    await setTimeout(50);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function residentMb(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1_024);
  } catch {
    return null;
  }
}
