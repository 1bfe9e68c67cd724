/** Lists the candle and funding files below VIGIL_DATA by their names alone, so that hundreds cost nothing. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '#domain/errors.ts';
import { type CandleFile, type FundingFile, readFileName } from './candle-file-name.ts';

export interface FolderIndex {
  readonly path: string;
  readonly folder: string;
  readonly candles: readonly CandleFile[];
  readonly fundings: readonly FundingFile[];
  /** How many files were passed over, by reason. */
  readonly ignored: ReadonlyMap<string, number>;
}

/** @throws AppError `candle_data_missing` when the path cannot be read or holds no candle file */
export async function indexFolder(path: string): Promise<FolderIndex> {
  const { folder, names } = await listNames(path);
  const candles: CandleFile[] = [];
  const fundings: FundingFile[] = [];
  const ignored = new Map<string, number>();
  for (const name of names.toSorted()) {
    const file = readFileName(name);
    if (file.kind === 'candles') candles.push(file);
    else if (file.kind === 'funding') fundings.push(file);
    else ignored.set(file.reason, (ignored.get(file.reason) ?? 0) + 1);
  }
  if (candles.length === 0) throw noCandleFiles(path, names.length);
  return { path, folder, candles, fundings, ignored };
}

async function listNames(path: string): Promise<{ folder: string; names: string[] }> {
  try {
    if ((await stat(path)).isDirectory()) return { folder: path, names: await readdir(path) };
    return { folder: dirname(path), names: [basename(path)] };
  } catch (cause) {
    throw new AppError(
      'candle_data_missing',
      `candle files at ${path} cannot be read: ${(cause as Error).message}; set VIGIL_DATA to a folder or file that exists, or unset it for the built-in generator`,
      { context: { path }, cause },
    );
  }
}

function noCandleFiles(path: string, seen: number): AppError {
  return new AppError(
    'candle_data_missing',
    `none of the ${seen} files at ${path} is a candle file: names must look like BINANCEUSDM_BTCUSDT_5m_20250101_20250131.csv.gz or BTCUSDT-5m-2025-01.csv`,
    { context: { path, seen } },
  );
}
