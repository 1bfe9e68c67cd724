import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { readPostmasterFile } from '#db/embedded/postmaster.ts';
import { isPidAlive } from '#db/embedded/process-identity.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#db/embedded/start.ts';

const WAIT = { timeout: 45_000, interval: 50 };

let dataDir: string;
let cluster: string;
let server: EmbeddedPostgres;
let database: Database;
const warnings: string[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'vigil-death-'));
  chmodSync(dataDir, 0o755);
  cluster = path.join(dataDir, 'postgres-18');
  warnings.length = 0;
  const warn = (line: string) => void warnings.push(line);
  server = await startEmbeddedPostgres({ dataDir, settings: ['fsync=off'], warn });
  database = await openDatabase({ url: server.url, maxConnections: 2 });
});
afterEach(async () => {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const serverPid = () => readPostmasterFile(cluster)?.pid ?? 0;

function killServer(): number {
  const pid = serverPid();
  process.kill(pid, 'SIGKILL');
  return pid;
}

const answers = () => vi.waitFor(async () => (await database.sql`select 1 as one`)[0]?.one, WAIT);

describe('an embedded Postgres that is killed while it is used', () => {
  it('is started again where every pool finds it, with what was written, and ends with its last user', async () => {
    await database.sql`create table kept as select 42 as number`;
    const killed = killServer();
    await vi.waitFor(() => expect(warnings).toContain('the embedded Postgres runs again'), WAIT);
    expect(await answers()).toBe(1);
    expect((await database.sql`select number from kept`)[0]?.number).toBe(42);
    expect(warnings[0]).toBe('the embedded Postgres died: starting it again (try 1 of 5)');
    const pid = serverPid();
    expect(pid).not.toBe(killed);
    await server.stop();
    expect(isPidAlive(pid)).toBe(false);
  });

  it('is tried again when it could not be started, and told so', async () => {
    const file = path.join(cluster, 'postgresql.auto.conf');
    const settings = readFileSync(file, 'utf8');
    appendFileSync(file, 'no_such_setting = 1\n');
    killServer();
    await vi.waitFor(
      () =>
        expect(warnings).toContainEqual(
          expect.stringMatching(
            /^the embedded Postgres could not be started again \(try 1 of 5\): .*no_such_setting/,
          ),
        ),
      WAIT,
    );
    writeFileSync(file, settings);
    await vi.waitFor(() => expect(warnings).toContain('the embedded Postgres runs again'), WAIT);
    expect(await answers()).toBe(1);
  });

  it('is not started again once it was stopped', async () => {
    const pid = serverPid();
    await server.stop();
    expect(isPidAlive(pid)).toBe(false);
    expect(warnings).toEqual([]);
  });
});
