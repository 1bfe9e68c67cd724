import type { Schedule } from '#server/api-deps.ts';

/** Timers that run when the test says so. */
export function manualTimers() {
  const due = new Set<() => void>();
  const schedule: Schedule = (_delayMs, run) => {
    due.add(run);
    return () => due.delete(run);
  };
  return {
    schedule,
    pending: () => due.size,
    fire() {
      const now = [...due];
      due.clear();
      for (const run of now) run();
    },
  };
}
