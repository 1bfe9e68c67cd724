import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DAY_MS, HOUR_MS, isoTime } from '#domain/time.ts';
import {
  type CandleFolder,
  candleFile,
  createCandleFolder,
  fundingFile,
  madeUpCandles,
} from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';

const BEGUN_MS = Date.UTC(2025, 0, 1);
const LOOK_BACK_MS = 25 * DAY_MS;
const FROM_MS = BEGUN_MS + LOOK_BACK_MS;
const TO_MS = FROM_MS + 2 * DAY_MS;
const SPAN = { timeframe: '15m' as const, fromMs: BEGUN_MS, toMs: TO_MS };
const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];

let home: Home;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  const holed = madeUpCandles(SPAN).filter(({ openAtMs }) => openAtMs !== FROM_MS + 3 * HOUR_MS);
  folder = await createCandleFolder({
    ...candleFile('BINANCEUSDM_BTCUSDT', { ...SPAN, priceQuote: 90_000 }),
    ...candleFile('BINANCEUSDM_ETHUSDT', { ...SPAN, priceQuote: 3_000 }),
    ...candleFile('BINANCEUSDM_SOLUSDT', SPAN, holed),
    ...fundingFile('BINANCEUSDM_BTCUSDT', [[FROM_MS + 8 * HOUR_MS, 0.0001]]),
  });
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
});

const walk = (...words: string[]) => home.run(['backtest', '--data', folder.path, ...words]);
const day = (atMs: number) => isoTime(atMs).slice(0, 16).concat('Z');

describe('backtest', () => {
  it('prints what the span came to as one document, and nothing else', async () => {
    const { code, stdout, stderr } = await walk('--from', day(FROM_MS), '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual([
      ...['strategy', 'symbols', 'from', 'to', 'bars', 'trades', 'fees', 'funding', 'returnFraction'],
      ...['holdReturnFraction', 'sharpe', 'maxDrawdownFraction', 'armings'],
      ...['equity', 'perTrade'],
    ]);
    expect(result).toMatchObject({
      ...{ strategy: 'points', symbols: SYMBOLS, from: isoTime(FROM_MS), to: isoTime(TO_MS) },
      ...{ bars: 2 * 192, sharpe: null },
    });
    expect(result.perTrade).toHaveLength(result.trades);
    expect(result.equity[0]).toEqual([FROM_MS, 10_000]);
    const [lastAtMs, lastQuote] = result.equity.at(-1);
    expect(lastAtMs).toBe(TO_MS);
    expect(lastQuote / 10_000 - 1).toBeCloseTo(result.returnFraction, 12);
    expect(Number.isFinite(result.holdReturnFraction)).toBe(true);
  });

  it('says the same to a person, without a ratio that would rest on nothing', async () => {
    const { code, stdout } = await walk('--from', day(FROM_MS), '--to', day(FROM_MS + DAY_MS));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^strategy +points on BTC\/USDT:USDT, ETH\/USDT:USDT$/m);
    expect(stdout).toMatch(/^Sharpe +N\/A: it rests on \d+ trades and 0 whole days/m);
    expect(stdout).toMatch(/^fees +\d+\.\d\d USDT$/m);
    expect(stdout).toContain('says nothing of what comes');
  });

  it('writes a page that asks for nothing beside itself', async () => {
    const path = join(home.folder, 'report.html');
    const { code, stderr } = await walk('--from', day(FROM_MS), '--html', path, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: `the report is in ${path}\n` });
    const page = readFileSync(path, 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|https?:/);
    for (const heading of ['Equity', 'Fall from the best', 'Month by month', 'Trades', 'Span and settings'])
      expect(page).toContain(`<h2>${heading}</h2>`);
    expect(page).toContain('no claim of profit');
    expect(page).toContain('Money and prices are in USDT, quantities in the coin itself, times in UTC.');
  });

  it('walks made-up prices where there are no candles', async () => {
    const { code, stdout } = await home.run([
      ...['backtest', '--from', '2025-01-02', '--to', '2025-01-02T06:00Z', '--symbols', 'BTC', '--json'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ symbols: ['BTC/USDT:USDT'], bars: 360 });
  });

  it('stops where it is asked to and goes on to the same end', async () => {
    const words = ['backtest', '--from', '2025-01-02', '--to', '2025-01-03', '--json'];
    const whole = await home.run(words);
    const kept = join(home.folder, 'backtests');
    mkdirSync(kept, { recursive: true });
    expect(readdirSync(kept)).toEqual([]);
    const walking = home.start(words);
    await vi.waitUntil(() => existsSync(kept) && readdirSync(kept).some((name) => name.endsWith('.json')), {
      timeout: 30_000,
      interval: 5,
    });
    walking.kill('SIGINT');
    const stopped = await walking.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(
      /^stopped at .+ before 2025-01-03T00:00:00.000Z: the same command goes on/m,
    );
    const part = JSON.parse(stopped.stdout);
    const { code, stdout, stderr } = await home.run(words);
    expect(code).toBe(0);
    expect(stderr).toBe(`going on from ${part.to}, where it was stopped (--fresh begins anew)\n`);
    expect(stdout).toBe(whole.stdout);
    expect(part.bars).toBeLessThan(JSON.parse(stdout).bars);
    expect(readdirSync(kept)).toEqual([]);
  });
});

describe('backtest --fast', () => {
  it('prints what the walk bar for bar prints, and says how often the desk was asked', async () => {
    const exact = JSON.parse((await walk('--from', day(FROM_MS), '--json')).stdout);
    const { code, stdout, stderr } = await walk('--from', day(FROM_MS), '--json', '--fast');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^the desk itself was asked at \d+ of 193 closes and in \d+ cycles; in the other \d+ /,
    );
    const { equity, returnFraction, maxDrawdownFraction, ...told } = JSON.parse(stdout);
    const { equity: read, ...own } = exact;
    expect({ ...own, ...told }).toEqual(own);
    expect(returnFraction).toBeCloseTo(own.returnFraction, 12);
    expect(maxDrawdownFraction).toBeCloseTo(own.maxDrawdownFraction, 12);
    expect(equity.map(([atMs]: [number]) => atMs)).toEqual(read.map(([atMs]: [number]) => atMs));
  }, 180_000);
});

describe('a backtest that was stopped', () => {
  it('begins anew on candles that are no longer the same', async () => {
    const series = { ...SPAN, priceQuote: 90_000 };
    const own = await createCandleFolder(candleFile('BINANCEUSDM_BTCUSDT', series));
    const words = ['backtest', '--data', own.path, '--symbols', 'BTC', '--from', day(FROM_MS)];
    // The page cannot be written, so what was walked stays kept.
    await home.run([...words, '--html', '/dev/full']);
    const moved = madeUpCandles(series).map((candle, i, all) =>
      i === all.length - 1 ? { ...candle, volume: candle.volume + 1 } : candle,
    );
    for (const [name, text] of Object.entries(candleFile('BINANCEUSDM_BTCUSDT', SPAN, moved)))
      await own.write(name, text);
    const { code, stderr } = await home.run(words);
    await own.remove();
    expect(code).toBe(0);
    expect(stderr).not.toContain('going on from');
  });
});

describe('backtest refuses', () => {
  it.each([
    [
      'a span that runs backwards',
      ['--from', '2025-02-01', '--to', '2025-01-30'],
      /--from .+ is not before --to .+: exchange/,
    ],
    [
      'a time to arm after that is none',
      ['--arm-after', 'soon'],
      /--arm-after "soon" is no time: write it like 30m, 12h or 1d/,
    ],
    ['an instant that is none', ['--from', 'yesterday'], /--from "yesterday"/],
    ['a strategy there is not', ['--strategy', 'hope'], /no strategy "hope": choose points \(/],
    ['a strategy that adds to positions', ['--strategy', 'grid'], /never adds to a position: choose points/],
    [
      'a strategy and --fast',
      ['--strategy', 'momentum', '--fast'],
      /--fast knows the bounds of "points" alone/,
    ],
    [
      'a symbol without candles',
      ['--symbols', 'BTC,PEPE'],
      /no candle files of PEPE\/USDT:USDT at BINANCEUSDM, which has/,
    ],
    [
      'a start without its look-back',
      ['--from', '2025-01-05'],
      /look-back of 150 bars.+another start \(--from\)/,
    ],
    [
      'an end beyond the candles',
      ['--from', '2025-01-26', '--to', '2025-03-01'],
      /up to 2025-03-01.+common spans are/,
    ],
    [
      'a span under one bar',
      ['--from', '2025-01-26T00:01Z', '--to', '2025-01-26T00:02Z'],
      /there is no bar from/,
    ],
    [
      'a gap',
      ['--symbols', 'SOL', '--from', '2025-01-26'],
      /SOL\/USDT:USDT has no 15m bars from 2025-01-26T03:00.+choose --to 2025-01-26T03:00/,
    ],
    [
      'a report nobody could write',
      ['--from', '2025-01-27', '--html', '/nowhere/r.html'],
      /--html "\/nowhere\/r.html" cannot be written/,
    ],
  ])('%s, and says the way out', async (_what, words, says) => {
    const { code, stdout, stderr } = await walk(...words);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a report that was refused its place at the end, and keeps what was walked', async () => {
    const { code, stdout, stderr } = await walk('--from', day(FROM_MS), '--json', '--html', '/dev/full');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^usage_invalid: --html "\/dev\/full" cannot be written: ENOSPC/m);
    const again = await walk('--from', day(FROM_MS), '--json');
    expect(again.stderr).toMatch(/^going on from /);
  });

  // Node's own recursive mkdir never returns below /proc.
  it.each(['a-file', '/proc/nope'])('a data folder that takes no file (%s)', async (name) => {
    const place = resolve(home.folder, name);
    if (name === 'a-file') writeFileSync(place, '');
    const words = ['backtest', '--data', folder.path, '--from', day(FROM_MS), '--json'];
    const { code, stdout, stderr } = await home.run(words, { VIGIL_HOME: place });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^config_invalid: the walk cannot be kept in .+ VIGIL_HOME$/m);
  });

  it('a symbol without candles, and leaves no empty report behind', async () => {
    const report = join(home.folder, 'never.html');
    expect((await walk('--symbols', 'PEPE', '--html', report)).code).toBe(1);
    expect(existsSync(report)).toBe(false);
  });

  it('made-up prices without an end', async () => {
    const { code, stderr } = await home.run(['backtest', '--from', '2025-01-02']);
    expect(code).toBe(2);
    expect(stderr).toContain('name one with --to');
  });
});
