/** Who a process is: its pid and, since pids are used again, when it started. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; empty where the system does not tell. */
  readonly startedAt: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid) };
}

/** Whether that very process lives: not a later one with its pid, and not a zombie. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (!isPidAlive(pid)) return false;
  return startedAt === '' || startOf(pid) === startedAt;
}

/** Whether a process with this pid runs. A zombie, which a pid 1 that reaps nothing leaves behind, does not. */
export function isPidAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const stat = procStat(pid);
  return stat === null || (stat.state !== 'Z' && stat.state !== 'X');
}

/** The command line with its arguments separated by NUL or spaces; empty where the system does not tell. */
export function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function startOf(pid: number): string {
  return procStat(pid)?.startTicks ?? '';
}

/** Fields of proc(5) stat; the name in brackets before them may hold spaces and brackets itself. */
function procStat(pid: number): { state: string; startTicks: string } | null {
  if (process.platform !== 'linux') return null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    return null;
  }
}
