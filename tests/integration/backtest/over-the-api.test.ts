/** Backtests over the real server: HTTP, its database and the processes that walk. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '#domain/audit.ts';
import type { Backtest, BacktestChoices, WholeBacktest } from '#domain/backtest.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, type StartOptions, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

const BEGINS = '2025-01-02T12:15:00Z';
const SHORT = { from: BEGINS, to: '2025-01-03T00:00:00Z', symbols: ['BTC', 'ETH'] };
const LONG = { from: BEGINS, to: '2025-01-20T00:00:00Z', symbols: ['BTC', 'ETH', 'SOL'] };
/** It gives way to whatever else the machine does. */
const WALKED = { timeout: 120_000, interval: 100 };

let test: TestDatabase;
let home: Home;
let server: Omit<StartOptions, 'config'>;
let vigil: RunningVigil;

beforeAll(async () => {
  [test, home] = await Promise.all([createTestDatabase(), openHome()]);
  server = { logger: SILENT_LOGGER, role: 'all', program: await bundleCommandLine() };
  vigil = await startVigil({ ...server, config: readConfig(environment()) });
}, 60_000);
afterAll(async () => {
  await vigil?.stop();
  await home?.remove();
  await test?.drop();
});

/** The same pace for the server and the command line: a cycle each 15 minutes. */
function environment(): Record<string, string> {
  return {
    ...deskEnvironment(test.url),
    VIGIL_HOME: home.folder,
    CYCLE_INTERVAL_MS: '900000',
    VIGIL_SPEED: '1',
  };
}

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

async function call<Body>(path: string, body?: object, url = vigil.url): Promise<Answer<Body>> {
  const headers = { 'content-type': 'application/json' };
  const post = body && { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${url}${path}`, { headers, ...post });
  return { status: answer.status, body: (await answer.json()) as Body, headers: answer.headers };
}

async function started(body: object, url = vigil.url): Promise<string> {
  const answer = await call<{ backtestId: string }>('/api/backtests', body, url);
  expect(answer).toMatchObject({ status: 202 });
  return answer.headers.get('location') ?? '';
}

const read = async (path: string, url = vigil.url) => (await call<WholeBacktest>(path, undefined, url)).body;
const reaches = (path: string, status: Backtest['status'], url = vigil.url) =>
  expect.poll(async () => (await read(path, url)).status, WALKED).toBe(status);

describe('a backtest over the API', () => {
  it('says what it can be asked with', async () => {
    const { body } = await call<BacktestChoices>('/api/backtests/choices');
    expect(body).toMatchObject({
      ...{ hindrance: null, timeframe: '1m', fromMs: Date.parse(BEGINS), toMs: null },
      source: { synthetic: true },
    });
    expect(body.suggested?.symbols).toEqual(body.symbols);
  });

  it('comes to what the command line prints of the same span', { timeout: 180_000 }, async () => {
    const path = await started(SHORT);
    await reaches(path, 'finished');
    const found = await read(path);
    const words = ['backtest', '--from', SHORT.from, '--to', SHORT.to, '--symbols', 'BTC,ETH', '--json'];
    const { stdout } = await home.run(words, environment());
    const printed = JSON.parse(stdout);
    expect(found.report?.result).toEqual(printed);
    expect(found).toMatchObject({
      ...{
        doneFraction: 1,
        doneToMs: Date.parse(SHORT.to),
        trades: printed.trades,
        attempts: 1,
        error: null,
      },
      ...{ returnFraction: printed.returnFraction, holdReturnFraction: printed.holdReturnFraction },
    });
    expect(found.report?.months).toEqual([
      {
        year: 2025,
        month: 1,
        trades: printed.trades,
        returnFraction: expect.closeTo(printed.returnFraction, 10),
      },
    ]);
    const [, lastHeld] = found.report?.holdCurve.at(-1) ?? [];
    expect(lastHeld).toBeGreaterThan(0);

    const bars = await call<ChartBars>(`${path}/candles?symbol=ETH%2FUSDT%3AUSDT`);
    expect(bars.body).toMatchObject({ symbol: 'ETH/USDT:USDT', timeframe: '1m', indicators: {} });
    expect(bars.body.openAtMs[0]).toBe(Date.parse(SHORT.from));
    expect((await call(`${path}/candles?symbol=DOGE`)).status).toBe(404);

    const tag = (await fetch(`${vigil.url}${path}`)).headers.get('etag') ?? '';
    const again = await fetch(`${vigil.url}${path}`, { headers: { 'if-none-match': tag } });
    expect({ status: again.status, tag }).toEqual({ status: 304, tag: expect.stringMatching(/^"/) });
    const { body: audit } = await call<{ items: AuditEntry[] }>('/api/audit?action=backtest.');
    expect(audit.items[0]).toMatchObject({ action: 'backtest.start', actor: 'a person' });
  });

  it('is walked alone while others wait, few of them, and ends when it is told to', {
    timeout: 180_000,
  }, async () => {
    const walked = await started(LONG);
    await expect.poll(async () => (await read(walked)).doneFraction, PATIENT).toBeGreaterThan(0);
    const waiting: string[] = [];
    for (let i = 0; i < 5; i += 1) waiting.push(await started(SHORT));
    const refused = await call<{ detail: string }>('/api/backtests', SHORT);
    expect(refused).toMatchObject({ status: 409, body: { detail: /5 backtests wait already/ } });
    expect((await read(waiting[0] ?? '')).status).toBe('queued');
    for (const path of waiting) expect((await call(`${path}/cancel`, {})).status).toBe(202);
    expect((await read(waiting[0] ?? '')).status).toBe('cancelled');
    expect((await read(walked)).status).toBe('running');
    await call(`${walked}/cancel`, {});
    await reaches(walked, 'cancelled');
    expect(await call(`${walked}/cancel`, {})).toMatchObject({ status: 409 });
    const { body } = await call<{ items: Backtest[]; nextCursor: string }>('/api/backtests?limit=2');
    expect(body.items.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    const next = await call<{ items: Backtest[] }>(`/api/backtests?limit=50&cursor=${body.nextCursor}`);
    expect(next.body.items.map(({ backtestId }) => backtestId)).not.toContain(body.items[0]?.backtestId);
  });

  it.each([
    ['that runs backwards', { ...SHORT, to: '2025-01-02T12:00:00Z' }, /is not before to/],
    [
      'before the candles',
      { ...SHORT, from: '2024-06-01T00:00:00Z' },
      /is too early: the candles of .+ from 2025-01-02T12:15/,
    ],
    [
      'of too many bars',
      { ...SHORT, to: '2035-01-01T00:00:00Z' },
      /bars of 1m from .+ for 2 symbols exceed the limit 1000000: choose/,
    ],
    [
      'of a symbol there is not',
      { ...SHORT, symbols: ['BTC', 'ETHH'] },
      /does not offer ETHH\/USDT:USDT: did you mean ETH/,
    ],
    ['of a strategy there is not', { ...SHORT, strategy: 'hope' }, /strategy/],
    ['without an end', { from: SHORT.from }, /body\.to/],
  ])('refuses a span %s, with the way out', async (_what, body, says) => {
    const answer = await call<{ detail: string }>('/api/backtests', body);
    expect({ status: answer.status, detail: answer.body.detail }).toEqual({
      ...{ status: 422, detail: expect.stringMatching(says) },
    });
  });
});

describe('a server that is killed', () => {
  it('leaves a backtest that the next one goes on with and brings to the same end', {
    timeout: 300_000,
  }, async () => {
    const own = await createTestDatabase();
    const span = { from: BEGINS, to: '2025-01-05T00:00:00Z', symbols: ['BTC', 'ETH'] };
    const env = { ...environment(), DATABASE_URL: own.url };
    const killed = home.start(['start'], env);
    const [, url = ''] = await killed.said(/Vigil is up: (http:\S+)/);
    const path = await started(span, url);
    const kept = join(home.folder, 'backtests', basename(path), 'backtests');
    await expect
      .poll(() => existsSync(kept) && readdirSync(kept).some((name) => name.endsWith('.json')), PATIENT)
      .toBe(true);
    killed.kill('SIGKILL');
    await killed.ended;
    const next = await startVigil({ ...server, config: readConfig(env) });
    const nextUrl = next.url ?? '';
    try {
      expect(['queued', 'running']).toContain((await read(path, nextUrl)).status);
      await expect.poll(async () => (await read(path, nextUrl)).attempts, PATIENT).toBe(2);
      await reaches(path, 'finished', nextUrl);
      const whole = await started(span, nextUrl);
      await reaches(whole, 'finished', nextUrl);
      expect((await read(path, nextUrl)).report).toEqual((await read(whole, nextUrl)).report);
      expect(existsSync(kept)).toBe(false);
    } finally {
      await next.stop();
      await own.drop();
    }
  });
});
