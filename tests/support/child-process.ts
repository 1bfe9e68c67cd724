import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface TestProcess {
  readonly pid: number;
  /** Its first line on stdout, read as JSON. */
  readonly said: Promise<Record<string, unknown>>;
  tell(command: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs a script of tests/support in a process of its own. */
export function startScript(
  script: string,
  scriptArguments: readonly string[],
  options: { uid?: number; gid?: number } = {},
): TestProcess {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(import.meta.dirname, script), ...scriptArguments],
    { stdio: ['pipe', 'pipe', 'inherit'], cwd: path.join(import.meta.dirname, '../..'), ...options },
  );
  child.stdin.on('error', () => {});
  return {
    pid: child.pid ?? 0,
    said: firstLine(child),
    tell: (command) => child.stdin.write(`${command}\n`),
    kill: (signal) => child.kill(signal),
    ended: once(child, 'exit').then(([code, signal]) => code ?? signal),
  };
}

async function firstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (child.stdout === null) return {};
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error('the process ended without a word');
}
