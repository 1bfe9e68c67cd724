import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { readPostmasterFile } from '#db/embedded/postmaster.ts';
import { isPidAlive } from '#db/embedded/process-identity.ts';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';
import { waitUntil } from '#db/embedded/wait-until.ts';
import { startScript, type TestProcess } from '#tests/support/child-process.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

let dataDir: string;
let cluster: string;
const processes: { kill(signal: NodeJS.Signals): void }[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'vigil-embedded-'));
  chmodSync(dataDir, 0o755);
  cluster = path.join(dataDir, 'postgres-18');
});
afterEach(async () => {
  for (const one of processes.splice(0)) one.kill('SIGKILL');
  const pid = readPostmasterFile(cluster)?.pid;
  if (pid !== undefined && pid !== process.pid && isPidAlive(pid) && isOurs(pid))
    process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const start = (settings: string[] = ['fsync=off']) => startEmbeddedPostgres({ dataDir, settings });
const isOurs = (pid: number) => !isLinux || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster);
const serverPid = () => readPostmasterFile(cluster)?.pid ?? 0;

function startProcess(): TestProcess {
  const child = startScript('embedded-process.ts', ['postgres', dataDir]);
  processes.push(child);
  return child;
}

async function answer(url: string, query: string): Promise<unknown> {
  const database = await openDatabase({ url, maxConnections: 1 });
  const [row] = await database.sql.unsafe(query);
  await database.close();
  return row ? Object.values(row)[0] : null;
}

/** Makes a cluster and leaves it stopped. */
async function makeCluster(): Promise<void> {
  await (await start()).stop();
}

describe('the embedded Postgres', () => {
  it('starts, keeps what was written over a restart, and leaves no process behind', async () => {
    const first = await start();
    expect(first.owner).toBe(true);
    await answer(first.url, 'create table kept as select 42 as number');
    const pid = serverPid();
    await first.stop();
    await first.stop();
    expect(isPidAlive(pid)).toBe(false);
    const second = await start();
    expect(await answer(second.url, 'select number from kept')).toBe(42);
    await second.stop();
  });

  it('is stopped by the last of its users, not by the one who started it', async () => {
    const first = await start();
    const second = await start();
    expect([first.owner, second.owner]).toEqual([true, false]);
    expect(second.url).toBe(first.url);
    await first.stop();
    expect(await answer(second.url, 'select 1')).toBe(1);
    const pid = serverPid();
    await second.stop();
    expect(isPidAlive(pid)).toBe(false);
  });

  it('is one server when two processes race to make and start it', async () => {
    const racers = [startProcess(), startProcess()];
    const said = await Promise.all(racers.map((racer) => racer.said));
    expect(said.map((line) => line.owner).toSorted()).toEqual([false, true]);
    expect(said[0]?.url).toBe(said[1]?.url);
    const pid = serverPid();
    for (const racer of racers) racer.tell('stop');
    expect(await Promise.all(racers.map((racer) => racer.ended))).toEqual([0, 0]);
    expect(isPidAlive(pid)).toBe(false);
  });

  it('outlives a killed owner, and belongs to the next process that starts, whose stop ends it', async () => {
    const killed = startProcess();
    const { url } = await killed.said;
    const pid = serverPid();
    killed.kill('SIGKILL');
    await killed.ended;
    expect(isPidAlive(pid)).toBe(true);
    const next = await start();
    expect(next).toMatchObject({ url, owner: true });
    expect(serverPid()).toBe(pid);
    await next.stop();
    expect(isPidAlive(pid)).toBe(false);
  });

  it('is asked to end by a process that exits without stopping it', async () => {
    const careless = startProcess();
    await careless.said;
    const pid = serverPid();
    careless.tell('exit');
    expect(await careless.ended).toBe(0);
    expect(await waitUntil(() => (isPidAlive(pid) ? null : true), { timeoutMs: 20_000 })).toBe(true);
  });

  it('comes back with its data after it was killed under a living user', async () => {
    const first = await start([]);
    await answer(first.url, 'create table kept as select 7 as number');
    process.kill(serverPid(), 'SIGKILL');
    const second = await start([]);
    expect(second.owner).toBe(true);
    expect(await answer(second.url, 'select number from kept')).toBe(7);
    await first.stop();
    expect(await answer(second.url, 'select 1')).toBe(1);
    await second.stop();
    expect(existsSync(path.join(cluster, 'postmaster.pid'))).toBe(false);
  });

  it('starts over a draft that a killed initdb left half-made', async () => {
    mkdirSync(`${cluster}.draft/base`, { recursive: true });
    writeFileSync(`${cluster}.draft/PG_VERSION`, '18\n');
    const server = await start();
    expect(await answer(server.url, 'select 1')).toBe(1);
    expect(existsSync(`${cluster}.draft`)).toBe(false);
    await server.stop();
  });

  it('starts over locks that dead processes left, readable or not', async () => {
    writeFileSync(`${cluster}.lock`, JSON.stringify({ pid: 2_147_483_646, startedAt: '', token: 'x' }));
    await makeCluster();
    writeFileSync(`${cluster}.lock`, '');
    await makeCluster();
    expect(readdirSync(dataDir).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it('starts when its old pid belongs to another program by now', async () => {
    await makeCluster();
    writeFileSync(
      path.join(cluster, 'postmaster.pid'),
      `${process.pid}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n`,
    );
    const server = await start();
    expect(server.owner).toBe(true);
    expect(await answer(server.url, 'select 1')).toBe(1);
    await server.stop();
  });

  it.runIf(isLinux)('starts when its old process is a zombie that nobody reaps', async () => {
    await makeCluster();
    const { parent, zombiePid } = await makeZombie();
    processes.push(parent);
    writeFileSync(
      path.join(cluster, 'postmaster.pid'),
      `${zombiePid}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n`,
    );
    const server = await start();
    expect(await answer(server.url, 'select 1')).toBe(1);
    await server.stop();
  });

  it('says what Postgres said when it cannot start', async () => {
    await makeCluster();
    await expect(start(['shared_buffers=nonsense'])).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringMatching(/shared_buffers/),
    });
    await makeCluster();
  });

  it('names a data folder that cannot be made', async () => {
    const file = path.join(dataDir, 'file');
    writeFileSync(file, '');
    const failing = startEmbeddedPostgres({ dataDir: path.join(file, 'data') });
    await expect(failing).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining(file),
    });
  });
});

describe('the embedded Postgres on a full disk', () => {
  it('says so, leaves nothing half-made, and starts when there is room', async ({ skip, onTestFinished }) => {
    const small = mountSmallDisk();
    if (small === null) return skip('this user may not mount a small disk');
    onTestFinished(() => small.unmount());
    const { folder } = small;
    const filler = path.join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(110 * 1024 * 1024));
    const options = { dataDir: path.join(folder, 'data'), settings: ['fsync=off', 'min_wal_size=32MB'] };
    await expect(startEmbeddedPostgres(options)).rejects.toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining(folder),
    });
    expect(readdirSync(options.dataDir)).toEqual([]);
    rmSync(filler);
    await (await startEmbeddedPostgres(options)).stop();
    writeFileSync(filler, Buffer.alloc(statfsSync(folder).bavail * statfsSync(folder).bsize));
    await expect(startEmbeddedPostgres(options)).rejects.toMatchObject({ code: 'disk_full' });
  });
});

describe.runIf(isRoot)('the embedded Postgres of root (skipped for others: they have no second user)', () => {
  it('lives where its user can reach it when the data folder is closed to all but root', async () => {
    const reachableRoot = path.join(dataDir, 'reachable');
    const closed = path.join(dataDir, 'home');
    mkdirSync(closed, { mode: 0o700 });
    const lines: string[] = [];
    const options = {
      dataDir: path.join(closed, '.vigil'),
      reachableRoot,
      log: (line: string) => lines.push(line),
    };
    const server = await startEmbeddedPostgres(options);
    expect(await answer(server.url, 'select 1')).toBe(1);
    expect(lines.join()).toContain(reachableRoot);
    await server.stop();
    expect(readdirSync(options.dataDir)).toEqual([]);
  });

  it('works the same for a user who is not root', async () => {
    const own = path.join(dataDir, 'own');
    mkdirSync(own);
    chmodSync(own, 0o777);
    const nobody = { uid: 65_534, gid: 65_534 };
    const child = startScript('embedded-process.ts', ['postgres', path.join(own, 'data')], nobody);
    processes.push(child);
    expect(await child.said).toMatchObject({ owner: true });
    child.tell('stop');
    expect(await child.ended).toBe(0);
    expect(existsSync(path.join(own, 'data', 'postgres-18', 'postmaster.pid'))).toBe(false);
  });
});

/** A disk of 200 MB; null where this user may not mount one. */
function mountSmallDisk(): { folder: string; unmount(): void } | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=755', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    folder,
    unmount() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** `sleep` never reaps the child it inherits from the shell it replaced. */
async function makeZombie(): Promise<{ parent: ChildProcess; zombiePid: number }> {
  const parent = spawn('sh', ['-c', 'sleep 0 & exec sleep 60'], { stdio: 'ignore' });
  const children = `/proc/${parent.pid}/task/${parent.pid}/children`;
  const zombiePid = await waitUntil(
    () => {
      const pid = Number(readFileSync(children, 'utf8').trim());
      return pid > 0 && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? pid : null;
    },
    { timeoutMs: 10_000 },
  );
  return { parent, zombiePid: zombiePid ?? 0 };
}
