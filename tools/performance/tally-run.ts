import type { CycleRecord } from '#domain/run.ts';
import type { RunTally } from '#domain/run-comparison.ts';

/** Counts and sums of what a run decided and what its deciding took. `orders` it would send are counted elsewhere. */
export function tallyOf(record: CycleRecord, orders: number): RunTally {
  const { proposals, verdicts, llm, nodes } = record;
  const turnedDown = (stage: 'gate' | 'risk') =>
    verdicts.filter((verdict) => verdict.stage === stage && verdict.outcome === 'denied').length;
  const { calls, inputTokens, outputTokens, costUsd, abstentions } = llm;
  return {
    ...{ proposals: proposals.length, denied: turnedDown('gate'), refused: turnedDown('risk'), orders },
    ...{ calls, inputTokens, outputTokens, costUsd, abstentions },
    durationMs: spanOf(nodes),
  };
}

function spanOf(nodes: CycleRecord['nodes']): number {
  if (nodes.length === 0) return 0;
  const begins = Math.min(...nodes.map(({ startedAtMs }) => startedAtMs));
  return Math.max(...nodes.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs)) - begins;
}
