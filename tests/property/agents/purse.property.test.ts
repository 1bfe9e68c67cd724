import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChatModel, ModelRequest } from '#agents/chat-model.ts';
import { estimateUsd } from '#agents/estimate-cost.ts';
import { meteredModel } from '#agents/metered-model.ts';
import type { SpendingRows } from '#server/engine/purse.ts';
import { createMemorySpending, memoryPurse } from '#tests/support/memory-spending.ts';

const PRICE = { inputUsdPerMillion: 0, outputUsdPerMillion: 1, cachedInputUsdPerMillion: null };
const LIMITS = { usdPerDay: 0.05, usdPerCycle: 0.03 };
const NOW_MS = 1_000;
const ROUNDING_USD = 1e-9;

interface Asked {
  readonly runId: string;
  readonly maxOutputTokens: number;
  /** What it comes to, as a part of what was set aside for it. Null: nobody tells. */
  readonly share: number | null;
}

const asks = fc.array(
  fc.record<Asked>({
    runId: fc.constantFrom('run_1', 'run_2', 'run_3'),
    maxOutputTokens: fc.integer({ min: 64, max: 32_000 }),
    share: fc.option(fc.double({ min: 0, max: 1.2, noNaN: true }), { nil: null }),
  }),
  { minLength: 1, maxLength: 12 },
);

function requestOf({ runId, maxOutputTokens }: Asked): ModelRequest {
  return {
    ...{ agent: 'context', runId, spanId: `${runId}:context`, symbol: null, messages: [] },
    ...{ answerSchema: {}, temperature: null, maxOutputTokens, signal: new AbortController().signal },
  };
}

it('what was spent and set aside stays within both limits, in whatever order the calls of two processes come', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), asks, async (scheduler, calls) => {
      const rows = createMemorySpending();
      /** What each call has come to, and while it is under way what it may come to. */
      const ledger = new Map<number, { runId: string; usd: number }>();
      /** By how much calls cost more than was set aside for them: nobody can know it before. */
      let errorUsd = 0;
      const enter = (index: number, runId: string, usd: number) => {
        ledger.set(index, { runId, usd });
        const total = (lines: { usd: number }[]) => lines.reduce((sum, line) => sum + line.usd, 0);
        const lines = [...ledger.values()];
        expect(total(lines)).toBeLessThanOrEqual(LIMITS.usdPerDay + errorUsd + ROUNDING_USD);
        const own = lines.filter((line) => line.runId === runId);
        expect(total(own)).toBeLessThanOrEqual(LIMITS.usdPerCycle + errorUsd + ROUNDING_USD);
      };
      const turn = (name: string) => scheduler.schedule(Promise.resolve(), name);
      const shared: SpendingRows = {
        ...rows,
        async reserve(asked) {
          await turn('reserve');
          return rows.reserve(asked);
        },
        async settle(...settled) {
          await turn('settle');
          await rows.settle(...settled);
        },
      };
      const purses = ['one', 'two'].map((name) => memoryPurse(LIMITS, { rows: shared, name }));
      const asked = calls.map(async (call, index) => {
        const request = requestOf(call);
        const estimate = estimateUsd(request, { price: PRICE }) ?? 0;
        const costUsd = call.share === null ? null : estimate * call.share;
        const model: ChatModel = {
          name: 'scripted',
          async ask() {
            enter(index, call.runId, estimate);
            await turn('answer');
            errorUsd += Math.max(0, (costUsd ?? 0) - estimate);
            enter(index, call.runId, costUsd ?? estimate);
            if (costUsd !== null) rows.spend(call.runId, costUsd, NOW_MS);
            const usage = { calls: 1, inputTokens: 1, outputTokens: 1, costUsd };
            return { outcome: 'answered', text: '{}', usage };
          },
        };
        const purse = purses[index % 2] ?? memoryPurse(LIMITS);
        const reply = await meteredModel(model, { purse, price: PRICE }).ask(request);
        if (reply.outcome === 'budget_spent') refused += 1;
      });
      await scheduler.waitFor(Promise.all(asked));
    }),
    { seed: 7, numRuns: 300, endOnFailure: true },
  );
  expect(refused).toBeGreaterThan(0);
});
