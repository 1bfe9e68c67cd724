/** Saves what was rewritten as versions without a label, then begins the fork. */
import type { Post } from '../api/idempotent-post.ts';
import { saveVersion } from '../api/prompt-actions.ts';
import type { StartedRun } from '../api/types.ts';
import type { ForkNode, PromptPick } from './fork-choices.ts';

/** A text the store did not take: nothing was begun. */
export class PromptRefused extends Error {
  readonly promptName: string;
  readonly failure: unknown;

  constructor(promptName: string, failure: unknown) {
    super(`the text of ${promptName} was refused`);
    this.promptName = promptName;
    this.failure = failure;
  }
}

export interface ForkWish {
  readonly runId: string;
  readonly fromNode: ForkNode;
  readonly picks: readonly (readonly [name: string, pick: PromptPick])[];
  /** Null lets the rules decide; undefined is the configured one. */
  readonly model: string | null | undefined;
}

export async function startFork(
  post: Post,
  { runId, fromNode, picks, model }: ForkWish,
): Promise<StartedRun> {
  const promptVersions: Record<string, number> = {};
  for (const [name, pick] of picks) {
    if (pick.kind === 'version') promptVersions[name] = pick.version;
    if (pick.kind === 'edited') promptVersions[name] = await savedVersion(post, runId, name, pick);
  }
  const body = { fromNode, promptVersions, ...(model !== undefined && { model }) };
  return post(`/api/runs/${encodeURIComponent(runId)}/fork`, body);
}

/** The version it is kept as; the one it began from where nothing was changed. */
async function savedVersion(
  post: Post,
  runId: string,
  name: string,
  { text, base, basedOn }: Extract<PromptPick, { kind: 'edited' }>,
): Promise<number> {
  if (text === base.text) return base.version;
  const message = `for a fork of run ${runId}`;
  try {
    return (await saveVersion(post, name, { text, config: base.config, message, basedOn })).version;
  } catch (failure) {
    throw new PromptRefused(name, failure);
  }
}
