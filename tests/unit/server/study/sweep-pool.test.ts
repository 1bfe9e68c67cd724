import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import type { SweepJob } from '#server/study/sweep-job.ts';
import { openSweepPool } from '#server/study/sweep-pool.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A pool of one thread, which runs this text in the place of the command line. */
function poolOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-pool-'));
  folders.push(folder);
  const program = join(folder, 'thread.mjs');
  writeFileSync(program, `import { parentPort } from 'node:worker_threads';\n${text}`);
  return openSweepPool({ threads: 1, most: 1, program, signal: new AbortController().signal });
}

/** No thread of these looks at it. */
const JOB = {} as SweepJob;

it('fails where a thread ends in the middle of its work, and does not wait for it', async () => {
  const pool = poolOf(
    "parentPort.postMessage({ kind: 'ready' }); parentPort.once('message', () => process.exit(4));",
  );
  await expect(pool.run([JOB], () => {})).rejects.toThrow('a thread of the sweep ended with 4');
  await pool.close();
});

it('fails with what a thread throws', async () => {
  const pool = poolOf("throw new RangeError('no such candles');");
  await expect(pool.run([JOB], () => {})).rejects.toThrow('no such candles');
  await pool.close();
});

it('fails with what keeps a score from being kept', async () => {
  const pool = poolOf(
    "parentPort.postMessage({ kind: 'ready' }); parentPort.on('message', () => parentPort.postMessage({ kind: 'score', key: 'a', score: {} }));",
  );
  const full = new AppError('disk_full', 'no room for a score');
  const running = pool.run([JOB], () => {
    throw full;
  });
  await expect(running).rejects.toBe(full);
  await pool.close();
});
