/** Runs the README's commands as a reader would, against a data folder of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootFolder } from '#server/paths.ts';

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ReadmeSession {
  /** Starts a command that stays, and resolves with its address once it says that it is up. */
  start(command: string): Promise<string>;
  run(command: string): Promise<Answer>;
  /** Ends what was started and removes the data folder. */
  end(): Promise<void>;
}

const UP = /Vigil is up: (http:\S+)/;

export function createReadmeSession(): ReadmeSession {
  const home = mkdtempSync(join(tmpdir(), 'vigil-readme-'));
  // Postgres runs as another user when the tests run as root.
  chmodSync(home, 0o755);
  // Nothing of the developer's own environment reaches the commands.
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    VIGIL_HOME: home,
    PORT: '0',
    LOG_LEVEL: 'warn',
  };
  const started: ChildProcess[] = [];

  function shell(command: string, detached: boolean): ChildProcess {
    return spawn('bash', ['-c', command], {
      cwd: rootFolder(),
      env,
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  return {
    start(command) {
      const child = shell(command, true);
      started.push(child);
      let said = '';
      return new Promise((resolve, reject) => {
        child.stderr?.on('data', (chunk) => {
          said += chunk;
          const url = UP.exec(said)?.[1];
          if (url !== undefined) resolve(url);
        });
        child.once('exit', (code) =>
          reject(new Error(`\`${command}\` ended with ${code} before it was up:\n${said}`)),
        );
      });
    },
    run(command) {
      const child = shell(command, false);
      const answer = { stdout: '', stderr: '' };
      child.stdout?.on('data', (chunk) => {
        answer.stdout += chunk;
      });
      child.stderr?.on('data', (chunk) => {
        answer.stderr += chunk;
      });
      return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...answer })));
    },
    async end() {
      await Promise.all(started.map(stopGroup));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Ctrl-C as a terminal sends it: to npm and to what npm started. */
function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return Promise.resolve();
  const { pid } = child;
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    process.kill(-pid, 'SIGINT');
  });
}
