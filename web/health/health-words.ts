import type { HealthItem, HealthReport, HealthStatus } from '#domain/health.ts';
import { formatAge } from '../format/time.ts';
import { plural } from '../format/words.ts';
import type { BadgeTone } from '../ui/badge.tsx';
import type { IconName } from '../ui/icons.tsx';

export const STATUS_LOOK: Record<HealthStatus, { tone: BadgeTone; icon: IconName; word: string }> = {
  up: { tone: 'up', icon: 'ok', word: 'up' },
  degraded: { tone: 'watch', icon: 'lost', word: 'degraded' },
  down: { tone: 'down', icon: 'failed', word: 'down' },
};

const WORST_FIRST: readonly HealthStatus[] = ['down', 'degraded', 'up'];

export function worstFirst(items: readonly HealthItem[]): HealthItem[] {
  return items.toSorted(
    (left, right) => WORST_FIRST.indexOf(left.status) - WORST_FIRST.indexOf(right.status),
  );
}

/** `since 12m`, or that it was so before anybody here looked. */
export function sinceWords({ sinceMs }: HealthItem, { atMs, watchedSinceMs }: HealthReport): string {
  const forWords = formatAge(atMs - sinceMs);
  return sinceMs - watchedSinceMs < 30_000 ? `for ${forWords} or longer` : `for ${forWords}`;
}

export function summary({ items }: HealthReport): string {
  const bad = items.filter(({ status }) => status !== 'up');
  return bad.length === 0
    ? `all ${items.length} are up`
    : `${plural(bad.length, 'is', 'are')} not as ${bad.length === 1 ? 'it' : 'they'} should be, of ${items.length}`;
}
