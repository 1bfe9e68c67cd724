/** Reads a candle file piece by piece, so that a file of any length takes the memory of one piece. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { BarColumns } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import { shown } from './csv-reader.ts';
import { type BarFile, createBarDecoder } from './decode-candles.ts';

const PIECE_BYTES = 256 * 1_024;
/** No candle has this many columns; text without line ends is no CSV. */
const MAX_LINE_BYTES = 64 * 1_024;
const NEWLINE = 10;

/**
 * The bars of a file in its order, gzip (told by content, not by name) or plain, some thousands at a time.
 * @throws AppError `candle_data_missing` when it cannot be read, `candle_file_malformed` as `decodeCandles` and for
 * broken gzip
 */
export async function* streamBars(path: string, file: BarFile): AsyncGenerator<BarColumns> {
  const decoder = createBarDecoder(file);
  for await (const lines of streamLines(path, file.name)) {
    const bars = decoder.decode(lines);
    if (bars.length > 0) yield bars;
  }
  decoder.end();
}

async function* streamLines(path: string, name: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of streamText(path, name)) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield Buffer.concat([rest, piece.subarray(0, end)]);
      rest = Buffer.from(piece.subarray(end));
    } else rest = Buffer.concat([rest, piece]);
    if (rest.length > MAX_LINE_BYTES)
      throw malformed(path, `${shown(name, 255)}: a line of more than ${MAX_LINE_BYTES} bytes is no candle`);
  }
  if (rest.length > 0) yield rest;
}

async function* streamText(path: string, name: string): AsyncGenerator<Buffer> {
  const isZipped = await beginsAsGzip(path);
  const bytes = createReadStream(path, { highWaterMark: PIECE_BYTES });
  try {
    if (!isZipped) {
      yield* bytes;
      return;
    }
    const text = createGunzip({ chunkSize: PIECE_BYTES });
    bytes.on('error', (error) => text.destroy(error));
    yield* bytes.pipe(text);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const { message, code } = cause as NodeJS.ErrnoException;
    if (code?.startsWith('Z_'))
      throw malformed(path, `${shown(name, 255)} is not whole gzip: ${message}`, cause);
    throw unreadable(path, cause);
  } finally {
    bytes.destroy();
  }
}

/** Nothing but a regular file is opened: a pipe would wait for a writer for ever. */
async function beginsAsGzip(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is not a regular file');
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'candle_data_missing',
    `${shown(path, path.length)} cannot be read: ${shown((cause as Error).message, 500)}`,
    { context: { path }, cause },
  );
}

function malformed(path: string, message: string, cause?: unknown): AppError {
  return new AppError('candle_file_malformed', message, { context: { path }, cause });
}
