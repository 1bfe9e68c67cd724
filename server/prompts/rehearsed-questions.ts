/** What agents are asked when a cycle is decided again by rules. */
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { type RehearsalDeps, rehearse } from '#graphs/rehearse.ts';
import type { CycleState } from '#graphs/state.ts';
import type { ForkNode } from '#graphs/state-before.ts';
import { fixedPromptSource, promptSetOf } from '#prompts/prompt-source.ts';
import { type HeardQuestion, listeningDesk } from './heard-questions.ts';

const RULES_DESK = createAgentDesk({
  model: null,
  prompts: fixedPromptSource(promptSetOf([])),
  budget: null,
});

/** Every question on the way from this node on. */
export async function questionsFrom(
  node: ForkNode,
  begun: CycleState,
  deps: RehearsalDeps,
): Promise<HeardQuestion[]> {
  const heard: HeardQuestion[] = [];
  // Frames of its own: a run of this name may be under way in this process.
  const own = { ...deps, frames: createFrameStore() };
  await rehearse(node, begun, own, { agents: listeningDesk(RULES_DESK, heard) });
  return heard;
}
