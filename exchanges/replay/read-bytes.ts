import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '#domain/errors.ts';
import { shown } from './csv-reader.ts';

const unzip = promisify(gunzip);

/** A year of minutes is some 45 MB of text; a few kilobytes of gzip may unpack to more than the machine has. */
const MAX_FILE_BYTES = 256 * 1_024 * 1_024;

/**
 * The bytes of a file, unpacked when its content (not its name) is gzip. Nothing but a regular file is opened: a pipe
 * would wait for a writer for ever.
 * @throws AppError `candle_data_missing` when it cannot be read or is no regular file, `candle_file_malformed` when
 * it cannot be unpacked or holds more than `maxBytes`
 */
export async function readBytes(path: string, maxBytes = MAX_FILE_BYTES): Promise<Buffer> {
  const name = shown(path, path.length);
  const bytes = await readRegularFile(path, name, maxBytes);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name, maxBytes);
    throw new AppError('candle_file_malformed', `${name} is not whole gzip: ${(cause as Error).message}`, {
      context: { path },
      cause,
    });
  }
}

async function readRegularFile(path: string, name: string, maxBytes: number): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is not a regular file');
    if (found.size > maxBytes) throw tooLarge(name, maxBytes);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      'candle_data_missing',
      `${name} cannot be read: ${shown((cause as Error).message, 500)}`,
      { context: { path }, cause },
    );
  }
}

function tooLarge(name: string, maxBytes: number): AppError {
  return new AppError(
    'candle_file_malformed',
    `${name} holds more than ${maxBytes} bytes of text, the limit for one file: split it by month or year`,
    { context: { path: name, maxBytes } },
  );
}
