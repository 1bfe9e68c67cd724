import { constants } from 'node:os';

/** A first signal ends the work where it may stop, a second one the process. */
export function stopOnSignal(telling: string): { readonly signal: AbortSignal; release(): void } {
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    process.exitCode = 128 + constants.signals[signal];
    if (stopping.signal.aborted) process.exit();
    stopping.abort();
    console.error(telling);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: stopping.signal,
    release: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
