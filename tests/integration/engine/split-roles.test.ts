import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import { type NodeProcess, startNode } from '#tests/support/node-process.ts';
import { findRedis, removeQueue } from '#tests/support/redis.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const WAIT = { timeout: 30_000, interval: 100 };
/** A market, and so a queue, of this test alone. */
const SEED = String(700_000_000 + process.pid);
const redis = await findRedis();

let test: TestDatabase;
let url: string;
let commandLine: string;
const home = mkdtempSync(join(tmpdir(), 'vigil-roles-'));
const processes = new Map<string, NodeProcess>();

beforeAll(async () => {
  test = await createTestDatabase();
  commandLine = await bundleCommandLine();
  for (const role of ['api', 'worker', 'guard'])
    processes.set(
      role,
      startNode([commandLine, 'start', '--role', role], {
        env: {
          DATABASE_URL: test.url,
          VIGIL_HOME: home,
          ...(redis.skipReason === null && { REDIS_URL: redis.url }),
          VIGIL_SEED: SEED,
          CYCLE_INTERVAL_MS: '2000',
          PORT: '0',
        },
      }),
    );
  const [, found] = (await processes.get('api')?.said(/Vigil is up: (http:\S+)/)) ?? [];
  url = found ?? '';
});
afterAll(async () => {
  for (const one of processes.values()) one.kill('SIGKILL');
  await Promise.all([...processes.values()].map(({ ended }) => ended));
  await test?.drop();
  rmSync(home, { recursive: true, force: true });
  if (redis.skipReason === null) await removeQueue(redis.url, `vigil-generator-${SEED}`);
});

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(`${url}${path}`)).json()) as Body;
}

describe(`api, worker and guard as three processes${redis.skipReason === null ? ' over Redis' : ''}`, () => {
  it('finish a scheduled cycle that the api shows', async () => {
    const { items } = await vi.waitFor(async () => {
      const page = await get<{ items: { outcome: string }[] }>('/api/runs?kind=cycle&status=finished');
      expect(page.items.length).toBeGreaterThan(0);
      return page;
    }, WAIT);
    expect(items[0]?.outcome).not.toBe('failed');
  });

  it('answer an analysis that the api took and the worker ran', async () => {
    const answer = await fetch(`${url}/api/analyses?wait=30`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ symbols: ['BTC'] }),
    });
    expect(await answer.json()).toMatchObject({ run: { status: 'finished' }, record: { intents: [] } });
  });

  it('keep the books current between cycles, by the guard', async () => {
    const { account } = await vi.waitFor(async () => {
      const body = await get<{ account: { asOfMs: number } | null }>('/api/account');
      expect(body.account).not.toBeNull();
      return body;
    }, WAIT);
    await vi.waitFor(async () => {
      const later = await get<{ account: { asOfMs: number } }>('/api/account');
      expect(later.account.asOfMs).toBeGreaterThan(account?.asOfMs ?? 0);
    }, WAIT);
  });

  it.each(['worker', 'guard'])('tell doctor that the loop of %s turns', async (role) => {
    const { stdout } = await startNode([commandLine, 'doctor', '--json', '--role', role], {
      env: { DATABASE_URL: test.url, VIGIL_HOME: home },
    }).ended;
    expect(JSON.parse(stdout).checks).toContainEqual(expect.objectContaining({ name: role, status: 'ok' }));
  });

  it('do not start on the embedded database, which serves one process', async () => {
    const alone = await startNode([commandLine, 'start', '--role', 'worker']).ended;
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL') });
  });

  it('each stop cleanly on SIGTERM', async () => {
    for (const one of processes.values()) one.kill('SIGTERM');
    const endings = await Promise.all([...processes.values()].map(({ ended }) => ended));
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(readdirSync(home)).toEqual([]);
  });
});
