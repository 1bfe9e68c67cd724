/**
 * What changes prompts: a new version, a label that moves or goes. The row of a prompt is locked first, so that two
 * people who change it at the same moment come one after the other, and each change leaves its audit row and its event
 * in its own transaction.
 */
import { createHash } from 'node:crypto';
import { and, desc, eq } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { promptDryRuns, promptLabels, prompts, promptVersions } from '../schema/llm.ts';
import { writeAudit } from './audit.ts';
import { writeEvent } from './events.ts';

export type PromptVersion = typeof promptVersions.$inferSelect;

/** The label whose versions decide. It always points somewhere. */
export const PRODUCTION = 'production';

/** What a version did on a recorded question. */
export interface DryRunNote {
  readonly outcome: typeof promptDryRuns.$inferSelect.outcome;
  readonly details: unknown;
}

export interface VersionDraft {
  readonly name: string;
  readonly text: string;
  readonly config: unknown;
  readonly variables: readonly string[];
  /** The newest version its author has seen; null does not ask. */
  readonly basedOn: number | null;
  /** Null for the content of the newest version, which had its own. */
  readonly dryRun: DryRunNote | null;
}

/** Who changes what, why, and from when on cycles are decided by it; null where nobody knows. */
export interface PromptChange {
  readonly author: string;
  readonly message: string;
  readonly atMs: EpochMs;
  readonly takesEffectAtMs: EpochMs | null;
}

export interface LabelMove {
  readonly name: string;
  readonly label: string;
  readonly version: number;
  /** One that was made for this move; absent or null: the version has its own. */
  readonly dryRun?: DryRunNote | null;
}

export interface MovedLabel {
  readonly from: number | null;
  readonly to: number;
}

export interface SavedVersion {
  readonly version: PromptVersion;
  /** False when the newest version has this very content: then nothing was added. */
  readonly isNew: boolean;
}

/** @throws AppError `not_found`, `conflict` when somebody has saved since `basedOn` */
export async function saveVersion(
  transaction: Queryable,
  { name, text, config, variables, basedOn, dryRun }: VersionDraft,
  change: PromptChange,
): Promise<SavedVersion> {
  await lockPrompt(transaction, name);
  const [latest] = await transaction
    .select()
    .from(promptVersions)
    .where(eq(promptVersions.name, name))
    .orderBy(desc(promptVersions.version))
    .limit(1);
  const sha256 = contentHash({ text, config, variables });
  if (latest?.sha256 === sha256) return { version: latest, isNew: false };
  if (basedOn !== null && basedOn !== (latest?.version ?? 0))
    throw new AppError(
      'conflict',
      `prompt "${name}" was changed since version ${basedOn}: version ${latest?.version} by ${latest?.author} says "${latest?.message}". Compare with it and save again, based on ${latest?.version}`,
      { context: { latestVersion: latest?.version } },
    );
  if (dryRun === null)
    throw new AppError(
      'conflict',
      `prompt "${name}" was changed while this was being saved: version ${latest?.version} by ${latest?.author} says "${latest?.message}". Compare with it and save again`,
    );
  const version = (latest?.version ?? 0) + 1;
  const { author, message, atMs } = change;
  const [added] = await transaction
    .insert(promptVersions)
    .values({
      ...{ name, version, text, config, author, message, sha256 },
      ...{ variables: [...variables], createdAtMs: atMs },
    })
    .returning();
  if (added === undefined) throw new AppError('internal', `version ${version} of "${name}" was not stored`);
  await addDryRun(transaction, { name, version, ...dryRun }, atMs);
  await writeAudit(transaction, {
    actor: author,
    action: 'prompt.save',
    subject: `prompt:${name}`,
    details: { version, basedOn, message, sha256, dryRun },
  });
  return { version: added, isNew: true };
}

/**
 * Points a label at a version that has had its dry run.
 * @throws AppError `not_found`, `conflict` for a version without a dry run
 */
export async function moveLabel(
  transaction: Queryable,
  { name, label, version, dryRun }: LabelMove,
  { author, message, atMs }: PromptChange,
): Promise<MovedLabel> {
  await lockPrompt(transaction, name);
  await assertVersion(transaction, name, version);
  if (dryRun) await addDryRun(transaction, { name, version, ...dryRun }, atMs);
  const proof = await newestDryRun(transaction, name, version);
  if (proof === null)
    throw new AppError(
      'conflict',
      `version ${version} of "${name}" has had no dry run: no label may point at it before`,
    );
  const at = and(eq(promptLabels.name, name), eq(promptLabels.label, label));
  const [standing] = await transaction.select().from(promptLabels).where(at);
  const from = standing?.version ?? null;
  if (from === version) return { from, to: version };
  const moved = { version, movedBy: author, movedAtMs: atMs };
  await transaction
    .insert(promptLabels)
    .values({ name, label, ...moved })
    .onConflictDoUpdate({ target: [promptLabels.name, promptLabels.label], set: moved });
  await writeAudit(transaction, {
    actor: author,
    action: 'prompt.label',
    subject: `prompt:${name}`,
    details: { label, from, to: version, message, dryRun: proof },
  });
  return { from, to: version };
}

/** @throws AppError `not_found`, `conflict` for `production` */
export async function removeLabel(
  transaction: Queryable,
  { name, label }: { readonly name: string; readonly label: string },
  { author, message }: PromptChange,
): Promise<{ readonly from: number }> {
  if (label === PRODUCTION)
    throw new AppError(
      'conflict',
      `"${PRODUCTION}" of prompt "${name}" cannot be removed: move it to another version`,
    );
  await lockPrompt(transaction, name);
  const [gone] = await transaction
    .delete(promptLabels)
    .where(and(eq(promptLabels.name, name), eq(promptLabels.label, label)))
    .returning();
  if (gone === undefined)
    throw new AppError('not_found', `prompt "${name}" has no label "${label}"`, { context: { name, label } });
  await writeAudit(transaction, {
    actor: author,
    action: 'prompt.unlabel',
    subject: `prompt:${name}`,
    details: { label, from: gone.version, message },
  });
  return { from: gone.version };
}

/** Tells the live pages of every process. The last statement of a change. */
export async function tellPromptChange(
  transaction: Queryable,
  what: { readonly name: string; readonly version: number | null; readonly label: string | null },
  { atMs, takesEffectAtMs }: PromptChange,
): Promise<void> {
  const payload = { ...what, takesEffectAtMs };
  await writeEvent(transaction, { type: 'prompt.changed', runId: null, deskId: null, atMs, payload });
}

export async function newestDryRun(
  orm: Queryable,
  name: string,
  version: number,
): Promise<DryRunNote | null> {
  const { outcome, details, dryRunId } = promptDryRuns;
  const [newest] = await orm
    .select({ outcome, details })
    .from(promptDryRuns)
    .where(and(eq(promptDryRuns.name, name), eq(promptDryRuns.version, version)))
    .orderBy(desc(dryRunId))
    .limit(1);
  return newest ?? null;
}

export async function addDryRun(
  transaction: Queryable,
  dryRun: DryRunNote & { readonly name: string; readonly version: number },
  atMs: EpochMs,
): Promise<void> {
  await transaction.insert(promptDryRuns).values({ ...dryRun, createdAtMs: atMs });
}

/** Two versions are the same when their texts, settings and variables are. */
export function contentHash({
  text,
  config,
  variables,
}: Pick<VersionDraft, 'text' | 'config' | 'variables'>): string {
  return createHash('sha256')
    .update(JSON.stringify([text, config, variables]))
    .digest('hex');
}

async function lockPrompt(transaction: Queryable, name: string): Promise<void> {
  const [row] = await transaction.select().from(prompts).where(eq(prompts.name, name)).for('update');
  if (row === undefined) throw promptNotFound(name);
}

async function assertVersion(orm: Queryable, name: string, version: number): Promise<void> {
  const [row] = await orm
    .select({ version: promptVersions.version })
    .from(promptVersions)
    .where(and(eq(promptVersions.name, name), eq(promptVersions.version, version)));
  if (row === undefined)
    throw new AppError('not_found', `prompt "${name}" has no version ${version}`, {
      context: { name, version },
    });
}

export function promptNotFound(name: string): AppError {
  return new AppError('not_found', `there is no prompt "${name}"`, { context: { name } });
}
