import { asc, eq, inArray } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { Queryable } from '../client.ts';
import { promptLabels, promptSets, promptVersions } from '../schema/llm.ts';

/** By prompt: the number of a version, or a label that points at one. */
export type PromptOverrides = Readonly<Record<string, number | string>>;

type VersionRow = typeof promptVersions.$inferSelect;

/** The versions of a stored set with these in their place, by name. @throws AppError `not_found` */
export async function overriddenVersions(
  orm: Queryable,
  promptSetId: string,
  asked: PromptOverrides,
): Promise<VersionRow[]> {
  const [set] = await orm.select().from(promptSets).where(eq(promptSets.promptSetId, promptSetId));
  if (set === undefined) throw new AppError('not_found', `prompt set ${promptSetId} is not in the database`);
  const names = [...new Set([...Object.keys(set.versions), ...Object.keys(asked)])];
  const [rows, labels] = await Promise.all([
    orm
      .select()
      .from(promptVersions)
      .where(inArray(promptVersions.name, names))
      .orderBy(asc(promptVersions.name), asc(promptVersions.version)),
    orm.select().from(promptLabels).where(inArray(promptLabels.name, names)),
  ]);
  const chosen = { ...set.versions };
  for (const [name, wanted] of Object.entries(asked)) {
    if (!(name in set.versions))
      throw new AppError(
        'not_found',
        `there is no prompt "${name}" in what that run worked with; there are ${Object.keys(set.versions).sort().join(', ')}`,
      );
    chosen[name] = typeof wanted === 'number' ? wanted : labelled(name, wanted, labels);
  }
  return Object.entries(chosen)
    .map(([name, version]) => versionOf(name, version, rows))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function labelled(
  name: string,
  label: string,
  labels: readonly (typeof promptLabels.$inferSelect)[],
): number {
  const own = labels.filter((row) => row.name === name);
  const found = own.find((row) => row.label === label);
  if (found !== undefined) return found.version;
  const there = own
    .map((row) => row.label)
    .sort()
    .join(', ');
  throw new AppError('not_found', `prompt ${name} has no label "${label}"; it has ${there || 'none'}`);
}

function versionOf(name: string, version: number, rows: readonly VersionRow[]): VersionRow {
  const own = rows.filter((row) => row.name === name);
  const found = own.find((row) => row.version === version);
  if (found !== undefined) return found;
  const there = own.map((row) => row.version).join(', ');
  throw new AppError('not_found', `prompt ${name} has no version ${version}; it has ${there || 'none'}`);
}
