import { PRODUCTION } from '#db/repositories/prompt-changes.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';

/** What was done, and from when on cycles decide by it. */
export function effectWords(done: string, label: string | null, takesEffectAtMs: EpochMs | null): string {
  if (takesEffectAtMs !== null)
    return `${done}: takes effect with the next cycle, ${isoTime(takesEffectAtMs)}`;
  return label === PRODUCTION ? `${done}: takes effect with the next cycle` : done;
}
