/** Brings the log lines of this process to the table that all processes share. Nothing ever waits for it. */
import { hostname } from 'node:os';
import type { LogLineRepository } from '#db/repositories/log-lines.ts';
import type { NewLogLine } from '#domain/log-line.ts';
import type { Clock } from '#domain/time.ts';
import type { LogTap } from './log-tap.ts';
import { readLine } from './read-line.ts';

/** Of all processes together. */
export const LINES_KEPT = 20_000;
const LINES_AT_ONCE = 500;
const SHIP_EVERY_MS = 300;
const PRUNE_EVERY_LINES = 1_000;

export interface LogShipping {
  /** Ships what waits, up to a batch, without waiting for its time. */
  flush(): Promise<void>;
  /** Ends with what waits shipped, as far as the database answers. */
  stop(): Promise<void>;
}

export interface ShippingParts {
  readonly tap: LogTap;
  readonly rows: Pick<LogLineRepository, 'append' | 'keepNewest'>;
  readonly role: string;
  readonly clock: Clock;
}

/**
 * What a database that is away does not take is lost, and the next line that arrives says how many were. It logs nothing
 * itself: a line about lines would never end.
 */
export function shipLogs({ tap, rows, role, clock }: ShippingParts): LogShipping {
  const origin = { role, process: `${hostname()}:${process.pid}` };
  let lost = 0;
  let sincePrune = PRUNE_EVERY_LINES;
  let shipping: Promise<void> | null = null;

  async function shipOnce(): Promise<void> {
    const taken = tap.take(LINES_AT_ONCE);
    lost += taken.lost;
    if (taken.lines.length === 0) return;
    const lines = taken.lines.map((line) => readLine(line, origin, clock.nowMs()));
    try {
      await rows.append(lost === 0 ? lines : [lostLine(lost), ...lines]);
      lost = 0;
      sincePrune += lines.length;
      if (sincePrune >= PRUNE_EVERY_LINES) {
        await rows.keepNewest(LINES_KEPT);
        sincePrune = 0;
      }
    } catch {
      lost += lines.length;
    }
  }

  function lostLine(count: number): NewLogLine {
    const message = `${count} lines of this process were lost: the database was away or too slow`;
    return { ...origin, atMs: clock.nowMs(), level: 'warn', message, runId: null, fields: { lost: count } };
  }

  function ship(): Promise<void> {
    shipping ??= shipOnce().finally(() => {
      shipping = null;
    });
    return shipping;
  }

  const timer = setInterval(() => void ship(), SHIP_EVERY_MS).unref();
  return {
    flush: ship,
    async stop() {
      clearInterval(timer);
      // What is under way holds an older batch.
      await ship();
      await ship();
    },
  };
}
