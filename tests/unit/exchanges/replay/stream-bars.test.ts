import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { decodeCandles } from '#exchanges/replay/decode-candles.ts';
import { streamBars } from '#exchanges/replay/stream-bars.ts';
import {
  type CandleFolder,
  candleCsv,
  createCandleFolder,
  madeUpCandles,
} from '#tests/support/candle-files.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const NAME = 'BINANCE_BTCUSDT_1m_20250101_20250110.csv';
const FILE = { name: NAME, interval: '1m', intervalMs: MINUTE_MS };

let folder: CandleFolder;
afterEach(() => folder.remove());

async function barsOf(name: string) {
  const openAtMs: number[] = [];
  const close: number[] = [];
  let pieces = 0;
  for await (const bars of streamBars(`${folder.path}/${name}`, FILE)) {
    pieces += 1;
    openAtMs.push(...bars.openAtMs);
    close.push(...bars.close);
  }
  return { pieces, openAtMs, close };
}

describe('streamBars', () => {
  it.each([NAME, `${NAME}.gz`])(
    'gives the bars of %s in pieces, the same as decodeCandles at once',
    async (name) => {
      const candles = madeUpCandles({ timeframe: '1m', fromMs: FROM_MS, toMs: FROM_MS + 12_000 * MINUTE_MS });
      const text = candleCsv(candles);
      folder = await createCandleFolder({ [name]: text });
      const whole = decodeCandles(Buffer.from(text), {
        ...{ name: NAME, symbol: 'BTC/USDT:USDT', timeframe: '1m' as const },
      });
      const read = await barsOf(name);
      expect(read.pieces).toBeGreaterThan(2);
      expect(read.openAtMs).toEqual([...whole.openAtMs]);
      expect(read.close).toEqual([...whole.close]);
    },
  );

  it('names the line of a fault in a later piece', async () => {
    const candles = madeUpCandles({ timeframe: '1m', fromMs: FROM_MS, toMs: FROM_MS + 9_000 * MINUTE_MS });
    const lines = candleCsv(candles).split('\n');
    lines[8_000] = lines[8_000]!.replace(/,[^,]*$/, ',none');
    folder = await createCandleFolder({ [NAME]: lines.join('\n') });
    await expect(barsOf(NAME)).rejects.toThrow(`${NAME}, line 8001: volume "none" is not a number`);
  });

  it('refuses gzip that breaks off, text without lines, no candle, no file and a folder', async () => {
    const text = candleCsv(madeUpCandles({ timeframe: '1m', fromMs: FROM_MS, toMs: FROM_MS + 600_000 }));
    folder = await createCandleFolder({
      'long.csv': 'x'.repeat(400_000),
      'none.csv': `${text.split('\n')[0]}\n`,
    });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${folder.path}/cut.csv.gz`, gzipSync(text).subarray(0, 60));
    await expect(barsOf('cut.csv.gz')).rejects.toThrow(/not whole gzip/);
    await expect(barsOf('long.csv')).rejects.toThrow('a line of more than 65536 bytes is no candle');
    await expect(barsOf('none.csv')).rejects.toThrow('there is no candle in the file');
    await expect(barsOf('gone.csv')).rejects.toMatchObject({ code: 'candle_data_missing' });
    await expect(barsOf('.')).rejects.toThrow('it is not a regular file');
  });
});
