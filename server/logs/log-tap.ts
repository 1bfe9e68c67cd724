/** Where finished log lines branch off to the database, behind redaction; the log itself goes on as ever. */
import type { DestinationStream } from 'pino';

export interface LogTap extends DestinationStream {
  /** Takes what has been waiting, oldest first, and how many were lost since the last time. */
  take(most: number): { readonly lines: readonly string[]; readonly lost: number };
  waiting(): number;
}

/** Lines that wait for a database; beyond them the oldest is lost, and counted. */
const MOST_WAITING = 5_000;

/** `onward` is where every line goes as well. */
export function createLogTap(onward?: DestinationStream, mostWaiting: number = MOST_WAITING): LogTap {
  let waiting: string[] = [];
  let lost = 0;
  return {
    write(line) {
      onward?.write(line);
      waiting.push(line);
      if (waiting.length < 2 * mostWaiting) return;
      lost += waiting.length - mostWaiting;
      waiting = waiting.slice(-mostWaiting);
    },
    take(most) {
      const over = Math.max(0, waiting.length - mostWaiting);
      const lines = waiting.slice(over, over + most);
      waiting = waiting.slice(over + most);
      const taken = { lines, lost: lost + over };
      lost = 0;
      return taken;
    },
    waiting: () => waiting.length,
  };
}
