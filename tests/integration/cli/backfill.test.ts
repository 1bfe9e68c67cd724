import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CandleRepository, createCandleRepository } from '#db/repositories/candles.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { BackfillSummary } from '#server/cli/backfill-summary.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import type { Ending } from '#tests/support/node-process.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';

const BTC = 'BTC/USDT:USDT';
const KEY = { venue: 'binanceusdm', symbol: BTC, timeframe: '1m' } as const;
const WAIT = { timeout: 30_000, interval: 20 };

let home: Home;
let test: TestDatabase;
let candles: CandleRepository;
let venue: TestVenue;
let klinesSeen = 0;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  candles = createCandleRepository(test.database);
  venue = await startVenue({ prices: 'generator' });
});
beforeEach(async () => {
  await test.clear();
  takeKlines();
});
afterEach(() => {
  venue.faults.clear();
  venue.releaseHeld();
  Object.assign(venue.settings, { candleHole: null, spoiltSymbol: null });
});
afterAll(async () => {
  await venue?.close();
  await home?.remove();
  await test?.drop();
});

const environment = () => ({ DATABASE_URL: test.url, EXCHANGE_BASE_URL: venue.baseUrl });
const start = (words: readonly string[]) => home.start(['backfill', ...words], environment());
const run = (words: readonly string[]) => start(words).ended;

/** Ten days ago is settled: what the venue lacks there will not come. */
const OLD_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 10 * DAY_MS;
const old = (fromMinute: number, toMinute: number): TimeSpan => ({
  fromMs: OLD_MS + fromMinute * MINUTE_MS,
  toMs: OLD_MS + toMinute * MINUTE_MS,
});
const asked = ({ fromMs, toMs }: TimeSpan, ...words: string[]) => [
  ...['--symbols', 'BTC', '--from', isoTime(fromMs), '--to', isoTime(toMs)],
  ...words,
];

function summaryOf({ code, stdout, stderr }: Ending, expectedCode = 0): BackfillSummary {
  expect({ code, stderr }).toMatchObject({ code: expectedCode });
  return JSON.parse(stdout);
}

/** The pages asked for since the last call, by the minute they begin at. */
function takeKlines(): number[] {
  const all = venue.requests.filter(({ path }) => path.endsWith('/klines'));
  const taken = all.slice(klinesSeen);
  klinesSeen = all.length;
  return taken.map(({ parameters }) => (Number(parameters.startTime) - OLD_MS) / MINUTE_MS);
}

async function venueBars({ fromMs, toMs }: TimeSpan): Promise<number[][]> {
  const query = `symbol=BTCUSDT&interval=1m&limit=1500&startTime=${fromMs}&endTime=${toMs - 1}`;
  const rows = (await (await fetch(`${venue.baseUrl}/fapi/v1/klines?${query}`)).json()) as unknown[][];
  takeKlines();
  return rows.map((row) => row.slice(0, 6).map(Number));
}

async function storedBars(span: TimeSpan): Promise<number[][]> {
  const { openAtMs, open, high, low, close, volume } = await candles.between(KEY, span);
  return Array.from(openAtMs, (atMs, i) => [atMs, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]);
}

async function heldBack(nth: number): Promise<void> {
  await vi.waitFor(
    () => expect(venue.requests.filter(({ faults }) => faults.includes('held')).length).toBe(nth),
    WAIT,
  );
}

describe('`backfill`', () => {
  it('stores each closed bar of the span as the venue gave it, and says so in one document', async () => {
    const span = old(0, 1_400);
    const ending = await run(asked(span, '--json'));
    expect(ending.stderr, 'no progress where nobody looks').toBe('');
    expect(summaryOf(ending)).toEqual({
      ...{ venue: 'binanceusdm', timeframe: '1m', ...span, complete: true, bars: 1_400, newBars: 1_400 },
      seconds: expect.any(Number),
      series: [{ symbol: BTC, bars: 1_400, newBars: 1_400, gaps: [], missingBars: 0 }],
    });
    expect(await storedBars(span)).toEqual(await venueBars(span));
  });

  it('ends with the newest closed bar when no end is named', async () => {
    const startedMs = Date.now();
    const words = ['--symbols', 'BTC,ETH', '--timeframe', '3m', '--from', isoTime(startedMs - HOUR_MS)];
    const { series, bars, toMs } = summaryOf(await run([...words, '--json']));
    expect(series.map(({ symbol }) => symbol)).toEqual([BTC, 'ETH/USDT:USDT']);
    expect([38, 40]).toContain(bars);
    expect(toMs).toBeLessThanOrEqual(Date.now());
    const kept = await candles.coverage({ ...KEY, timeframe: '3m' }, { fromMs: 0, toMs: Date.now() });
    expect(kept.bars.at(-1)?.toMs).toBe(toMs);
  });

  it('asks only for what is not there', async () => {
    await run(asked(old(300, 400)));
    await run(asked(old(600, 700)));
    takeKlines();
    const { newBars, bars } = summaryOf(await run(asked(old(200, 800), '--json')));
    expect({ newBars, bars }).toEqual({ newBars: 400, bars: 600 });
    expect(takeKlines()).toEqual([200, 400, 700]);
    expect(summaryOf(await run(asked(old(200, 800), '--json')))).toMatchObject({
      newBars: 0,
      complete: true,
    });
    expect(takeKlines()).toEqual([]);
  });

  it('goes on after a SIGKILL with the page that was under way, and has no bar twice', async () => {
    const span = old(0, 3_500);
    venue.faults.add({ path: '/klines', nth: 3, effect: { kind: 'held', executed: true, forMs: null } });
    const killed = start(asked(span));
    await heldBack(1);
    killed.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    expect(await candles.coverage(KEY, span)).toEqual({ read: [old(0, 2_000)], bars: [old(0, 2_000)] });
    takeKlines();

    const { newBars, bars, complete } = summaryOf(await run(asked(span, '--json')));
    expect({ newBars, bars, complete }).toEqual({ newBars: 1_500, bars: 3_500, complete: true });
    expect(takeKlines()).toEqual([2_000, 3_000]);
    const [row] = await test.database.sql`select count(*)::int as rows from candles`;
    expect(row).toEqual({ rows: 3_500 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stores the page under way on %s and says what is left', async (signal, code) => {
    venue.faults.add({ path: '/klines', nth: 2, effect: { kind: 'held', executed: true, forMs: null } });
    const before = venue.requests.filter(({ faults }) => faults.includes('held')).length;
    const stopped = start(asked(old(0, 3_500), '--json'));
    await heldBack(before + 1);
    stopped.kill(signal);
    await stopped.said(/stopping after this page/);
    venue.releaseHeld();
    const summary = summaryOf(await stopped.ended, code);
    expect(summary).toMatchObject({
      complete: false,
      bars: 2_000,
      series: [{ missingBars: 1_500, gaps: [] }],
    });
    expect(takeKlines()).toEqual([0, 1_000]);
  });

  it('takes note of a gap at the venue and does not ask about it again', async () => {
    const hole = old(500, 507);
    venue.settings.candleHole = { symbol: 'BTCUSDT', ...hole };
    const gaps = [{ ...hole, bars: 7 }];
    const first = summaryOf(await run(asked(old(0, 1_200), '--json')));
    expect(first).toMatchObject({ complete: true, bars: 1_193, series: [{ gaps }] });
    takeKlines();
    const ending = await run(asked(old(0, 1_200)));
    expect(ending.stdout).toContain(
      `1193 bars, 0 of them new; the venue lacks 7 in 1 gap, the longest from ${isoTime(hole.fromMs)}`,
    );
    expect(takeKlines()).toEqual([]);
  });

  it('asks again for a bar that is too young to be given up', async () => {
    const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const span = { fromMs: nowMs - 3 * HOUR_MS, toMs: nowMs - HOUR_MS };
    const hole = { fromMs: nowMs - 2 * HOUR_MS, toMs: nowMs - 2 * HOUR_MS + 2 * MINUTE_MS };
    venue.settings.candleHole = { symbol: 'BTCUSDT', ...hole };
    const first = summaryOf(await run(asked(span, '--json')));
    expect(first).toMatchObject({ complete: false, bars: 118, series: [{ missingBars: 2, gaps: [] }] });
    venue.settings.candleHole = null;
    expect(summaryOf(await run(asked(span, '--json')))).toMatchObject({
      complete: true,
      bars: 120,
      newBars: 2,
    });
  });

  it('refuses a page with a bar that cannot be, and keeps the pages before', async () => {
    await run(asked(old(0, 100)));
    venue.settings.spoiltSymbol = 'BTCUSDT';
    const { code, stdout, stderr } = await run(asked(old(0, 200), '--json'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^market_data_unsound: binanceusdm .* 1m: bar .* \(impossible_range\).*--from and --to/,
    );
    expect(await candles.coverage(KEY, old(0, 200))).toEqual({ read: [old(0, 100)], bars: [old(0, 100)] });
  });

  it('tells `doctor` what it holds', async () => {
    await run(asked(old(0, 100)));
    const { stdout } = await home.run(['doctor'], environment());
    expect(stdout).toMatch(/^ok {3}candles +binanceusdm 1m \d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d \(BTC\)$/m);
  });
});

describe('a backfill that cannot be', () => {
  it.each([
    [
      ['--from', '2025-02-01', '--to', '2025-01-01'],
      2,
      /^usage_invalid: --from 2025-02-01\S+ is not before --to 2025-01-01/,
    ],
    [['--to', '2025-01-01'], 2, /^usage_invalid: required option '--from/],
    [
      ['--from', '2025-01-01', '--timeframe', '7m'],
      2,
      /^usage_invalid: --timeframe "7m" is not one of 1m, 3m/,
    ],
    [['--from', '2025-01-01', '--symbols', 'BTC,NOPE'], 1, /^symbol_unknown: binanceusdm .*NOPE\/USDT:USDT/],
    [['--from', '2025-01-01', '--market', 'nosuch'], 1, /^config_invalid: .*"nosuch" is not an exchange/],
  ])('is refused before anything is asked or stored: %j', async (words, expectedCode, says) => {
    const { code, stdout, stderr } = await run([...words, '--json']);
    expect({ code, stdout }).toEqual({ code: expectedCode, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(takeKlines()).toEqual([]);
    expect(await candles.held()).toEqual([]);
  });

  it('for its venue is told by the venue’s name, with the way out', async () => {
    const env = { DATABASE_URL: test.url, EXCHANGE_BASE_URL: 'http://127.0.0.1:9' };
    const { code, stdout, stderr } = await home.run(['backfill', ...asked(old(0, 9))], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^venue_unavailable: binanceusdm .*EXCHANGE_BASE_URL/);
  });
});
