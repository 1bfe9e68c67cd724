import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireInstanceLock } from '#db/embedded/instance-lock.ts';
import { startScript, type TestProcess } from '#tests/support/child-process.ts';

let dataDir: string;
const processes: TestProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'vigil-lock-'));
});
afterEach(() => {
  for (const one of processes.splice(0)) one.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

function contender(): TestProcess {
  const child = startScript('embedded-process.ts', ['lock', dataDir]);
  processes.push(child);
  return child;
}

describe('the lock of a data folder', () => {
  it('refuses a second instance, naming the process and the way out', async () => {
    const first = contender();
    await first.said;
    await expect(acquireInstanceLock(dataDir)).rejects.toMatchObject({
      code: 'data_folder_busy',
      message: expect.stringMatching(new RegExp(`process ${first.pid} .*stop it`)),
    });
  });

  it('refuses a second instance in the same process until the first lets go', async () => {
    const first = await acquireInstanceLock(dataDir);
    await expect(acquireInstanceLock(dataDir)).rejects.toMatchObject({ code: 'data_folder_busy' });
    await first.release();
    await (await acquireInstanceLock(dataDir)).release();
  });

  it('is taken over from a killed instance by one of many that want it', async () => {
    const killed = contender();
    await killed.said;
    killed.kill('SIGKILL');
    await killed.ended;
    const said = await Promise.all([contender(), contender(), contender()].map((one) => one.said));
    expect(said.filter((line) => line.locked)).toHaveLength(1);
    expect(said.filter((line) => line.error === 'data_folder_busy')).toHaveLength(2);
  });
});
