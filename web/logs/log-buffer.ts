import type { LogLine } from '#domain/log-line.ts';

/** What the page keeps; the server keeps more. */
export const MOST_LINES = 10_000;

export interface LogBuffer {
  readonly lines: readonly LogLine[];
  /** Lines the server forgot before this page had read them. */
  readonly lost: number;
  /** Lines this page let go of to stay within its own bound. */
  readonly dropped: number;
}

export const EMPTY_BUFFER: LogBuffer = { lines: [], lost: 0, dropped: 0 };

/** Adds lines behind the newest; one that is there already, as after a resumed stream, changes nothing. */
export function withLines(buffer: LogBuffer, told: readonly LogLine[], lost = 0): LogBuffer {
  const lastId = buffer.lines.at(-1)?.id ?? 0;
  const fresh = told.filter(({ id }) => id > lastId);
  if (fresh.length === 0 && lost === 0) return buffer;
  const lines = [...buffer.lines, ...fresh];
  const over = Math.max(0, lines.length - MOST_LINES);
  return {
    lines: over === 0 ? lines : lines.slice(over),
    lost: buffer.lost + lost,
    dropped: buffer.dropped + over,
  };
}
