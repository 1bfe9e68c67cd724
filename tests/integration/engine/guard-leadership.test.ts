import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAdvisoryLocks } from '#server/engine/advisory-locks.ts';
import { type GuardLoop, startGuardLoop } from '#server/engine/guard-loop.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import { NO_BREAKER } from '#tests/support/no-breaker.ts';
import { startNode } from '#tests/support/node-process.ts';
import { openGate } from '#tests/support/tcp-gate.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const TAKE_OVER_WITHIN_MS = 5_000;
const WAIT = { timeout: 15_000, interval: 25 };

let test: TestDatabase;
let commandLine: string;
let key: string;
let keys = 0;
const home = mkdtempSync(join(tmpdir(), 'vigil-guard-'));
const guards: GuardLoop[] = [];
const pools: pg.Pool[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  commandLine = await bundleCommandLine();
});
beforeEach(() => {
  keys += 1;
  key = `market-${keys}`;
});
afterEach(async () => {
  await Promise.all(guards.splice(0).map((guard) => guard.stop()));
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await test.drop();
});

/** A guard with connections of its own, as a process has them, and how often it asked for the lead. */
async function startGuard(options: { url?: string; key?: string; venue?: Promise<never[]> } = {}) {
  const url = options.url ?? test.url;
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {});
  pools.push(pool);
  const locks = createAdvisoryLocks(pool, url);
  const asked = { times: 0, passes: 0, turns: 0 };
  const guard = startGuardLoop({
    locks: {
      tryHold: (name) => {
        asked.times += 1;
        return locks.tryHold(name);
      },
    },
    key: options.key ?? key,
    ...NO_BREAKER,
    desks: async () => {
      asked.passes += 1;
      return options.venue ?? [];
    },
    onBooks: async () => {},
    onTurn: () => {
      asked.turns += 1;
    },
    logger: SILENT_LOGGER,
  });
  guards.push(guard);
  return { guard, asked };
}

const leads = (guard: GuardLoop) => vi.waitFor(() => expect(guard.isLeader()).toBe(true), WAIT);

describe('two guards of one market', () => {
  it('have one leader, which alone looks after the desks', async () => {
    const first = await startGuard();
    await leads(first.guard);
    const standby = await startGuard();
    await vi.waitFor(() => expect(standby.asked.times).toBeGreaterThanOrEqual(2), WAIT);
    expect([first.guard.isLeader(), standby.guard.isLeader()]).toEqual([true, false]);
    expect(standby.asked.passes).toBe(0);
    expect(first.asked.passes).toBeGreaterThanOrEqual(2);
  });

  it('change the lead when the leader stops', async () => {
    const first = await startGuard();
    await leads(first.guard);
    const standby = await startGuard();
    await first.guard.stop();
    await leads(standby.guard);
    expect(first.guard.isLeader()).toBe(false);
  });

  it('both lead when they guard different markets', async () => {
    const [one, other] = [await startGuard(), await startGuard({ key: `${key}-other` })];
    await leads(one.guard);
    await leads(other.guard);
  });
});

describe('the turns of a guard', () => {
  const turns = ({ asked }: { asked: { turns: number } }) => {
    const before = asked.turns;
    return vi.waitFor(() => expect(asked.turns).toBeGreaterThan(before + 1), WAIT);
  };

  it('go on while it leads, while it stands by and while the database is away', async () => {
    const gate = await openGate(test.url, 5432);
    try {
      const leader = await startGuard({ url: gate.url });
      await leads(leader.guard);
      await turns(leader);
      await turns(await startGuard());
      gate.cut();
      await vi.waitFor(() => expect(leader.guard.isLeader()).toBe(false), WAIT);
      await turns(leader);
      await leader.guard.stop();
      gate.mend();
    } finally {
      await gate.close();
    }
  });

  it('are not told while a look at the desks does not come back', async () => {
    let answer: (desks: never[]) => void = () => {};
    const venue = new Promise<never[]>((resolve) => {
      answer = resolve;
    });
    const { asked } = await startGuard({ venue });
    await vi.waitFor(() => expect(asked.passes).toBe(1), WAIT);
    expect(asked.turns).toBe(0);
    answer([]);
    await vi.waitFor(() => expect(asked.turns).toBeGreaterThan(0), WAIT);
  });
});

describe('a guard', () => {
  it('takes over within 5 s when the leading process is killed', async () => {
    const seed = '4242';
    const leader = startNode([commandLine, 'start', '--role', 'guard'], {
      env: { DATABASE_URL: test.url, VIGIL_HOME: home, VIGIL_SEED: seed, LOG_LEVEL: 'info' },
    });
    await leader.said(/guard leads/);
    const standby = await startGuard({ key: `generator-${seed}` });
    await vi.waitFor(() => expect(standby.asked.times).toBeGreaterThanOrEqual(2), WAIT);
    expect(standby.guard.isLeader()).toBe(false);
    leader.kill('SIGKILL');
    const killedAt = performance.now();
    await leads(standby.guard);
    expect(performance.now() - killedAt).toBeLessThan(TAKE_OVER_WITHIN_MS);
  });

  it('gives up the lead when it loses the database, and leads again when that is back', async () => {
    const gate = await openGate(test.url, 5432);
    try {
      const { guard } = await startGuard({ url: gate.url });
      await leads(guard);
      gate.cut();
      await vi.waitFor(() => expect(guard.isLeader()).toBe(false), WAIT);
      gate.mend();
      await leads(guard);
      await guard.stop();
      await pools.pop()?.end();
    } finally {
      await gate.close();
    }
  });
});
