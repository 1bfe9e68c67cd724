import { expect, it } from 'vitest';
import type { NodeTrace } from '#domain/run.ts';
import { llmCall } from '#tests/support/database-rows.ts';
import { comparePrompts, compareSteps, type RunTrace } from '#tools/performance/compare-steps.ts';

function node(name: NodeTrace['name'], startedAtMs: number, durationMs: number): NodeTrace {
  return { name, kind: 'agent', symbol: null, startedAtMs, durationMs, decidedBy: 'rules', error: null };
}

const WHOLE: RunTrace = {
  record: {
    nodes: [node('scanner', 0, 10), node('context', 10, 30), node('context', 20, 40), node('risk', 60, 5)],
  },
  calls: [
    llmCall({ callId: 'a', agent: 'context', costUsd: 0.5 }),
    llmCall({ callId: 'b', agent: 'context', costUsd: 0.25 }),
    llmCall({ callId: 'c', agent: 'context', status: 'cached', costUsd: null }),
    llmCall({ callId: 'd', agent: 'risk', costUsd: null, inputTokens: null }),
  ],
  promptVersions: { rules: 1, risk: 2, context: 1 },
};
const FORK: RunTrace = {
  record: { nodes: [{ ...node('risk', 5, 7), decidedBy: 'model' }, node('record', 12, 0)] },
  calls: [],
  promptVersions: { rules: 1, risk: 5, context: 1 },
};

it('holds what each step took side by side, nothing against a step a run did not come to, and not the record', () => {
  expect(compareSteps(FORK, WHOLE)).toEqual([
    {
      node: 'scanner',
      was: { decidedBy: 'rules', durationMs: 10, calls: 0, tokens: 0, costUsd: 0 },
      is: null,
    },
    {
      node: 'context',
      was: { decidedBy: 'rules', durationMs: 50, calls: 2, tokens: 220, costUsd: 0.75 },
      is: null,
    },
    {
      node: 'risk',
      was: { decidedBy: 'rules', durationMs: 5, calls: 1, tokens: null, costUsd: null },
      is: { decidedBy: 'model', durationMs: 7, calls: 0, tokens: 0, costUsd: 0 },
    },
  ]);
});

it('names the prompts whose versions differ, and those one side does not tell', () => {
  expect(comparePrompts(FORK, WHOLE)).toEqual([{ name: 'risk', was: 2, is: 5 }]);
  expect(comparePrompts({ ...FORK, promptVersions: null }, WHOLE)).toMatchObject([
    { name: 'context', is: null },
    { name: 'risk', is: null },
    { name: 'rules', was: 1, is: null },
  ]);
});
