/** A link of the chain as the page writes it. */
import type { NodeName } from '#domain/run.ts';
import { nodeKey } from '../run/node-reading.ts';
import { NODE_PARAMETER } from '../run/run-view.ts';
import type { BadgeTone } from '../ui/badge.tsx';

export interface StepBadge {
  readonly text: string;
  readonly tone?: BadgeTone;
}

export interface StepLink {
  readonly to: string;
  readonly label: string;
}

export interface LineageStep {
  readonly key: string;
  readonly title: string;
  /** Market time. */
  readonly atMs: number | null;
  readonly badges: readonly StepBadge[];
  readonly figures: readonly (readonly [label: string, value: string])[];
  /** A line each. */
  readonly words: readonly string[];
  /** Where it can be seen whole. */
  readonly links: readonly StepLink[];
  /** What it is called in the books or on the venue. */
  readonly id: string | null;
  /** The run it belongs to; null for what no run decided. */
  readonly runId: string | null;
}

export function runPath(runId: string): string {
  return `/runs/${encodeURIComponent(runId)}`;
}

/** The node of a run that a step was made in. */
export function nodeLink(runId: string, name: NodeName, symbol: string | null = null): StepLink {
  const search = new URLSearchParams({ [NODE_PARAMETER]: nodeKey(name, symbol) });
  return { to: `${runPath(runId)}?${search}`, label: `node ${name}` };
}
