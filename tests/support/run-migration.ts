import { readFile } from 'node:fs/promises';
import type { Sql } from 'postgres';

/** Carries out a migration again, found by the end of its name: all its statements, or those from a place on. */
export async function runMigration(sql: Sql, ending: string, from = 0): Promise<void> {
  const folder = new URL('../../db/migrations/', import.meta.url);
  const journal = JSON.parse(await readFile(new URL('meta/_journal.json', folder), 'utf8')) as {
    entries: { tag: string }[];
  };
  const tag = journal.entries.find((entry) => entry.tag.endsWith(ending))?.tag;
  if (tag === undefined) throw new Error(`no migration ends with ${ending}`);
  const migration = await readFile(new URL(`${tag}.sql`, folder), 'utf8');
  for (const statement of migration.split('--> statement-breakpoint').slice(from))
    await sql.unsafe(statement);
}
