/** The hot set over a cycle's candles and over a million, against plain loops and `technicalindicators`, in one run. */
import { pathToFileURL } from 'node:url';
import * as library from 'technicalindicators';
import type { CandleSeries } from '#domain/candle.ts';
import { atr } from '#tools/indicators/atr.ts';
import { bollinger } from '#tools/indicators/bollinger.ts';
import { ema } from '#tools/indicators/ema.ts';
import { computeIndicatorFrame, createFrameBuffer } from '#tools/indicators/indicator-frame.ts';
import { macd } from '#tools/indicators/macd.ts';
import { rsi } from '#tools/indicators/rsi.ts';
import { sma } from '#tools/indicators/sma.ts';
import { volumeSurge } from '#tools/indicators/volume-surge.ts';
import { cumulativeVwap, sessionVwap } from '#tools/indicators/vwap.ts';
import { benchCandles } from './bench-candles.ts';
import { type BenchRow, benchTable, summarise, timeTurnsMs } from './bench-row.ts';
import * as plain from './plain-loops.ts';

const SYMBOLS = 50;
const TIMEFRAMES = ['3m', '15m', '1h', '4h'] as const;
const BARS = 500;
const MILLION = 1_000_000;
const ROUNDS = { set: 100, million: 15, library: 3 };

export function benchIndicators(): BenchRow[] {
  return [...benchSet(), ...benchMillion()];
}

function benchSet(): BenchRow[] {
  const set = Array.from({ length: SYMBOLS }, (_, symbol) =>
    TIMEFRAMES.map((timeframe, index) =>
      benchCandles(BARS, symbol * TIMEFRAMES.length + index, `C${symbol}/USDT:USDT`, timeframe),
    ),
  ).flat();
  const arrays = set.map(arraysOf);
  const scratch = Array.from({ length: 3 }, () => new Float64Array(BARS)) as Scratch;
  const frames = () => {
    for (const series of set) computeIndicatorFrame(series);
  };
  const buffer = createFrameBuffer(BARS);
  const reused = () => {
    for (const series of set) computeIndicatorFrame(series, buffer);
  };
  const loops = () => {
    for (const series of set) plainHotSet(series, scratch);
  };
  const [ours = [], reusedMs = [], plainMs = []] = timeTurnsMs([frames, reused, loops], ROUNDS.set, 10);
  const [objectsMs = []] = timeTurnsMs([() => arrays.forEach(libraryHotSet)], ROUNDS.library, 1);
  const name = `${SYMBOLS} × ${TIMEFRAMES.length} × ${BARS} bars, 16 columns`;
  return [
    row(`${name}, one buffer`, reusedMs, 'plain loops into reused columns', plainMs),
    row(name, ours, 'plain loops into reused columns', plainMs),
    row(name, ours, 'technicalindicators', objectsMs),
  ];
}

function benchMillion(): BenchRow[] {
  const series = benchCandles(MILLION, 7);
  const { high, low, close, volume } = series;
  const values = arraysOf(series);
  const out = Array.from({ length: 3 }, () => new Float64Array(MILLION)) as Scratch;
  const [first, second, third] = out;
  const bands = { upper: first, middle: second, lower: third };
  const lines = { macd: first, signal: second, histogram: third };
  const cases: readonly Case[] = [
    {
      name: 'SMA 20',
      ours: () => sma(close, 20, first),
      loop: () => plain.plainSma(close, 20, first),
      objects: () => library.sma({ period: 20, values: values.close }),
    },
    {
      name: 'EMA 20',
      ours: () => ema(close, 20, first),
      loop: () => plain.plainEma(close, 20, first),
      objects: () => library.ema({ period: 20, values: values.close }),
    },
    {
      name: 'MACD 12 26 9',
      ours: () => macd(close, undefined, lines),
      loop: () => plain.plainMacd(close, out),
      objects: () => libraryMacd(values.close),
    },
    {
      name: 'RSI 14',
      ours: () => rsi(close, 14, first),
      loop: () => plain.plainRsi(close, 14, first),
      objects: () => library.rsi({ period: 14, values: values.close }),
    },
    {
      name: 'ATR 14',
      ours: () => atr(high, low, close, 14, first),
      loop: () => plain.plainAtr(series, 14, first),
      objects: () => library.atr({ ...values, period: 14 }),
    },
    {
      name: 'Bollinger 20 2',
      ours: () => bollinger(close, 20, 2, bands),
      loop: () => plain.plainBollinger(close, 20, out),
      objects: () => library.bollingerbands({ period: 20, stdDev: 2, values: values.close }),
    },
    {
      name: 'VWAP cumulative',
      ours: () => cumulativeVwap(series, first),
      loop: () => plain.plainVwap(series, first),
      objects: () => library.vwap(values),
    },
    {
      name: 'VWAP by session',
      ours: () => sessionVwap(series, first),
      loop: () => plain.plainVwap(series, first),
      objects: null,
    },
    {
      name: 'volume surge 20',
      ours: () => volumeSurge(volume, 20, first),
      loop: () => plain.plainVolumeSurge(volume, 20, first),
      objects: null,
    },
  ];
  return cases.flatMap(rowsOfCase);
}

interface Case {
  readonly name: string;
  readonly ours: () => unknown;
  readonly loop: () => void;
  readonly objects: (() => unknown) | null;
}

function rowsOfCase({ name, ours, loop, objects }: Case): BenchRow[] {
  const title = `1e6 bars, ${name}`;
  const [mine = [], plainMs = []] = timeTurnsMs([ours, loop], ROUNDS.million, 3);
  const rows = [row(title, mine, 'plain loop', plainMs)];
  if (objects !== null) {
    const [objectsMs = []] = timeTurnsMs([objects], ROUNDS.library, 0);
    rows.push(row(title, mine, 'technicalindicators', objectsMs));
  }
  return rows;
}

function row(name: string, ours: readonly number[], against: string, theirs: readonly number[]): BenchRow {
  const { median, p99 } = summarise(ours);
  const baselineMs = summarise(theirs).median;
  return {
    name,
    unit: 'ms',
    median,
    p99,
    baseline: `${against} (${baselineMs.toFixed(1)} ms)`,
    ratio: median / baselineMs,
  };
}

type Scratch = [Float64Array, Float64Array, Float64Array];
type Arrays = Readonly<Record<'high' | 'low' | 'close' | 'volume', number[]>>;

function arraysOf(series: CandleSeries): Arrays {
  return {
    high: Array.from(series.high),
    low: Array.from(series.low),
    close: Array.from(series.close),
    volume: Array.from(series.volume),
  };
}

function plainHotSet(series: CandleSeries, scratch: Scratch): void {
  const [first] = scratch;
  plain.plainSma(series.close, 50, first);
  for (const period of [9, 20, 21, 50]) plain.plainEma(series.close, period, first);
  plain.plainMacd(series.close, scratch);
  plain.plainRsi(series.close, 7, first);
  plain.plainRsi(series.close, 14, first);
  plain.plainAtr(series, 14, first);
  plain.plainBollinger(series.close, 20, scratch);
  plain.plainVwap(series, first);
  plain.plainVolumeSurge(series.volume, 20, first);
}

/** Everything of the hot set that the library has: all but the volume surge. */
function libraryHotSet(values: Arrays): void {
  library.sma({ period: 50, values: values.close });
  for (const period of [9, 20, 21, 50]) library.ema({ period, values: values.close });
  libraryMacd(values.close);
  library.rsi({ period: 7, values: values.close });
  library.rsi({ period: 14, values: values.close });
  library.atr({ ...values, period: 14 });
  library.bollingerbands({ period: 20, stdDev: 2, values: values.close });
  library.vwap(values);
}

function libraryMacd(values: number[]): void {
  library.macd({
    values,
    fastPeriod: 12,
    slowPeriod: 26,
    signalPeriod: 9,
    SimpleMAOscillator: false,
    SimpleMASignal: false,
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(benchTable(benchIndicators()));
}
