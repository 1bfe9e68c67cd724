import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candle } from '#domain/candle.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import { type CandleFolder, candleFile, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const CRASH_MS = FROM_MS + 6 * HOUR_MS;
const SPAN = { timeframe: '1m' as const, fromMs: FROM_MS, toMs: FROM_MS + 10 * HOUR_MS };

/** 100, then 1% less each minute down to 80, an hour there, and 1% more each minute back to 100. */
function crash(openAtMs: number): number {
  const minute = (openAtMs - CRASH_MS) / MINUTE_MS;
  if (minute < 0) return 100;
  return minute < 80 ? Math.max(80, 99 - minute) : Math.min(100, minute);
}

function barsOf(close: (openAtMs: number) => number): Candle[] {
  return Array.from({ length: (SPAN.toMs - FROM_MS) / MINUTE_MS }, (_, i) => {
    const openAtMs = FROM_MS + i * MINUTE_MS;
    const price = close(openAtMs);
    return { openAtMs, open: price, high: price, low: price, close: price, volume: 1 };
  });
}

let home: Home;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  const spoilt = barsOf(() => 2_000).map((bar) => {
    if (bar.openAtMs !== CRASH_MS - HOUR_MS) return bar;
    return { ...bar, open: 20, high: 20, low: 20, close: 20 };
  });
  folder = await createCandleFolder({
    ...candleFile('BINANCE_BTCUSDT', SPAN, barsOf(crash)),
    ...candleFile('KRAKEN_ETH-PERP', SPAN, spoilt),
    'notes.txt': 'not candles',
  });
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
});

const scan = (...words: string[]) => home.run(['breaker-scan', '--data', ...words]);

describe('breaker-scan', () => {
  it('prints the trips of a folder and what was not believed, and nothing else', async () => {
    const { code, stdout, stderr } = await scan(folder.path, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const hour = CRASH_MS + 15 * MINUTE_MS;
    const four = CRASH_MS + 20 * MINUTE_MS;
    // The bar that closes at 91 ends the last half hour with more than 5% under its high; the trigger of four hours
    // lets go as the high leaves its window.
    const clearedAtMs = expect.any(Number);
    const ofBtc = { level: 'tripped', symbol: 'BTC/USDT:USDT', clearedAtMs };
    expect(JSON.parse(stdout)).toEqual({
      trips: [
        { ...ofBtc, trigger: 'btc_fall_1h', atMs: hour, crossedAtMs: hour, dropFraction: 0.15 },
        { ...ofBtc, trigger: 'btc_fall_4h', atMs: four, crossedAtMs: four, dropFraction: 0.2 },
      ],
      falsePrints: [
        {
          trigger: 'eth_fall_1h',
          symbol: 'ETH-PERP',
          atMs: CRASH_MS - HOUR_MS + MINUTE_MS,
          dropFraction: 0.99,
          reason: 'single_print',
        },
      ],
      barsRead: 1_200,
      spanMs: 10 * HOUR_MS,
    });
  });

  it('counts the bars of the span alone and knows the highs before it', async () => {
    const span = ['--from', isoTime(CRASH_MS + 10 * MINUTE_MS), '--to', isoTime(CRASH_MS + 30 * MINUTE_MS)];
    const { stdout } = await scan(folder.path, ...span, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      trips: [{ trigger: 'btc_fall_1h', clearedAtMs: null }, { trigger: 'btc_fall_4h' }],
      barsRead: 40,
      spanMs: 20 * MINUTE_MS,
    });
  });

  it('says it in words, and as tables', async () => {
    expect((await scan(folder.path)).stdout).toContain('2025-01-01 06:15  btc_fall_1h  BTC/USDT:USDT  15%');
    expect((await scan(folder.path, '--markdown')).stdout).toContain('| 2025-01-01 06:15 | btc_fall_1h |');
  });

  it.each([
    ['a folder that is not there', ['/nowhere/at/all'], 'candle_data_missing', 1],
    ['two forms of answer at once', ['.', '--markdown'], 'usage_invalid', 2],
    ['a span that runs backwards', ['.', '--from', '2025-01-02', '--to', '2025-01-01'], 'usage_invalid', 2],
  ])('refuses %s', async (_what, words, code, exitCode) => {
    const ending = await scan(...words, '--json');
    expect(ending.code).toBe(exitCode);
    expect(ending.stdout).toBe('');
    expect(ending.stderr).toContain(code);
  });
});
