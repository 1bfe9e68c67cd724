import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import {
  type CandleFolder,
  candleFile,
  createCandleFolder,
  madeUpCandles,
} from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const SPIKE_AT_MS = FROM_MS + 25 * HOUR_MS;
const SPAN = { timeframe: '5m' as const, fromMs: FROM_MS, toMs: FROM_MS + 30 * HOUR_MS };
const BARS = 360;

let home: Home;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  const spiked = madeUpCandles(SPAN).map((bar) => {
    if (bar.openAtMs < SPIKE_AT_MS) return bar;
    const volume = bar.openAtMs === SPIKE_AT_MS ? 9_000 : bar.volume;
    return { ...bar, close: bar.close * 0.9, low: bar.low * 0.9, open: bar.open * 0.9, volume };
  });
  folder = await createCandleFolder({
    ...candleFile('BINANCE_BTCUSDT', SPAN, spiked),
    ...candleFile('BYBITLINEAR_ETHUSDT', SPAN),
    'notes.txt': 'not candles',
  });
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
});

const scan = (...words: string[]) => home.run(['spike-scan', '--data', folder.path, ...words]);

describe('spike-scan', () => {
  it('prints the signals of a folder and the bars it read, and nothing else', async () => {
    const { code, stdout, stderr } = await scan('--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      signals: [
        {
          symbol: 'BTC/USDT:USDT',
          interval: '5m',
          atMs: SPIKE_AT_MS + 5 * MINUTE_MS,
          direction: 'down',
          kind: 'both',
          sigmas: expect.closeTo(11.2478, 4),
        },
      ],
      barsRead: 2 * BARS,
    });
  });

  it('counts the bars of the span alone and knows what was usual before it', async () => {
    const { stdout } = await scan(
      '--json',
      '--from',
      isoTime(SPIKE_AT_MS),
      '--to',
      isoTime(SPIKE_AT_MS + HOUR_MS),
    );
    expect(JSON.parse(stdout)).toMatchObject({ signals: [{ kind: 'both' }], barsRead: 24 });
    const after = await scan('--json', '--from', isoTime(SPIKE_AT_MS + HOUR_MS));
    expect(JSON.parse(after.stdout)).toMatchObject({ signals: [] });
  });

  it('says it in words without --json', async () => {
    const { stdout } = await scan();
    expect(stdout).toContain('2025-01-02T01:05:00.000Z  BTC/USDT:USDT 5m  both down');
    expect(stdout).toContain(`1 signals (0 price, 0 volume, 1 both) in ${2 * BARS} bars of 2 series`);
  });

  it('says which bars it could not use', async () => {
    const [first, ...others] = madeUpCandles(SPAN);
    const broken = [{ ...first!, close: 0 }, ...others];
    const apart = await createCandleFolder(candleFile('BINANCE_SOLUSDT', SPAN, broken));
    const { code, stdout, stderr } = await home.run(['spike-scan', '--data', apart.path, '--json']);
    await apart.remove();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ signals: [], barsRead: BARS });
    expect(stderr).toBe('passed over: 1 bars of BINANCE SOL/USDT:USDT 5m: their close is no price\n');
  });

  it('refuses a path without candles and a span that runs backwards, by code and name', async () => {
    const gone = await home.run(['spike-scan', '--data', `${folder.path}/gone`, '--json']);
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    expect(gone.stderr).toContain(`candle_data_missing: candle files at ${folder.path}/gone cannot be read`);
    const backwards = await scan('--from', '2025-01-02', '--to', '2025-01-01');
    expect(backwards).toMatchObject({ code: 2, stderr: expect.stringContaining('exchange them') });
    expect(await home.run(['spike-scan'])).toMatchObject({ code: 2 });
  });
});
