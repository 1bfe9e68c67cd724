/** Candle files for tests: made up in a temporary folder, or the recorded ones beside the repository. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TestContext } from 'vitest';
import type { Candle } from '#domain/candle.ts';
import { type EpochMs, isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';

export const RECORDED_MARKET = resolve('../shared/market');

export function skipWithoutRecordedMarket(context: TestContext): void {
  context.skip(!existsSync(RECORDED_MARKET), 'the recorded candles at ../shared/market are not there');
}

export interface CandleFolder {
  readonly path: string;
  /** Writes a file, gzipped where its name ends so. */
  write(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

export async function createCandleFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<CandleFolder> {
  const path = await mkdtemp(join(tmpdir(), 'vigil-candles-'));
  const folder: CandleFolder = {
    path,
    write: (name, text) => writeFile(join(path, name), name.endsWith('.gz') ? gzipSync(text) : text),
    remove: () => rm(path, { recursive: true }),
  };
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  return folder;
}

/** Bars that depend on their time and the base price alone, so that overlapping files agree. */
export function madeUpCandles(span: CandleSpan): Candle[] {
  const widthMs = TIMEFRAME_MS[span.timeframe];
  const candles: Candle[] = [];
  for (let openAtMs = span.fromMs; openAtMs < span.toMs; openAtMs += widthMs) {
    const open = priceAt(openAtMs, span.priceQuote ?? 100);
    const close = priceAt(openAtMs + widthMs, span.priceQuote ?? 100);
    candles.push({
      openAtMs,
      open,
      high: Math.max(open, close) * 1.001,
      low: Math.min(open, close) * 0.999,
      close,
      volume: 1 + ((openAtMs / widthMs) % 7),
    });
  }
  return candles;
}

export interface CandleSpan {
  readonly timeframe: Timeframe;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly priceQuote?: number;
}

export function candleCsv(candles: readonly Candle[]): string {
  const lines = candles.map(({ openAtMs, open, high, low, close, volume }) =>
    [openAtMs, open, high, low, close, volume].join(','),
  );
  return ['open_time,open,high,low,close,volume', ...lines, ''].join('\n');
}

/** A file's name and text, its days taken from the bars. */
export function candleFile(venueSymbol: string, span: CandleSpan, candles = madeUpCandles(span)) {
  const first = candles[0]!.openAtMs;
  const last = candles.at(-1)!.openAtMs;
  const name = `${venueSymbol}_${span.timeframe}_${dayText(first)}_${dayText(last)}.csv.gz`;
  return { [name]: candleCsv(candles) };
}

export function fundingFile(venueSymbol: string, settlements: readonly (readonly [EpochMs, number])[]) {
  const name = `${venueSymbol}_funding_${dayText(settlements[0]![0])}_${dayText(settlements.at(-1)![0])}.csv.gz`;
  return { [name]: ['funding_time,funding_rate', ...settlements.map((row) => row.join(',')), ''].join('\n') };
}

function dayText(atMs: EpochMs): string {
  return isoTime(atMs).slice(0, 10).replaceAll('-', '');
}

function priceAt(atMs: EpochMs, baseQuote: number): number {
  return baseQuote * (1 + 0.05 * Math.sin(atMs / 7_654_321) + 0.01 * Math.sin(atMs / 345_678));
}
