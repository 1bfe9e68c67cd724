import type { Clock, EpochMs } from '#domain/time.ts';

/** Remembers each answer for a while; callers who ask at the same time share one question. */
export interface FreshCache<Value> {
  /** What was asked at `askedAfterMs` or before is asked again, however fresh its answer. */
  get(key: string, ask: () => Promise<Value>, askedAfterMs?: EpochMs): Promise<Value>;
}

export function createFreshCache<Value>(
  clock: Clock,
  options: { readonly freshForMs: number },
): FreshCache<Value> {
  const answers = new Map<string, { readonly askedAtMs: EpochMs; readonly value: Promise<Value> }>();
  return {
    get(key, ask, askedAfterMs = Number.NEGATIVE_INFINITY) {
      const known = answers.get(key);
      const isFresh = known && clock.nowMs() - known.askedAtMs < options.freshForMs;
      if (isFresh && known.askedAtMs > askedAfterMs) return known.value;
      const value = ask();
      answers.set(key, { askedAtMs: clock.nowMs(), value });
      value.catch(() => {
        if (answers.get(key)?.value === value) answers.delete(key);
      });
      return value;
    },
  };
}
