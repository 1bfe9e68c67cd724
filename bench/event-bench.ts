/** Two hundred pages for ten minutes with the server killed in the middle: what each heard, and what it cost the server. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';
import { listenThroughRestart, type StreamReport } from '#tests/support/event-clients.ts';

const CLIENTS = 200;
const EVENTS_PER_SECOND = 5;

export async function benchEvents(
  minutes: number,
  onProgress: (done: number, of: number) => void,
): Promise<StreamReport> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const forMs = minutes * 60_000;
  const server = await startEmbeddedPostgres({
    dataDir: join(homeDir, 'postgres'),
    log: () => {},
    warn: () => {},
  });
  try {
    return await listenThroughRestart(
      {
        ...{ databaseUrl: server.url, homeDir, clients: CLIENTS, forMs },
        ...{ killAtMs: forMs / 2, eventsPerSecond: EVENTS_PER_SECOND },
      },
      (doneMs) => onProgress(Math.round(doneMs / 1_000), forMs / 1_000),
    );
  } finally {
    await server.stop();
    rmSync(homeDir, { recursive: true, force: true });
  }
}

export function eventsText(report: StreamReport): string {
  const { clients, events, received, expected, gaps, repeats, outOfOrder, resumed, awayMs, serverMb } =
    report;
  const memory = Object.entries(serverMb).map(([when, mb]) => `${when} ${mb ?? '?'} MB`);
  return [
    `${clients} clients, ${events} events: ${received} of ${expected} heard`,
    `gaps ${gaps}, repeats ${repeats}, out of order ${outOfOrder}`,
    `server killed and away for ${(awayMs / 1_000).toFixed(1)} s, clients came back ${resumed} times`,
    `server memory: ${memory.join(', ')}`,
  ].join('\n');
}
