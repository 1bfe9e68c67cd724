/** Costs nobody had, and a switch that is remembered: for tests of the HTTP border. */
import type { ApiDeps } from '#server/api-deps.ts';
import { modelModes, switchMode } from '#server/model-modes.ts';
import { llmConfig } from '#tests/support/llm-config.ts';

type Switch = Awaited<ReturnType<Parameters<typeof modelModes>[1]['read']>>;

export function fakeCosts(note: (name: string, input: unknown) => void): Pick<ApiDeps, 'costs' | 'models'> {
  const llm = llmConfig({ model: 'dear' });
  let switched: Switch = null;
  const switches = {
    read: async () => switched,
    async set(mode: NonNullable<Switch>['mode'] | null, by: { setBy: string; atMs: number }) {
      switched = mode === null ? null : { mode, ...by };
    },
  };
  const unknown = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, costUsd: 0 };
  const sums = { calls: 0, cachedAnswers: 0, ...unknown, unknown };
  return {
    costs: {
      async report(by, span) {
        note('costs', { by, ...span });
        const accepted = { entries: 0, cycles: 0, costUsd: 0, unknownCalls: 0, usdPerEntry: null };
        return {
          ...span,
          by,
          total: { ...sums, abstentions: 0, charged: { calls: 0, usd: 0 } },
          accepted,
          items: [],
        };
      },
    },
    models: {
      modes: () => modelModes(llm, switches),
      switchTo: (mode) => switchMode(llm, switches, { mode, setBy: 'a person', atMs: 1_000 }),
    },
  };
}
