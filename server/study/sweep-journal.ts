/** What a sweep has finished, a line for each set of parameters: whatever kills it, nothing that stands there is done again. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '#db/embedded/make-folder.ts';
import { AppError } from '#domain/errors.ts';

export interface SweepJournal<Result> {
  readonly path: string;
  /** By their keys, as they were when it was opened; those that are kept now come to them. */
  readonly finished: ReadonlyMap<string, Result>;
  keep(key: string, result: Result): void;
  close(): void;
  /** Closes it, and forgets all of it. */
  forget(): void;
}

/**
 * `isFresh` forgets what was kept. `question`: everything the results depend on, as plain JSON; another question is another file. A last line that was cut
 * off by a kill is taken away. A crash of the machine may cost lines that the system had not written yet.
 * @throws AppError `config_invalid` or `disk_full` where the folder does not take it
 */
export function openSweepJournal<Result>(
  homeDir: string,
  question: unknown,
  isFresh = false,
): SweepJournal<Result> {
  const name = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 32);
  const path = join(homeDir, 'sweeps', `${name}.jsonl`);
  const guarded = <Answer>(work: () => Answer): Answer => {
    try {
      return work();
    } catch (thrown) {
      throw unusable(path, thrown);
    }
  };
  if (isFresh) rmSync(path, { force: true });
  const finished = guarded(() => readLines<Result>(path));
  let file: number | null = guarded(() => {
    makeFolders(dirname(path));
    return openSync(path, 'a');
  });
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return {
    ...{ path, finished, close },
    keep(key, result) {
      const line = Buffer.from(`${JSON.stringify([key, result])}\n`);
      guarded(() => {
        for (let at = 0; file !== null && at < line.length; ) at += writeSync(file, line, at);
      });
      finished.set(key, result);
    },
    forget() {
      close();
      rmSync(path, { force: true });
    },
  };
}

function readLines<Result>(path: string): Map<string, Result> {
  const text = textOf(path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const lines = whole.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line): [string, Result] => JSON.parse(line)));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

function unusable(path: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new AppError(
    code === 'ENOSPC' ? 'disk_full' : 'config_invalid',
    `the sweep cannot be kept at ${path}: ${message}; VIGIL_HOME must be a folder this user may write to, and --fresh begins anew`,
    { context: { path }, cause },
  );
}
