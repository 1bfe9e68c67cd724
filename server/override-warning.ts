import type { BreakerReason } from '#domain/trading-state.ts';

/** What a person is told who has armed against a tripped breaker; null where nothing stood against it. */
export function overrideWarning(overridden: readonly BreakerReason[]): string | null {
  if (overridden.length === 0) return null;
  const stood = overridden.map(({ message }) => message).join('; ');
  return `you have overridden the breaker (${stood}): falls are measured anew from now on, and trip it again`;
}
