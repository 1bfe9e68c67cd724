/** A line of some process's log, as pages are shown it: redacted before it was kept. */
import { z } from 'zod';
import { EpochMs } from './time.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;

export const LogLine = z.object({
  /** Grows in reading order over all processes: whoever has read up to an id has missed nothing before it. */
  id: z.number().int().positive(),
  /** Wall time of the process that wrote it. */
  atMs: EpochMs,
  level: LogLevel,
  role: z.string(),
  /** Host and process id. */
  process: z.string(),
  message: z.string(),
  runId: z.string().nullable(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogLine = z.infer<typeof LogLine>;
export type NewLogLine = Omit<LogLine, 'id'>;
