/** Prompts, their immutable versions and labels, and the sets that runs are pinned to. */
import { createHash } from 'node:crypto';
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { promptLabels, promptSets, promptVersions } from '../schema/llm.ts';
import { overriddenVersions, type PromptOverrides } from './override-set.ts';
import {
  type DryRunNote,
  type LabelMove,
  type MovedLabel,
  moveLabel,
  newestDryRun,
  PRODUCTION,
  type PromptChange,
  type PromptVersion,
  removeLabel,
  type SavedVersion,
  saveVersion,
  tellPromptChange,
  type VersionDraft,
} from './prompt-changes.ts';
import { type PromptSeed, seedPrompt } from './seed-prompts.ts';

export interface PinnedPrompt {
  readonly version: number;
  readonly text: string;
  readonly config: unknown;
}

export interface PromptSet {
  readonly promptSetId: string;
  readonly prompts: Readonly<Record<string, PinnedPrompt>>;
}

export interface PromptSummary {
  readonly name: string;
  readonly latestVersion: number;
  readonly labels: Readonly<Record<string, number>>;
  /** Who pointed each label where it stands, and when; null for the first start. */
  readonly moves: readonly PromptLabelMove[];
  /** What the newest version is. */
  readonly newest: Pick<PromptVersion, 'author' | 'message' | 'createdAtMs'>;
}

export type PromptLabelMove = Pick<
  typeof promptLabels.$inferSelect,
  'label' | 'version' | 'movedBy' | 'movedAtMs'
>;

export interface PromptDetail extends PromptSummary {
  /** Newest first. */
  readonly versions: readonly PromptVersion[];
}

export function createPromptRepository(database: Database) {
  const { orm } = database;
  /** Sets this process has stored: a tick between two changes only reads. */
  const stored = new Set<string>();

  async function pin(versions: readonly PromptVersion[], atMs: EpochMs): Promise<PromptSet> {
    const promptSetId = promptSetIdOf(versions);
    if (!stored.has(promptSetId)) {
      await orm
        .insert(promptSets)
        .values({ promptSetId, versions: versionNumbers(versions), createdAtMs: atMs })
        .onConflictDoNothing();
      stored.add(promptSetId);
    }
    return { promptSetId, prompts: pinnedPrompts(versions) };
  }

  return defineRepository(database, {
    /** Brings the baseline in: on first sight, and again where it has changed and no person has edited the prompt. */
    seed: (seeds: readonly PromptSeed[], atMs: EpochMs): Promise<void> =>
      orm.transaction(async (transaction) => {
        for (const seed of seeds.toSorted((left, right) => (left.name < right.name ? -1 : 1)))
          await seedPrompt(transaction, seed, atMs);
      }),

    /**
     * Pins the labelled versions under an id made of their content, and stores the set. A prompt without the label gives
     * its `production`. The versions are read in one statement, so a label that moves meanwhile is in or out, never half.
     */
    async resolveSet(label: string, atMs: EpochMs): Promise<PromptSet> {
      const pinned = await orm
        .selectDistinctOn([promptLabels.name], { prompt: promptVersions })
        .from(promptLabels)
        .innerJoin(
          promptVersions,
          and(eq(promptVersions.name, promptLabels.name), eq(promptVersions.version, promptLabels.version)),
        )
        .where(inArray(promptLabels.label, [label, PRODUCTION]))
        .orderBy(asc(promptLabels.name), desc(sql`${promptLabels.label} = ${label}`));
      return pin(
        pinned.map((row) => row.prompt),
        atMs,
      );
    },

    /**
     * A stored set with other versions of some of its prompts, each by its number or its label, as a set of its own.
     * @throws AppError `not_found` for a set, a prompt, a version or a label there is not
     */
    overrideSet: async (promptSetId: string, asked: PromptOverrides, atMs: EpochMs): Promise<PromptSet> =>
      pin(await overriddenVersions(orm, promptSetId, asked), atMs),

    async set(promptSetId: string): Promise<PromptSet | null> {
      const [known] = await orm.select().from(promptSets).where(eq(promptSets.promptSetId, promptSetId));
      if (known === undefined) return null;
      const ofSet = sql`(${promptVersions.name}, ${promptVersions.version}) in (
        select key, value::int from ${promptSets}, jsonb_each_text(${promptSets.versions})
        where ${promptSets.promptSetId} = ${promptSetId})`;
      const versions = await orm.select().from(promptVersions).where(ofSet).orderBy(asc(promptVersions.name));
      return { promptSetId, prompts: pinnedPrompts(versions) };
    },

    async list(): Promise<PromptSummary[]> {
      const [rows, labels] = await Promise.all([
        orm
          .selectDistinctOn([promptVersions.name], NEWEST)
          .from(promptVersions)
          .orderBy(asc(promptVersions.name), desc(promptVersions.version)),
        orm.select().from(promptLabels).orderBy(asc(promptLabels.label)),
      ]);
      return rows.map((row) =>
        summaryOf(
          row,
          labels.filter(({ name }) => name === row.name),
        ),
      );
    },

    async get(name: string): Promise<PromptDetail | null> {
      const [versions, labels] = await Promise.all([
        orm
          .select()
          .from(promptVersions)
          .where(eq(promptVersions.name, name))
          .orderBy(desc(promptVersions.version)),
        orm.select().from(promptLabels).where(eq(promptLabels.name, name)).orderBy(asc(promptLabels.label)),
      ]);
      const [newest] = versions;
      return newest === undefined ? null : { ...summaryOf(newest, labels), versions };
    },

    /** What a version did on a recorded question when it was last tried; null before it was. */
    dryRun: (name: string, version: number): Promise<DryRunNote | null> => newestDryRun(orm, name, version),

    /**
     * Saves all of these or none, and points a label at each when one is named.
     * @throws AppError `not_found`, `conflict`
     */
    save: (
      drafts: readonly VersionDraft[],
      label: string | null,
      change: PromptChange,
    ): Promise<(SavedVersion & { readonly moved: MovedLabel | null })[]> =>
      orm.transaction(async (transaction) => {
        const saved: (SavedVersion & { moved: MovedLabel | null })[] = [];
        // In one order, so that two who save several cannot wait for each other.
        for (const draft of drafts.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
          const { name, dryRun } = draft;
          const { version: row, isNew } = await saveVersion(transaction, draft, change);
          const { version } = row;
          const moved =
            label === null
              ? null
              : await moveLabel(transaction, { name, label, version, dryRun: isNew ? null : dryRun }, change);
          saved.push({ version: row, isNew, moved });
        }
        for (const { version, isNew, moved } of saved)
          if (isNew || isMove(moved))
            await tellPromptChange(
              transaction,
              { name: version.name, version: version.version, label },
              change,
            );
        return saved;
      }),

    /** @throws AppError `not_found`, `conflict` for a version without a dry run */
    moveLabel: (move: LabelMove, change: PromptChange): Promise<MovedLabel> =>
      orm.transaction(async (transaction) => {
        const moved = await moveLabel(transaction, move, change);
        if (isMove(moved)) await tellPromptChange(transaction, move, change);
        return moved;
      }),

    /** @throws AppError `not_found`, `conflict` for `production` */
    removeLabel: (
      at: { readonly name: string; readonly label: string },
      change: PromptChange,
    ): Promise<{ readonly from: number }> =>
      orm.transaction(async (transaction) => {
        const gone = await removeLabel(transaction, at, change);
        await tellPromptChange(transaction, { ...at, version: null }, change);
        return gone;
      }),
  });
}

export type PromptRepository = ReturnType<typeof createPromptRepository>;

function isMove(moved: MovedLabel | null): boolean {
  return moved !== null && moved.from !== moved.to;
}

const NEWEST = {
  name: promptVersions.name,
  version: promptVersions.version,
  author: promptVersions.author,
  message: promptVersions.message,
  createdAtMs: promptVersions.createdAtMs,
};

function summaryOf(
  {
    name,
    version,
    author,
    message,
    createdAtMs,
  }: Pick<PromptVersion, 'name' | 'version' | keyof PromptSummary['newest']>,
  labels: readonly PromptLabelMove[],
): PromptSummary {
  return {
    ...{ name, latestVersion: version, newest: { author, message, createdAtMs } },
    labels: Object.fromEntries(labels.map((at) => [at.label, at.version])),
    moves: labels.map(({ label, version: at, movedBy, movedAtMs }) => ({
      ...{ label, version: at, movedBy, movedAtMs },
    })),
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
