/** Which model is asked at which tier. One call that the usual model is too dear for goes to the cheaper one. */
import { type ChatModel, NO_USAGE } from './chat-model.ts';

// A process that was switched to saving and has no model for it must not ask the dear one instead.
const NO_CHEAPER = 'the cheaper model is to be asked, and none is configured: set LLM_SAVING_MODEL';

export function tieredModel({
  usual,
  cheaper,
  stepsDown = true,
}: {
  readonly usual: ChatModel;
  /** Null where none is configured. */
  readonly cheaper: ChatModel | null;
  /** False where the usual model has a price and the cheaper one none: what it costs could not be measured. */
  readonly stepsDown?: boolean;
}): ChatModel {
  return {
    name: usual.name,
    downtime: () => usual.downtime?.() ?? cheaper?.downtime?.() ?? null,
    async ask(request) {
      if (request.tier === 'cheaper')
        return cheaper?.ask(request) ?? { outcome: 'no_model', detail: NO_CHEAPER, usage: NO_USAGE };
      const reply = await usual.ask(request);
      if (reply.outcome !== 'budget_spent' || cheaper === null || !stepsDown) return reply;
      const second = await cheaper.ask(request);
      if (second.outcome === 'budget_spent') return second;
      const reason = `${reply.detail.replace(/: the rules decide$/, '')}: ${cheaper.name} is asked instead`;
      const steps = (reply.steps ?? []).map((step) => ({ ...step, step: 'cheaper_model' as const, reason }));
      return { ...second, steps };
    },
  };
}
