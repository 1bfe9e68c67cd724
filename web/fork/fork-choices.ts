/** What of a past cycle can be decided otherwise, and what is then asked. Pure. */
import type { NodeName } from '#domain/run.ts';
import type { PromptVersion } from '../api/prompt-types.ts';

/** As the server has them: what is observed is frozen, what needs a venue or a person is not done again. */
export const FORK_NODES = [
  ...(['indicators', 'qtable', 'breaker', 'guardian', 'scanner', 'context'] as const),
  ...(['propose', 'gate', 'risk', 'executor', 'place'] as const),
] satisfies NodeName[];
export type ForkNode = (typeof FORK_NODES)[number];

/** Their prompts; the shared rules are part of each. */
const AGENTS = ['guardian', 'scanner', 'context', 'risk', 'executor'] as const satisfies ForkNode[];
export const SHARED_RULES = 'rules';

export function forkNodesOf(walked: readonly NodeName[]): ForkNode[] {
  const came = new Set<NodeName>(walked);
  return FORK_NODES.filter((node) => came.has(node));
}

/** The prompts that are asked with from this node on. */
export function promptsFrom(node: ForkNode): string[] {
  const agents = AGENTS.filter((agent) => FORK_NODES.indexOf(agent) >= FORK_NODES.indexOf(node));
  return agents.length === 0 ? [] : [...agents, SHARED_RULES];
}

/** The agent a reader who came from this node wants to change; its first one when nothing says so. */
export function startNode(asked: string | null, nodes: readonly ForkNode[]): ForkNode | null {
  const name = asked?.split(':')[0];
  return nodes.find((node) => node === name) ?? nodes.find((node) => node === 'scanner') ?? nodes[0] ?? null;
}

export type PromptPick =
  | { readonly kind: 'same' }
  | { readonly kind: 'version'; readonly version: number }
  | {
      readonly kind: 'edited';
      readonly text: string;
      readonly base: PromptVersion;
      readonly basedOn: number;
    };

export const SAME: PromptPick = { kind: 'same' };
