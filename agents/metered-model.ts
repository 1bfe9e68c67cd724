/**
 * A model whose every call is paid for out of a purse, reserved before it goes out and settled when it is answered. One
 * that rests is asked nothing, so nothing is reserved for it.
 */
import type { SpendingStep } from '#domain/spending.ts';
import { type Shortfall, shortfallOf } from '#domain/spending-limits.ts';
import type { Purse } from './budget.ts';
import { type ChatModel, type Downtime, type ModelReply, type ModelRequest, NO_USAGE } from './chat-model.ts';
import { estimateUsd } from './estimate-cost.ts';
import { shortfallWords } from './plan-spending.ts';
import type { PricedModel } from './priced-model.ts';

export function meteredModel(
  model: ChatModel,
  { purse, ...priced }: PricedModel & { readonly purse: Purse },
): ChatModel {
  return {
    name: model.name,
    downtime: () => model.downtime?.() ?? null,
    async ask(request) {
      const downtime = model.downtime?.() ?? null;
      if (downtime?.mayBeTried === false) return downtime.reply;
      const usd = estimateUsd(request, priced);
      if (usd === null || usd === 0) {
        // Nothing to set aside; a limit of nothing at all still holds.
        const refused = shortfallOf({ dayUsd: 0, cycleUsd: 0 }, usd, purse.limits);
        return refused === null ? model.ask(request) : refusal(request, refused, downtime);
      }
      const reserved = await purse.reserve({ runId: request.runId, usd });
      if ('refused' in reserved) return refusal(request, reserved.refused, downtime);
      // When this throws, a request may be under way at the provider: its share is free again when its time is over.
      const reply = await model.ask(request);
      await reserved.settle(untoldUsd(reply, usd));
      return reply;
    },
  };
}

/** Of attempts whose cost nobody told, each counts as what was set aside for it. */
function untoldUsd({ usage }: ModelReply, usd: number): number {
  return usage.costUsd === null ? usd * usage.calls : 0;
}

/**
 * Failed tries of a dead model count as paid and can spend a day's money by themselves: while it is down that stays the
 * reason, since the reason says whether anything new may be risked.
 */
function refusal({ agent }: ModelRequest, shortfall: Shortfall, downtime: Downtime | null): ModelReply {
  const reason = `${shortfallWords(shortfall)}: the rules decide`;
  const steps: SpendingStep[] = [{ step: 'rules_only', agent, ...shortfall, reason }];
  if (downtime !== null) return { ...downtime.reply, steps };
  return { outcome: 'budget_spent', detail: reason, usage: NO_USAGE, steps };
}
