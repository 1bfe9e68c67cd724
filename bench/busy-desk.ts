/** A whole Vigil at work in this process: cycles of 50 symbols back to back, its own guard, and its API under open pages. */
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '#server/config.ts';
import type { OpenedDatabase } from '#server/open-database.ts';
import { startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BENCH_START_MS, CYCLE_STEP_MS, createBenchMarket } from './bench-market.ts';
import type { PagesReport } from './open-pages.ts';
import { createPostgresRunner } from './postgres-desk.ts';

export interface BusyReport extends PagesReport {
  readonly cycles: number;
}

export interface BusyDesk {
  /** What the desk and its pages work on. */
  readonly opened: OpenedDatabase;
  /** Ends all of it. @throws Error when it was not as busy as it should have been */
  stop(): Promise<BusyReport>;
}

export async function startBusyDesk(mostCycles: number): Promise<BusyDesk> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const config = readConfig({ VIGIL_HOME: homeDir, PORT: '0' });
  const vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
  const runCycle = await createPostgresRunner(createBenchMarket(mostCycles), vigil.container.opened);
  const browsers = fork(fileURLToPath(import.meta.resolve('./page-load.ts')), [String(vigil.url)]);
  await messageOf<'ready'>(browsers);
  let isOver = false;
  let cycles = 0;

  async function keepRunning(): Promise<void> {
    while (!isOver) {
      if (cycles === mostCycles) throw new Error(`the busy desk has come to its last cycle, ${mostCycles}`);
      await runCycle(cycles, BENCH_START_MS + (cycles + 1) * CYCLE_STEP_MS);
      cycles += 1;
      await setImmediate();
    }
  }
  const running = keepRunning();
  running.catch(() => undefined);

  return {
    opened: vigil.container.opened,
    async stop() {
      isOver = true;
      try {
        await running;
        const report = messageOf<PagesReport>(browsers);
        browsers.send('end');
        const { trouble, ...seen } = await report;
        if (trouble !== null) throw new Error(`beside the busy desk: ${trouble}`);
        return { ...seen, trouble, cycles };
      } finally {
        browsers.kill();
        await vigil.stop();
        rmSync(homeDir, { recursive: true, force: true });
      }
    },
  };
}

function messageOf<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the browsers ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as Message);
    });
  });
}
