/** How the baseline in `prompts/` comes into the database, and how it stays out of what a person has edited there. */
import { and, asc, eq } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { promptLabels, prompts, promptVersions } from '../schema/llm.ts';
import { writeAudit } from './audit.ts';
import { addDryRun, contentHash, PRODUCTION } from './prompt-changes.ts';

export interface PromptSeed {
  readonly name: string;
  readonly text: string;
  readonly config: unknown;
  readonly variables: readonly string[];
}

/** Author of the versions and label moves that no person made. */
const SEED_AUTHOR = 'start-up';

/**
 * On first sight the baseline becomes version 1, labelled `production`. A baseline that has changed since becomes the
 * next version and takes the label over, as long as no person has saved a version of that prompt or moved its label:
 * from then on the database alone is the truth. A baseline that was there before, as after a roll-back of the code, gets
 * its own version back.
 */
export async function seedPrompt(transaction: Queryable, seed: PromptSeed, atMs: EpochMs): Promise<void> {
  const { name } = seed;
  const added = await transaction
    .insert(prompts)
    .values({ name, createdAtMs: atMs })
    .onConflictDoNothing()
    .returning();
  // Two processes that start at once do this one after the other.
  if (added.length === 0)
    await transaction.select().from(prompts).where(eq(prompts.name, name)).for('update');
  const versions = await transaction
    .select()
    .from(promptVersions)
    .where(eq(promptVersions.name, name))
    .orderBy(asc(promptVersions.version));
  const [production] = await transaction
    .select()
    .from(promptLabels)
    .where(and(eq(promptLabels.name, name), eq(promptLabels.label, PRODUCTION)));
  const isEdited =
    versions.some(({ author }) => author !== SEED_AUTHOR) ||
    (production?.movedBy ?? SEED_AUTHOR) !== SEED_AUTHOR ||
    (versions.length > 0 && production === undefined);
  if (isEdited) return;

  const sha256 = contentHash(seed);
  const known = versions.findLast((version) => version.sha256 === sha256);
  const version = known?.version ?? (versions.at(-1)?.version ?? 0) + 1;
  if (production?.version === version) return;
  if (known === undefined) {
    const { text, config, variables } = seed;
    const message = version === 1 ? 'the baseline in prompts/' : 'the baseline in prompts/ has changed';
    await transaction.insert(promptVersions).values({
      ...{ name, version, text, config, variables: [...variables], message, sha256 },
      ...{ author: SEED_AUTHOR, createdAtMs: atMs },
    });
    await addDryRun(transaction, { name, version, outcome: 'baseline', details: {} }, atMs);
  }
  const moved = { version, movedBy: SEED_AUTHOR, movedAtMs: atMs };
  await transaction
    .insert(promptLabels)
    .values({ name, label: PRODUCTION, ...moved })
    .onConflictDoUpdate({ target: [promptLabels.name, promptLabels.label], set: moved });
  await writeAudit(transaction, {
    actor: SEED_AUTHOR,
    action: 'prompt.seed',
    subject: `prompt:${name}`,
    details: { version, sha256, from: production?.version ?? null },
  });
}
