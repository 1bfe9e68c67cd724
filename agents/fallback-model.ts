import { addUsage, type ChatModel } from './chat-model.ts';

/**
 * Asks the second model where the first is away: at once while that one rests, and within the same deadline where it
 * failed in time. A refusal, a bad answer or a spent budget is an answer, and is not asked for twice. Where the second is
 * too dear nobody was asked instead: the first one's failure stands, since a model that is away lets nothing new be risked.
 */
export function withFallback(first: ChatModel, second: ChatModel): ChatModel {
  return {
    name: first.name,
    downtime: () => first.downtime?.() ?? null,
    async ask(request) {
      const reply = await first.ask(request);
      const isAway =
        reply.outcome !== 'answered' && (reply.outcome === 'model_down' || reply.outage !== undefined);
      if (!isAway || request.deadline?.isOver() === true) return reply;
      const instead = await second.ask(request);
      if (instead.outcome === 'budget_spent') return { ...reply, steps: instead.steps ?? [] };
      return { ...instead, usage: addUsage(reply.usage, instead.usage) };
    },
  };
}
