import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { listScanSeries, type ScanSpan, scanBars, scanSpan } from '#server/cli/candle-scan.ts';
import {
  type CandleFolder,
  candleCsv,
  candleFile,
  createCandleFolder,
  madeUpCandles,
} from '#tests/support/candle-files.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const WHOLE: ScanSpan = { fromMs: null, toMs: null };
const span = (fromHour: number, toHour: number) => ({
  ...{ timeframe: '5m' as const, fromMs: FROM_MS + fromHour * HOUR_MS, toMs: FROM_MS + toHour * HOUR_MS },
});

let folder: CandleFolder;
const removeFolder = () => folder.remove();

async function opensOf(paths: readonly string[], asked = WHOLE) {
  const passedOver: string[] = [];
  const opens: number[] = [];
  for (const series of await listScanSeries(paths))
    for await (const bars of scanBars(series, asked, (_, reason) => passedOver.push(reason)))
      opens.push(...bars.openAtMs);
  return { opens, passedOver };
}

describe('listScanSeries', () => {
  afterEach(removeFolder);

  it('takes any venue, symbol and interval, in an order that does not depend on the paths', async () => {
    const second = '1735689600000,1,1,1,1,1\n';
    folder = await createCandleFolder({
      ...candleFile('BYBITLINEAR_ETHUSDT', span(0, 1)),
      ...candleFile('BINANCE_ETHUSDT', span(0, 1)),
      'GEMINI_BTCUSD_1s_20250101_20250101.csv': second,
      'BINANCECOINM_ADAUSD_PERP_7m_20250101_20250101.csv': second,
      'BTCUSDT-12h-2025-01.csv': second,
      'BINANCE_BTCUSDT_funding_20250101_20250101.csv': 'funding_time,funding_rate\n',
      'README.md': 'words',
    });
    const listed = await listScanSeries([folder.path]);
    expect(listed.map(({ venue, symbol, interval }) => `${venue} ${symbol} ${interval}`)).toEqual([
      'BINANCE BTC/USDT:USDT 12h',
      'BINANCE ETH/USDT:USDT 5m',
      'BINANCECOINM ADAUSD_PERP 7m',
      'BYBITLINEAR ETH/USDT:USDT 5m',
      'GEMINI BTC/USD:USD 1s',
    ]);
    const paths = listed.flatMap(({ files }) => files.map(({ path }) => path));
    const named = await listScanSeries([...paths, ...paths].reverse());
    expect(named.map(({ files }) => files.length)).toEqual([1, 1, 1, 1, 1]);
    expect(named.map(({ venue }) => venue)).toEqual(listed.map(({ venue }) => venue));
  });

  it('says what is missing where nothing is found', async () => {
    folder = await createCandleFolder({ 'README.md': 'words' });
    await expect(listScanSeries([folder.path])).rejects.toThrow('holds 1 files and no candle file');
    await expect(listScanSeries([`${folder.path}/README.md`])).rejects.toThrow(
      'is no candle file by its name',
    );
    await expect(listScanSeries([`${folder.path}/gone`])).rejects.toMatchObject({
      code: 'candle_data_missing',
    });
  });
});

describe('scanBars', () => {
  afterEach(removeFolder);

  it('gives each bar once where files of a series overlap', async () => {
    const [early, late] = [span(0, 30), span(20, 60)];
    folder = await createCandleFolder({
      ...candleFile('BINANCE_BTCUSDT', early),
      ...candleFile('BINANCE_BTCUSDT', late),
    });
    const { opens } = await opensOf([folder.path]);
    expect(opens).toEqual(madeUpCandles(span(0, 60)).map(({ openAtMs }) => openAtMs));
  });

  it('gives the bars that open in the span', async () => {
    folder = await createCandleFolder(candleFile('BINANCE_BTCUSDT', span(0, 30)));
    const asked = { fromMs: FROM_MS + 3 * MINUTE_MS, toMs: FROM_MS + 15 * MINUTE_MS };
    expect((await opensOf([folder.path], asked)).opens).toEqual([
      FROM_MS + 5 * MINUTE_MS,
      FROM_MS + 10 * MINUTE_MS,
    ]);
    expect((await opensOf([folder.path], { fromMs: FROM_MS + 90 * HOUR_MS, toMs: null })).opens).toEqual([]);
  });

  it('passes over a file of a folder that begins as no candles do, and refuses it where it is named', async () => {
    const other = 'NEWS_FEAR_1d_20250101_20250101.csv';
    folder = await createCandleFolder({
      [other]: 'open_time,value\n1735689600000,5\n',
      ...candleFile('BINANCE_BTCUSDT', span(0, 1)),
    });
    const { opens, passedOver } = await opensOf([folder.path]);
    expect(opens).toHaveLength(12);
    expect(passedOver).toEqual([expect.stringContaining(`${other}, line 1: 2 columns`)]);
    await expect(opensOf([`${folder.path}/${other}`])).rejects.toThrow('2 columns');
  });

  it('fails on a bad line further down, whoever named the file', async () => {
    const bars = madeUpCandles(span(0, 1));
    const text = candleCsv(bars).replace(`${bars[5]!.openAtMs},`, `${bars[4]!.openAtMs},`);
    folder = await createCandleFolder({ 'BINANCE_BTCUSDT_5m_20250101_20250101.csv': text });
    await expect(opensOf([folder.path])).rejects.toThrow('line 7: duplicate bar');
  });
});

describe('scanSpan', () => {
  it('reads instants, and refuses those that are none or run backwards', () => {
    expect(scanSpan({})).toEqual(WHOLE);
    expect(scanSpan({ from: '2025-01-01', to: '2025-01-02T00:00:00Z' })).toEqual({
      fromMs: FROM_MS,
      toMs: FROM_MS + 24 * HOUR_MS,
    });
    expect(() => scanSpan({ from: 'soon' })).toThrow('--from "soon" must be a UTC time');
    expect(() => scanSpan({ from: '2025-01-02', to: '2025-01-01' })).toThrow('exchange them');
  });
});
