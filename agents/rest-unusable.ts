import type { Clock, EpochMs } from '#domain/time.ts';
import { type ChatModel, NO_USAGE } from './chat-model.ts';

/**
 * Leaves a model alone for a while after its provider refused the key or did not know the name: a cycle asks up to
 * four agents and every subject, and none of them would fare better.
 */
export function restUnusable(
  model: ChatModel,
  { restMs, wallClock }: { restMs: number; wallClock: Clock },
): ChatModel {
  let resting: { untilMs: EpochMs; detail: string } | null = null;
  return {
    name: model.name,
    async ask(request) {
      if (resting !== null && wallClock.nowMs() < resting.untilMs)
        return { outcome: 'no_model', detail: resting.detail, usage: NO_USAGE };
      const reply = await model.ask(request);
      resting =
        reply.outcome === 'no_model' ? { untilMs: wallClock.nowMs() + restMs, detail: reply.detail } : null;
      return reply;
    },
  };
}
