import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SystemState } from '#domain/desk-event.ts';
import type { Desk, RunSummary } from '#domain/run.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import type { NodeProcess } from '#tests/support/node-process.ts';

const STOP_WITHIN_MS = 10_000;
const WAIT = { timeout: 30_000, interval: 50 };
const QUICK = { CYCLE_INTERVAL_MS: '1000' };

let home: Home;

beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home?.remove());

async function startDesk(): Promise<{ desk: NodeProcess; url: string }> {
  const desk = home.start(['start'], QUICK);
  const [, url = ''] = await desk.said(/Vigil is up: (http:\S+)/);
  return { desk, url };
}

async function get<Body>(url: string): Promise<Body> {
  return (await (await fetch(url)).json()) as Body;
}

const loggedAtMs = (line: string) => Date.parse(JSON.parse(line).time);
const finishedRuns = async (url: string) =>
  (await get<{ items: RunSummary[] }>(`${url}/api/runs?status=finished&limit=100`)).items;

describe('`start`', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops on %s with code 0, within 10 s, in the middle of its work, and ends its Postgres',
    async (signal) => {
      const startedAtMs = Date.now();
      const { desk, url } = await startDesk();
      await vi.waitFor(async () => {
        const own = (await finishedRuns(url)).filter((run) => run.startedAtMs > startedAtMs);
        expect(own.length).toBeGreaterThan(1);
      }, WAIT);
      // A page that follows the desk must not hold the stop up.
      const page = await fetch(`${url}/api/events`);
      const signalledAt = performance.now();
      const signalledAtMs = Date.now();
      desk.kill(signal);
      const { code, stdout, stderr } = await desk.ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(/^starting the database…\nVigil is up: .*synthetic.*\nstopping…\nstopped\n$/);
      expect(performance.now() - signalledAt).toBeLessThan(STOP_WITHIN_MS);
      const warnings = stdout.split('\n').filter((line) => line !== '' && loggedAtMs(line) >= signalledAtMs);
      expect(warnings, 'while stopping').toEqual([]);
      expect(home.strayPostgres()).toBeNull();
      await page.body?.cancel().catch(() => {});
    },
  );

  it('starts again after a SIGKILL, on the data and the market time it had, and takes no run twice', async () => {
    const { desk: killed, url } = await startDesk();
    await vi.waitFor(async () => expect((await finishedRuns(url)).length).toBeGreaterThan(2), WAIT);
    const before = await finishedRuns(url);
    const stoodAtMs = (await get<SystemState>(`${url}/api/state`)).market.nowMs;
    killed.kill('SIGKILL');
    await killed.ended;

    const { desk, url: again } = await startDesk();
    const state = await get<SystemState>(`${again}/api/state`);
    expect(state.market.nowMs).toBeGreaterThanOrEqual(stoodAtMs - 2 * state.market.speed * 1_000);
    await vi.waitFor(async () => {
      const runs = await get<{ items: RunSummary[] }>(`${again}/api/runs?limit=100`);
      const newest = Math.max(...before.map(({ startedAtMs }) => startedAtMs));
      expect(runs.items.some((run) => run.status === 'finished' && run.startedAtMs > newest)).toBe(true);
      // What was under way when it died is brought to its end too.
      const old = runs.items.filter((run) => run.startedAtMs <= newest);
      expect(old.map(({ status }) => status)).not.toContain('running');
    }, WAIT);
    const after = await finishedRuns(again);
    expect(after.map(({ runId }) => runId)).toEqual(expect.arrayContaining(before.map(({ runId }) => runId)));
    expect(new Set(after.map(({ runId }) => runId)).size).toBe(after.length);
    const { items: desks } = await get<{ items: Desk[] }>(`${again}/api/desks`);
    expect(desks).toHaveLength(1);
    desk.kill('SIGTERM');
    expect(await desk.ended).toMatchObject({ code: 0 });
    expect(home.strayPostgres()).toBeNull();
  });
});

describe('`doctor --json`', () => {
  it('prints one document of checks, each with its status and detail', async () => {
    const { code, stdout, stderr } = await home.run(['doctor', '--json'], { PORT: '0' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; detail: string }[] };
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['node', 'config', 'disk', 'database', 'queue', 'market', 'port', 'model']),
    );
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(checks.find(({ name }) => name === 'market')?.detail).toContain('synthetic');
  });

  it('fails when something is, and says which and how to mend it', async () => {
    const env = { DATABASE_URL: 'postgres://127.0.0.1:9/none', REDIS_URL: 'redis://127.0.0.1:9' };
    const { code, stdout } = await home.run(['doctor', '--json'], env);
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; detail: string }[] };
    const failed = checks.filter(({ status }) => status === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['database', 'queue']);
    for (const { detail } of failed) expect(detail).toMatch(/127\.0\.0\.1:9.*(start|unset)/);
  });

  it('lists everything wrong with the environment and stops there', async () => {
    const { code, stdout } = await home.run(['doctor', '--json'], { PORT: 'none', VIGIL_SEED: '-1' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).checks.at(-1)).toMatchObject({
      name: 'config',
      status: 'failed',
      detail: expect.stringMatching(/PORT=none[\s\S]*VIGIL_SEED=-1/),
    });
  });
});

describe('`halt` and `arm`', () => {
  it('change the state of a stopped desk for its next start', async () => {
    const halted = await home.run(['halt', 'out', 'for', 'lunch', '--json']);
    expect(JSON.parse(halted.stdout)).toMatchObject({ mode: 'halted', reason: 'out for lunch' });
    const armed = await home.run(['arm', 'back again', '--json']);
    expect(JSON.parse(armed.stdout)).toMatchObject({ mode: 'active', reason: 'back again' });
    expect(home.strayPostgres()).toBeNull();
  });
});
