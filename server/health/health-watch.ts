/** Looks at every dependency, and remembers since when each stands as it does. */
import type { HealthReport, HealthStatus } from '#domain/health.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import type { DependencyHealth } from '../api-deps.ts';
import { wordsOf } from './health-words.ts';

export interface HealthWatch {
  /** Readers at the same time share one look. */
  report(): Promise<HealthReport>;
  /** Looks by itself too, so that a state is dated when nobody reads. */
  keepLooking(until: AbortSignal): void;
}

const LOOK_EVERY_MS = 15_000;

export function createHealthWatch(
  look: () => Promise<readonly DependencyHealth[]>,
  clock: Clock,
): HealthWatch {
  const watchedSinceMs = clock.nowMs();
  const standing = new Map<string, { readonly status: HealthStatus; readonly sinceMs: EpochMs }>();
  let looking: Promise<HealthReport> | null = null;

  function sinceOf({ name, status }: DependencyHealth, atMs: EpochMs): EpochMs {
    const known = standing.get(name);
    if (known?.status === status) return known.sinceMs;
    standing.set(name, { status, sinceMs: atMs });
    return atMs;
  }

  async function lookOnce(): Promise<HealthReport> {
    const found = await look();
    const atMs = clock.nowMs();
    const items = found.map((one) => {
      const { meaning, wayOut } = wordsOf(one.name);
      return { ...one, meaning, wayOut: one.status === 'up' ? null : wayOut, sinceMs: sinceOf(one, atMs) };
    });
    const ready = items.every(({ required, status }) => !required || status !== 'down');
    return { atMs, ready, watchedSinceMs, items };
  }

  function report(): Promise<HealthReport> {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  }

  return {
    report,
    keepLooking(until) {
      const timer = setInterval(() => void report().catch(() => {}), LOOK_EVERY_MS).unref();
      until.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
  };
}
