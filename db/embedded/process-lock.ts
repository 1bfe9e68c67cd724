/**
 * A lock file that names its process. A lock whose process is dead is taken over; the file appears with its content in
 * one step, so that nobody reads a half-written one.
 */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

export type LockAttempt =
  | { readonly taken: true; readonly release: () => void }
  | { readonly taken: false; readonly holder: ProcessIdentity };

const Holder = z.object({ pid: z.number().int(), startedAt: z.string(), token: z.string() });
type Holder = z.infer<typeof Holder>;

/** Breaking a stale lock takes microseconds: who holds the right to do so for longer is dead. */
const BREAKING_MS = 2_000;

let locksTaken = 0;

/** Takes the lock or tells who holds it; does not wait. */
export function tryLock(file: string): LockAttempt {
  locksTaken += 1;
  const own: Holder = { ...ownIdentity(), token: `${process.pid}-${locksTaken}` };
  for (;;) {
    if (createWhole(file, JSON.stringify(own))) return { taken: true, release: () => releaseLock(file, own) };
    const text = readText(file);
    const holder = parseHolder(text);
    if (holder !== null && isAlive(holder)) return { taken: false, holder };
    if (text !== null) breakLock(file, text);
  }
}

function releaseLock(file: string, own: Holder): void {
  if (parseHolder(readText(file))?.token === own.token) rmSync(file, { force: true });
}

/** Of several processes that see the same dead holder one removes its file, and only that very file. */
function breakLock(file: string, seen: string): void {
  const right = `${file}.break`;
  if (!createWhole(right, '')) {
    if (ageMs(right) > BREAKING_MS) rmSync(right, { force: true });
    return;
  }
  if (readText(file) === seen) rmSync(file, { force: true });
  rmSync(right, { force: true });
}

/** False when the file is there already. */
function createWhole(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    return createWithoutLinks(file, content, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Some mounted folders know no hard links. */
function createWithoutLinks(file: string, content: string, why: unknown): boolean {
  const code = why instanceof Error && 'code' in why ? why.code : null;
  if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw why;
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function parseHolder(text: string | null): Holder | null {
  if (text === null) return null;
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
