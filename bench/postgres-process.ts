import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildReport, CycleOrder } from './postgres-child.ts';

export interface PostgresProcess {
  run(cycle: number, marketNowMs: number): Promise<ChildReport>;
  /** Ends the process and its Postgres, and removes their folder. */
  stop(): Promise<void>;
}

/** A desk in a process of its own over an embedded Postgres of its own, with the settings the product ships. */
export async function startPostgresProcess(cycles: number): Promise<PostgresProcess> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const child = fork(fileURLToPath(import.meta.resolve('./postgres-child.ts')), [homeDir, String(cycles)]);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  function nextMessage<Message>(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the desk's process ended with ${code}`));
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        resolve(message as Message);
      });
    });
  }

  await nextMessage<'ready'>();
  return {
    run(cycle, marketNowMs) {
      const report = nextMessage<ChildReport>();
      child.send({ cycle, marketNowMs } satisfies CycleOrder);
      return report;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
      rmSync(homeDir, { recursive: true, force: true });
    },
  };
}
