import type { Logger } from './telemetry/logger.ts';

/** Repeats some work, one turn at a time. A turn that fails is told and tried again with the next. */
export function every(everyMs: number, turn: () => Promise<unknown>, logger: Logger) {
  let running: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    running ??= turn()
      .catch((err: unknown) => logger.warn({ err }, 'housekeeping'))
      .finally(() => {
        running = null;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
