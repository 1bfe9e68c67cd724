/** Prompts, their immutable versions and labels, and the sets that runs are pinned to. */
import { createHash } from 'node:crypto';
import { and, asc, desc, eq } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { promptLabels, promptSets, prompts, promptVersions } from '../schema/llm.ts';
import { writeAudit } from './audit.ts';

export interface PromptSeed {
  readonly name: string;
  readonly text: string;
  readonly config: unknown;
  readonly variables: readonly string[];
}

export interface PinnedPrompt {
  readonly version: number;
  readonly text: string;
  readonly config: unknown;
}

export interface PromptSet {
  readonly promptSetId: string;
  readonly prompts: Readonly<Record<string, PinnedPrompt>>;
}

export type PromptVersion = typeof promptVersions.$inferSelect;

export interface PromptSummary {
  readonly name: string;
  readonly latestVersion: number;
  readonly labels: Readonly<Record<string, number>>;
}

export interface PromptDetail extends PromptSummary {
  /** Newest first. */
  readonly versions: readonly PromptVersion[];
}

export type PromptLabel = 'production';

export function createPromptRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** On first sight a prompt becomes version 1, labelled `production`; from then on the database is the truth. */
    seed: (seeds: readonly PromptSeed[], atMs: EpochMs): Promise<void> =>
      orm.transaction(async (transaction) => {
        for (const seed of seeds.toSorted((left, right) => (left.name < right.name ? -1 : 1)))
          await seedPrompt(transaction, seed, atMs);
      }),

    /** Pins the labelled versions under an id made of their content, and stores the set. */
    async resolveSet(label: PromptLabel, atMs: EpochMs): Promise<PromptSet> {
      const pinned = await orm
        .select({ prompt: promptVersions })
        .from(promptLabels)
        .innerJoin(
          promptVersions,
          and(eq(promptVersions.name, promptLabels.name), eq(promptVersions.version, promptLabels.version)),
        )
        .where(eq(promptLabels.label, label))
        .orderBy(asc(promptLabels.name));
      const versions = pinned.map((row) => row.prompt);
      const promptSetId = promptSetIdOf(versions);
      await orm
        .insert(promptSets)
        .values({ promptSetId, versions: versionNumbers(versions), createdAtMs: atMs })
        .onConflictDoNothing();
      return { promptSetId, prompts: pinnedPrompts(versions) };
    },

    async set(promptSetId: string): Promise<PromptSet | null> {
      const [stored] = await orm.select().from(promptSets).where(eq(promptSets.promptSetId, promptSetId));
      if (stored === undefined) return null;
      const all = await orm.select().from(promptVersions).orderBy(asc(promptVersions.name));
      const versions = all.filter((row) => stored.versions[row.name] === row.version);
      return { promptSetId, prompts: pinnedPrompts(versions) };
    },

    async list(): Promise<PromptSummary[]> {
      const names = await orm.select({ name: prompts.name }).from(prompts).orderBy(asc(prompts.name));
      const details = await Promise.all(names.map(({ name }) => detailOf(orm, name)));
      return details.map(({ name, latestVersion, labels }) => ({ name, latestVersion, labels }));
    },

    async get(name: string): Promise<PromptDetail | null> {
      const detail = await detailOf(orm, name);
      return detail.versions.length === 0 ? null : detail;
    },
  });
}

export type PromptRepository = ReturnType<typeof createPromptRepository>;

async function seedPrompt(transaction: Queryable, seed: PromptSeed, atMs: EpochMs): Promise<void> {
  const { name, text, config } = seed;
  const added = await transaction
    .insert(prompts)
    .values({ name, createdAtMs: atMs })
    .onConflictDoNothing()
    .returning();
  if (added.length === 0) return;
  const variables = [...seed.variables];
  const sha256 = createHash('sha256')
    .update(JSON.stringify([text, config, variables]))
    .digest('hex');
  await transaction.insert(promptVersions).values({
    name,
    version: 1,
    text,
    config,
    variables,
    author: 'start-up',
    message: 'the baseline in prompts/',
    sha256,
    createdAtMs: atMs,
  });
  await transaction.insert(promptLabels).values({ name, label: 'production', version: 1 });
  await writeAudit(transaction, {
    actor: 'start-up',
    action: 'prompt.seed',
    subject: `prompt:${name}`,
    details: { version: 1, sha256 },
  });
}

async function detailOf(orm: Queryable, name: string): Promise<PromptDetail> {
  const [versions, labels] = await Promise.all([
    orm
      .select()
      .from(promptVersions)
      .where(eq(promptVersions.name, name))
      .orderBy(desc(promptVersions.version)),
    orm.select().from(promptLabels).where(eq(promptLabels.name, name)).orderBy(asc(promptLabels.label)),
  ]);
  return {
    name,
    latestVersion: versions[0]?.version ?? 0,
    labels: Object.fromEntries(labels.map((row) => [row.label, row.version])),
    versions,
  };
}

function promptSetIdOf(versions: readonly PromptVersion[]): string {
  const content = versions.map(({ name, version, sha256 }) => [name, version, sha256]);
  return `ps_${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)}`;
}

function versionNumbers(versions: readonly PromptVersion[]): Record<string, number> {
  return Object.fromEntries(versions.map(({ name, version }) => [name, version]));
}

function pinnedPrompts(versions: readonly PromptVersion[]): Record<string, PinnedPrompt> {
  return Object.fromEntries(
    versions.map(({ name, version, text, config }) => [name, { version, text, config }]),
  );
}
