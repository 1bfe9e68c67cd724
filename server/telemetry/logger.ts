import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { redactKeys, redactText } from './redact.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

type Log = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What the rest of the server may do with a log: wide events, fields first. */
export interface Logger {
  readonly error: Log;
  readonly warn: Log;
  readonly info: Log;
  readonly debug: Log;
  child(bindings: Readonly<Record<string, unknown>>): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Values that must never be printed, wherever they appear. */
  readonly secrets?: readonly string[];
  /** Where the lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

/** Where a process says what it does, in the background. */
export function standardOutput(): DestinationStream {
  return pino.destination({ fd: 1, sync: false });
}

/** JSON lines with ISO time. Secrets are hidden by key first, then by pattern in the finished line. */
export function createLogger(options: LoggerOptions): Logger {
  const secrets = options.secrets ?? [];
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // An error would be flattened by pino's own serializer before the formatter could redact what it carries.
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redactKeys(fields) as Record<string, unknown>,
      },
      hooks: { streamWrite: (line) => redactText(line, secrets) },
    },
    options.destination ?? standardOutput(),
  );
  return wrap(log);
}

function wrap(log: PinoLogger): Logger {
  return {
    error: (fields, message) => log.error(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    info: (fields, message) => log.info(fields, message),
    debug: (fields, message) => log.debug(fields, message),
    // The formatter does not see a child's bindings.
    child: (bindings) => wrap(log.child(redactKeys(bindings) as Record<string, unknown>)),
  };
}

/** A log that says nothing, for tests and one-off commands. */
export const SILENT_LOGGER: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => SILENT_LOGGER,
};
