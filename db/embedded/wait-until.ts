import { setTimeout as delay } from 'node:timers/promises';

/** Asks until there is an answer; null when there was none in time. */
export async function waitUntil<Answer>(
  ask: () => Answer | null | Promise<Answer | null>,
  how: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<Answer | null> {
  const endMs = performance.now() + how.timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= endMs) return null;
    await delay(how.everyMs ?? 10);
  }
}
