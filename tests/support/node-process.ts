/** A program under test in a process of its own, with all it said. */
import { spawn } from 'node:child_process';
import { rootFolder } from '#server/paths.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NodeProcess {
  readonly pid: number;
  /** What it said on either stream matches; the groups of the match. Rejects when it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ending>;
}

export interface NodeProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Killed after this long, so that a hang is a failure and not a wait. */
  readonly killAfterMs?: number;
  /** What is typed to it; nobody can type when absent. */
  readonly input?: string;
}

const DEFAULT_KILL_AFTER_MS = 60_000;

/** Nothing of the developer's own environment reaches it but where programs are. */
export function startNode(
  scriptAndArguments: readonly string[],
  options: NodeProcessOptions = {},
): NodeProcess {
  const child = spawn(process.execPath, scriptAndArguments, {
    cwd: rootFolder(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It may end without having read it.
  child.stdin.on('error', () => {}).end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
      for (const listener of listeners) listener();
    });
  const killer = setTimeout(() => child.kill('SIGKILL'), options.killAfterMs ?? DEFAULT_KILL_AFTER_MS);
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(killer);
      resolve({ code, signal, ...output });
    });
  });
  return {
    pid: child.pid ?? 0,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
          if (found === null) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(({ code, signal }) =>
          reject(
            new Error(
              `ended with ${code ?? signal} before it said ${pattern}:\n${output.stdout}${output.stderr}`,
            ),
          ),
        );
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
