/** The built command line against a data folder of the test's own. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPostmasterFile } from '#db/embedded/postmaster.ts';
import { isPidAlive } from '#db/embedded/process-identity.ts';
import { bundleCommandLine } from './bundle.ts';
import { type Ending, type NodeProcess, startNode } from './node-process.ts';

export interface Home {
  readonly folder: string;
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ending>;
  /** `input` is what is typed. */
  start(words: readonly string[], env?: Readonly<Record<string, string>>, input?: string): NodeProcess;
  /** Pid of the embedded Postgres that still runs here; null when none does. */
  strayPostgres(): number | null;
  /** Ends what still runs and removes the folder. */
  remove(): Promise<void>;
}

const CLUSTER = join('postgres', 'postgres-18');

/** `folder`: one that is there already, such as a small disk. */
export async function openHome(folder = makeFolder()): Promise<Home> {
  const commandLine = await bundleCommandLine();
  const started: NodeProcess[] = [];
  const cluster = join(folder, CLUSTER);

  function start(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input?: string,
  ): NodeProcess {
    const one = startNode([commandLine, ...words], {
      env: { VIGIL_HOME: folder, PORT: '0', LOG_LEVEL: 'warn', ...env },
      ...(input !== undefined && { input }),
    });
    started.push(one);
    return one;
  }

  function strayPostgres(): number | null {
    const pid = readPostmasterFile(cluster)?.pid;
    if (pid === undefined || !isPidAlive(pid)) return null;
    const isOurs = !existsSync('/proc') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster);
    return isOurs ? pid : null;
  }

  return {
    folder,
    start,
    run: (words, env) => start(words, env).ended,
    strayPostgres,
    async remove() {
      for (const one of started) one.kill('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
      const stray = strayPostgres();
      if (stray !== null) process.kill(stray, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-home-'));
  // Postgres runs as another user when the tests run as root.
  chmodSync(folder, 0o755);
  return folder;
}
