import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBytes } from '#exchanges/replay/read-bytes.ts';
import { type CandleFolder, createCandleFolder } from '#tests/support/candle-files.ts';

let folder: CandleFolder;
beforeEach(async () => {
  folder = await createCandleFolder();
});
afterEach(() => folder.remove());

describe('readBytes', () => {
  it.each(['bars.csv', 'bars.csv.gz'])('reads %s up to its bound and refuses one byte more', async (name) => {
    const path = join(folder.path, name);
    await folder.write(name, '0'.repeat(5_000));
    expect((await readBytes(path, 5_000)).length).toBe(5_000);
    await expect(readBytes(path, 4_999)).rejects.toMatchObject({
      code: 'candle_file_malformed',
      message: expect.stringContaining(`${name} holds more than 4999 bytes`),
    });
  });

  it('refuses a pipe and a folder without opening them', async () => {
    const pipe = join(folder.path, 'BTCUSDT-5m-2025-01.csv');
    execFileSync('mkfifo', [pipe]);
    const inner = join(folder.path, 'BTCUSDT-5m-2025-02.csv');
    await mkdir(inner);
    for (const path of [pipe, inner])
      await expect(readBytes(path)).rejects.toMatchObject({
        code: 'candle_data_missing',
        message: `${path} cannot be read: it is not a regular file`,
      });
  });

  it('escapes control characters of a name', async () => {
    await expect(readBytes(join(folder.path, 'a\u001b[2Jb.csv'))).rejects.toThrow(
      /^[^\p{Cc}]*a\\x1b\[2Jb\.csv/u,
    );
  });
});
