/** The candle files a scan was given, and their bars in the order of time: any venue, symbol and interval. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BarColumns, sliceColumns } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import { DAY_MS, type EpochMs, HOUR_MS, isoTime, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { linearSymbol, splitFileName } from '#exchanges/replay/candle-file-name.ts';
import { firstOpenAfter } from '#exchanges/replay/join-series.ts';
import { streamBars } from '#exchanges/replay/stream-bars.ts';
import { instantOf, usage } from './instant-option.ts';

/** Files of one venue, symbol and interval, the earliest first. */
export interface ScanSeries {
  readonly venue: string;
  /** `BTC/USDT:USDT` where the file names a linear contract, else the name the file has. */
  readonly symbol: string;
  readonly interval: string;
  readonly intervalMs: number;
  readonly files: readonly ScanFile[];
}

/** Bars are taken by their open; null where the scan has no such end. */
export interface ScanSpan {
  readonly fromMs: EpochMs | null;
  readonly toMs: EpochMs | null;
}

export interface ScanFile {
  readonly path: string;
  /** The days the name tells: from the first midnight to the one after the last. */
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** Whether it was asked for by itself, rather than found in a folder. */
  readonly isNamed: boolean;
}

/** A file of a folder that is called like candles and begins with something else. */
export type OnPassedOver = (path: string, reason: string) => void;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', SECOND_MS],
  ['m', MINUTE_MS],
  ['h', HOUR_MS],
  ['d', DAY_MS],
]);

/**
 * The series below the paths, in the order of venue, symbol and interval, so that the order of paths does not matter.
 * Other files of a folder are passed over; a file named by itself must be one of candles.
 * @throws AppError `candle_data_missing` when a path cannot be read, is no candle file or nothing is found
 */
export async function listScanSeries(paths: readonly string[]): Promise<ScanSeries[]> {
  const found = new Map<string, ScanSeries>();
  for (const one of (await Promise.all(paths.map(seriesAt))).flat()) {
    const key = `${one.venue} ${one.symbol} ${String(one.intervalMs).padStart(12, '0')}`;
    found.set(key, { ...one, files: inOrder([...(found.get(key)?.files ?? []), ...one.files]) });
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, series]) => series);
}

function inOrder(files: readonly ScanFile[]): ScanFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].sort(
    (left, right) => left.fromMs - right.fromMs || (left.path < right.path ? -1 : 1),
  );
}

/**
 * The bars of a series that open in the span, each once: where files overlap, the earlier file's stand.
 * @throws AppError as `streamBars`
 */
export async function* scanBars(
  series: ScanSeries,
  { fromMs, toMs }: ScanSpan,
  onPassedOver: OnPassedOver,
): AsyncGenerator<BarColumns> {
  let lastAtMs = fromMs === null ? Number.NEGATIVE_INFINITY : fromMs - 1;
  for (const file of await byFirstBar(series)) {
    if ((fromMs !== null && file.toMs <= fromMs) || (toMs !== null && file.fromMs >= toMs)) continue;
    for await (const bars of barsOf(series, file, onPassedOver)) {
      const from = firstOpenAfter(bars, lastAtMs);
      const to = toMs === null ? bars.length : firstOpenAfter(bars, toMs - 1);
      lastAtMs = Math.max(lastAtMs, bars.openAtMs[to - 1] ?? lastAtMs);
      if (from < to) yield sliceColumns(bars, from, to);
      if (to < bars.length) break;
    }
  }
}

/** Names tell days: of files that begin on the same one the bars have to say which is first. */
async function byFirstBar(series: ScanSeries): Promise<readonly ScanFile[]> {
  const days = new Set(series.files.map(({ fromMs }) => fromMs));
  if (days.size === series.files.length) return series.files;
  const begun = await Promise.all(
    series.files.map(async (file) => ({ file, firstAtMs: await firstOpenAtMs(series, file) })),
  );
  return begun.sort((left, right) => left.firstAtMs - right.firstAtMs).map(({ file }) => file);
}

async function firstOpenAtMs(series: ScanSeries, file: ScanFile): Promise<EpochMs> {
  for await (const { openAtMs } of barsOf(series, file, () => {})) return openAtMs[0] ?? file.fromMs;
  return file.fromMs;
}

async function* barsOf(
  { interval, intervalMs }: ScanSeries,
  { path, isNamed }: ScanFile,
  onPassedOver: OnPassedOver,
): AsyncGenerator<BarColumns> {
  try {
    yield* streamBars(path, { name: basename(path), interval, intervalMs });
  } catch (error) {
    const isOtherContent =
      error instanceof AppError && error.code === 'candle_file_malformed' && error.context.line === 1;
    if (isNamed || !isOtherContent) throw error;
    onPassedOver(path, error.message);
  }
}

/** @throws AppError `usage_invalid` for an instant that cannot be read, and a span that runs backwards */
export function scanSpan(options: { readonly from?: string; readonly to?: string }): ScanSpan {
  const fromMs = options.from === undefined ? null : instantOf('--from', options.from);
  const toMs = options.to === undefined ? null : instantOf('--to', options.to);
  if (fromMs !== null && toMs !== null && fromMs >= toMs)
    throw usage(`--from ${isoTime(fromMs)} is not before --to ${isoTime(toMs)}: exchange them`);
  return { fromMs, toMs };
}

async function seriesAt(path: string): Promise<ScanSeries[]> {
  const names = await namesAt(path);
  if (names === null) {
    const series = seriesOfFile(path, { isNamed: true });
    if (series !== null) return [series];
    throw missing(path, `${path} is no candle file by its name, which must be ${NAME_FORM}`);
  }
  const found = names
    .map((name) => seriesOfFile(join(path, name), { isNamed: false }))
    .filter((series) => series !== null);
  if (found.length > 0) return found;
  throw missing(path, `${path} holds ${names.length} files and no candle file: names are ${NAME_FORM}`);
}

const NAME_FORM =
  'VENUE_SYMBOL_INTERVAL_FROM_TO.csv[.gz], such as BINANCE_BTCUSDT_5m_20250101_20250131.csv.gz';

/** Null for a file. */
async function namesAt(path: string): Promise<string[] | null> {
  try {
    return (await stat(path)).isDirectory() ? await readdir(path) : null;
  } catch (cause) {
    throw missing(path, `candle files at ${path} cannot be read: ${(cause as Error).message}`, cause);
  }
}

function seriesOfFile(path: string, { isNamed }: Pick<ScanFile, 'isNamed'>): ScanSeries | null {
  const parts = splitFileName(basename(path));
  if (parts === null) return null;
  const { venue, venueSymbol, content: interval, fromMs, toMs } = parts;
  const count = Number(/^([1-9]\d{0,4})[smhd]$/.exec(interval)?.[1]);
  const intervalMs = count * (UNIT_MS.get(interval.slice(-1)) ?? Number.NaN);
  if (!(intervalMs > 0) || !(fromMs < toMs)) return null;
  const symbol = linearSymbol(venueSymbol) ?? venueSymbol;
  return { venue, symbol, interval, intervalMs, files: [{ path, fromMs, toMs, isNamed }] };
}

function missing(path: string, message: string, cause?: unknown): AppError {
  return new AppError('candle_data_missing', message, { context: { path }, cause });
}
