import type { Clock, EpochMs } from '#domain/time.ts';

/** Remembers each answer for a while; callers who ask at the same time share one question. */
export interface FreshCache<Value> {
  get(key: string, ask: () => Promise<Value>): Promise<Value>;
}

export function createFreshCache<Value>(
  clock: Clock,
  options: { readonly freshForMs: number },
): FreshCache<Value> {
  const answers = new Map<string, { readonly askedAtMs: EpochMs; readonly value: Promise<Value> }>();
  return {
    get(key, ask) {
      const known = answers.get(key);
      if (known && clock.nowMs() - known.askedAtMs < options.freshForMs) return known.value;
      const value = ask();
      answers.set(key, { askedAtMs: clock.nowMs(), value });
      value.catch(() => {
        if (answers.get(key)?.value === value) answers.delete(key);
      });
      return value;
    },
  };
}
