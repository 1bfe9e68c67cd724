import { type Logger, SILENT_LOGGER } from '../telemetry/logger.ts';

/**
 * Says nothing, and tells each failure that is logged: a running desk tries again a second later, a backtest that went on
 * would have decided on something else.
 */
export function strictLogger(onFailure: (thrown: unknown) => void): Logger {
  const hear = ({ err }: Readonly<Record<string, unknown>>) => {
    if (err !== undefined) onFailure(err);
  };
  const logger: Logger = { ...SILENT_LOGGER, error: hear, warn: hear, child: () => logger };
  return logger;
}
