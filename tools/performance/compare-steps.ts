/** What two runs took, step by step, and which versions of prompts they asked with. */
import type { LineageCall } from '#domain/lineage.ts';
import { type CycleRecord, NodeName, type NodeTrace } from '#domain/run.ts';
import type { ComparedPrompt, ComparedStep, StepCost } from '#domain/run-comparison.ts';

export interface RunTrace {
  readonly record: Pick<CycleRecord, 'nodes'>;
  readonly calls: readonly (LineageCall & { readonly agent: string })[];
  /** By prompt; null where its set is not on record. */
  readonly promptVersions: Readonly<Record<string, number>> | null;
}

/**
 * In the order of the steps; those neither run came to are left out, and `record`, which cannot tell in what it writes
 * how long the writing took.
 */
export function compareSteps(run: RunTrace, other: RunTrace): ComparedStep[] {
  return NodeName.options
    .filter((node) => node !== 'record')
    .map((node) => ({ node, was: costOf(node, other), is: costOf(node, run) }))
    .filter(({ was, is }) => was !== null || is !== null);
}

/** Those whose versions differ, by name. */
export function comparePrompts(run: RunTrace, other: RunTrace): ComparedPrompt[] {
  const [is, was] = [run.promptVersions ?? {}, other.promptVersions ?? {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .toSorted()
    .map((name) => ({ name, was: was[name] ?? null, is: is[name] ?? null }))
    .filter((prompt) => prompt.was !== prompt.is);
}

function costOf(node: NodeName, { record, calls }: RunTrace): StepCost | null {
  const traces = record.nodes.filter(({ name }) => name === node);
  const last = traces.at(-1);
  if (last === undefined) return null;
  const asked = calls.filter(({ agent, status }) => agent === node && status !== 'cached');
  const tokens = asked.map(({ inputTokens, outputTokens }) =>
    inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens,
  );
  return {
    decidedBy: deciderOf(traces, last),
    durationMs: spanOf(traces),
    calls: asked.length,
    tokens: knownSum(tokens),
    costUsd: knownSum(asked.map(({ costUsd }) => costUsd)),
  };
}

/** Of several subjects the model's word counts: where it spoke for one, it was asked. */
function deciderOf(traces: readonly NodeTrace[], last: NodeTrace): NodeTrace['decidedBy'] {
  return traces.some(({ decidedBy }) => decidedBy === 'model') ? 'model' : last.decidedBy;
}

function spanOf(traces: readonly NodeTrace[]): number {
  const begins = Math.min(...traces.map(({ startedAtMs }) => startedAtMs));
  return Math.max(...traces.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs)) - begins;
}

function knownSum(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
