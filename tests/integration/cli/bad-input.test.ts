import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import {
  type CandleFolder,
  candleCsv,
  candleFile,
  createCandleFolder,
  madeUpCandles,
} from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import type { Ending } from '#tests/support/node-process.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const MOST_LINES = 8;

let home: Home;
let test: TestDatabase;
let folder: CandleFolder | undefined;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
  expect(home.strayPostgres(), 'a Postgres left behind').toBeNull();
});
afterAll(async () => {
  await home?.remove();
  await test?.drop();
});

/** On a database that is there already: quicker, and its tables can be looked at. */
const run = (words: string[], env: Record<string, string> = {}) =>
  home.run(words, { DATABASE_URL: test.url, ...env });

function expectOneClearMessage(ending: Ending, ...says: RegExp[]): void {
  expect(ending.code, ending.stderr).toBe(1);
  expect(ending.stdout).toBe('');
  for (const pattern of says) expect(ending.stderr).toMatch(pattern);
  expect(ending.stderr, 'a stack trace').not.toMatch(/^\s+at .+:\d+/m);
  expect(ending.stderr.trim().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
}

async function expectNothingWritten(): Promise<void> {
  const [row] = await test.database.sql`
    select (select count(*) from runs)::int as runs, (select count(*) from desks)::int as desks`;
  expect(row).toEqual({ runs: 0, desks: 0 });
}

describe('a symbol', () => {
  it('that the candles do not have is named with those they have', async () => {
    const span = { timeframe: '5m', fromMs: FROM_MS, toMs: FROM_MS + 27 * DAY_MS } as const;
    folder = await createCandleFolder(candleFile('MADEUP_BTCUSDT', span));
    const ending = await run(['cycle', '--json', '--symbols', 'NOPE'], { VIGIL_DATA: folder.path });
    expectOneClearMessage(ending, /NOPE\/USDT:USDT/, /BTC\/USDT:USDT/);
    await expectNothingWritten();
  });

  it.each([
    ['cycle', '--symbols', 'BTC,$$$'],
    ['analyze', '$$$'],
  ])('that is none is refused by `%s`', async (...words) => {
    expectOneClearMessage(await run(words), /^symbol_invalid: .*\$\$\$/);
    await expectNothingWritten();
  });

  it('that the generator was not told of is not made up', async () => {
    for (const words of [
      ['cycle', '--json', '--symbols', 'BTC,NOPE'],
      ['analyze', 'NOPE'],
    ])
      expectOneClearMessage(
        await run(words),
        /^symbol_unknown: .* NOPE\/USDT:USDT; it has BTC/,
        /VIGIL_SYMBOLS/,
      );
    await expectNothingWritten();
  });
});

describe('candle files', () => {
  it('with a broken line are refused by file, line number and reason', async () => {
    const span = { timeframe: '5m', fromMs: FROM_MS, toMs: FROM_MS + 27 * DAY_MS } as const;
    const lines = candleCsv(madeUpCandles(span)).split('\n');
    lines[41] = lines[41]?.replace(/,[^,]*$/, ',much') ?? '';
    folder = await createCandleFolder({ 'MADEUP_BTCUSDT_5m_20250101_20250127.csv': lines.join('\n') });
    const ending = await run(['cycle', '--json', '--symbols', 'BTC'], { VIGIL_DATA: folder.path });
    expectOneClearMessage(
      ending,
      /^candle_file_malformed: .*MADEUP_BTCUSDT_5m_20250101_20250127\.csv/,
      /line 42/,
      /much/,
    );
    await expectNothingWritten();
  });

  it('too coarse for the desk’s timeframes are refused by interval', async () => {
    const span = { timeframe: '1d', fromMs: FROM_MS - 400 * DAY_MS, toMs: FROM_MS } as const;
    folder = await createCandleFolder(candleFile('MADEUP_BTCUSDT', span));
    const ending = await run(['cycle', '--json', '--symbols', 'BTC'], { VIGIL_DATA: folder.path });
    expectOneClearMessage(ending, /^interval_unbuildable: 4h bars of BTC\/USDT:USDT .* 1d bars/);
    await expectNothingWritten();
  });

  it('that are not there are refused by the path and its variable', async () => {
    const ending = await run(['cycle', '--json'], { VIGIL_DATA: '/no/such/folder' });
    expectOneClearMessage(ending, /^candle_data_missing: VIGIL_DATA=\/no\/such\/folder does not exist/);
  });
});

describe('the environment', () => {
  it('is refused with everything that is wrong with it at once', async () => {
    const ending = await run(['start'], {
      PORT: '99999',
      VIGIL_SPEED: 'fast',
      LOG_LEVEL: 'loud',
      VIGIL_COLOUR: 'blue',
    });
    expectOneClearMessage(
      ending,
      /^config_invalid/,
      /PORT=99999/,
      /VIGIL_SPEED=fast/,
      /LOG_LEVEL=loud/,
      /VIGIL_COLOUR/,
    );
  });

  it('that asks for live trading without its keys is refused', async () => {
    expectOneClearMessage(await run(['start'], { VIGIL_MODE: 'live' }), /VIGIL_LIVE_ACK/, /EXCHANGE_API_KEY/);
  });

  it('whose venue cannot be reached is refused by the venue’s name', async () => {
    const env = { VIGIL_MARKET: 'binanceusdm', EXCHANGE_BASE_URL: 'http://127.0.0.1:9' };
    expectOneClearMessage(await run(['start'], env), /^venue_unavailable: .*binanceusdm/);
    await expectNothingWritten();
  });

  it('whose venue is unknown is refused by its id', async () => {
    expectOneClearMessage(await run(['start'], { VIGIL_MARKET: 'nosuchvenue' }), /nosuchvenue/);
  });

  it('whose database cannot be reached is refused by its place, without the password', async () => {
    const ending = await run(['start'], { DATABASE_URL: 'postgres://vigil:hush@127.0.0.1:9/vigil' });
    expectOneClearMessage(ending, /^database_unavailable: .*127\.0\.0\.1:9/, /DATABASE_URL/);
    expect(ending.stderr).not.toContain('hush');
  });

  it('whose database it may not write is refused, and no connection keeps the process alive', async () => {
    const url = new URL(test.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const ending = await run(['cycle', '--json'], { DATABASE_URL: url.href });
    expectOneClearMessage(ending, /^database_unavailable: .*read-only transaction.*create schemas/);
  });

  it('whose Redis cannot be reached is refused by its place', async () => {
    const ending = await run(['start'], { REDIS_URL: 'redis://127.0.0.1:9' });
    expectOneClearMessage(ending, /^queue_unavailable: .*127\.0\.0\.1:9/, /REDIS_URL/);
    await expectNothingWritten();
  });

  it('whose data folder cannot be made is refused by its path', async () => {
    const file = join(home.folder, 'a-file');
    writeFileSync(file, '');
    const ending = await home.run(['cycle', '--json'], { VIGIL_HOME: join(file, 'home') });
    expectOneClearMessage(ending, /^database_unavailable: .*a-file/);
  });

  it('whose data folder takes no child is refused by `cycle` and told by `doctor`', async ({ skip }) => {
    if (!existsSync('/proc/self')) skip('there is no /proc here');
    const env = { VIGIL_HOME: '/proc/vigil' };
    expectOneClearMessage(await home.run(['cycle'], env), /^database_unavailable: .*\/proc\/vigil/);
    const { code, stdout } = await home.run(['doctor'], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL disk .*\/proc\/vigil.*set VIGIL_HOME/m);
  });
});

describe('a command line', () => {
  it.each([
    [['fly'], /unknown command 'fly'/],
    [['cycle', '--fast'], /unknown option '--fast'/],
    [['start', '--role', 'chef'], /'chef' is invalid.*all, api, worker, guard/],
    [['analyze'], /missing required argument 'symbol'/],
    [['cycle', '--symbols', ''], /"" names no symbol.*BTC,ETH/],
    [['halt', ' '], /the reason must not be blank/],
    [['halt', 'x'.repeat(301)], /the reason must not be longer than 300 characters, and this is one of 301/],
    [['arm', 'back \u202enioj'], /the reason must not hold characters that turn the direction/],
    [['halt', 'now', '--desk', 'a', '--market', 'b'], /cannot be used with/],
    [['analyze', 'BTC', '--question', 'x'.repeat(2_001)], /the question must not be longer than 2000/],
    [['analyze', ' , '], /" , " names no symbol/],
  ])('%j is refused in one form, with the way out and exit code 2', async (words, says) => {
    const { code, stdout, stderr } = await run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [complaint = '', usage = ''] = stderr.trim().split('\n');
    expect(complaint).toMatch(/^usage_invalid: /);
    expect(complaint).toMatch(says);
    expect(usage).toMatch(/^Usage: vigil .*--help/);
  });

  it('that asks for the version is answered with it', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('that names a desk nobody made is refused by its id', async () => {
    expectOneClearMessage(await run(['cycle', '--desk', 'nobodys']), /^not_found: .*nobodys/);
    await expectNothingWritten();
  });
});

describe('`start`', () => {
  it('on a taken port names it and the way out before anything is begun', async ({ onTestFinished }) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const ending = await home.run(['start'], { PORT: String(port) });
    expectOneClearMessage(ending, new RegExp(`^port_taken: port ${port} on 127\\.0\\.0\\.1 .*PORT=`));
    expect(existsSync(join(home.folder, 'postgres')), 'asked before the database was begun').toBe(false);
    expect(existsSync(join(home.folder, 'instance.lock'))).toBe(false);
  });

  it('on a data folder that another one works on names that process and leaves it alone', async () => {
    const first = home.start(['start']);
    const [, url] = await first.said(/Vigil is up: (http:\S+)/);
    const second = await home.run(['start']);
    expectOneClearMessage(second, new RegExp(`^data_folder_busy: process ${first.pid} .*${home.folder}`));
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    first.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
  });
});

describe('a full disk', () => {
  it('is named with its folder, and leaves nothing behind', async ({ skip, onTestFinished }) => {
    const disk = mountSmallDisk();
    if (disk === null) return skip('this user may not mount a small disk');
    const small = await openHome(disk);
    onTestFinished(async () => {
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    });
    const ending = await small.run(['start']);
    expectOneClearMessage(ending, /^disk_full: /m, new RegExp(disk));
    expect(small.strayPostgres()).toBeNull();
    expect(readdirSync(disk, { recursive: true })).toEqual(['postgres']);
  });
});

/** Too small for a database. Null where this user may not mount one. */
function mountSmallDisk(): string | null {
  const disk = mkdtempSync(join(tmpdir(), 'vigil-small-home-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=755', 'tmpfs', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    rmSync(disk, { recursive: true });
    return null;
  }
}
