/** Where a replay's candles lie: in files of a folder, or wherever else series of them are told and read the same way. */
import { join } from 'node:path';
import type { CandleSeries } from '#domain/candle.ts';
import type { CandleFile } from './candle-file-name.ts';
import { decodeCandles } from './decode-candles.ts';
import { type FolderIndex, indexFolder } from './folder-index.ts';
import { readBytes } from './read-bytes.ts';

export interface CandleArchive {
  readonly index: FolderIndex;
  /** @throws AppError `candle_file_malformed`, `candle_data_missing` */
  read(file: CandleFile): Promise<CandleSeries>;
}

/** @throws AppError `candle_data_missing` when the path cannot be read or holds no candle file */
export async function folderArchive(path: string): Promise<CandleArchive> {
  const index = await indexFolder(path);
  return {
    index,
    read: async (file) => decodeCandles(await readBytes(join(index.folder, file.name)), file),
  };
}
