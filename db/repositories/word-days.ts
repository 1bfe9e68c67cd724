/**
 * On which days of runs a word was said at all, so that a search for what was said long ago looks at no other day. A day
 * may be kept that no passage stands for any more; none is missing for one that does.
 */
import { between, type SQL, sql } from 'drizzle-orm';
import type { SearchQuery, SearchTerm } from '#domain/search-query.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { jsonText } from '../schema/columns.ts';
import { wordDays } from '../schema/runs.ts';
import { SPAN_MARK } from '../search/word-vectors.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';

export interface SaidWords {
  /** Of the run. */
  readonly startedAtMs: EpochMs;
  /** A `tsvector`. */
  readonly words: string;
}

/** What begins with a digit is not kept: numbers and ids are new in each run, and no day is told by them. */
const FIRST_DIGIT = '0';
const AFTER_DIGITS = ':';
/** Every passage holds the mark of its span. */
const ANY_WORD = `${SPAN_MARK}*`;
const LAST_LETTER = String.fromCodePoint(0x10ffff);

/** The last that `word_days` can hold. */
const LAST_DAY = 2 ** 31 - 1;

/** No day is beyond what the table can hold, so that a search may be asked for any time. */
export function dayOf(startedAtMs: EpochMs): number {
  return Math.max(0, Math.min(LAST_DAY, Math.floor(startedAtMs / DAY_MS)));
}

export function endOfDayMs(day: number): EpochMs {
  return (day + 1) * DAY_MS - 1;
}

/**
 * Before the words themselves: a search must find no passage whose day it does not know. Words are inserted in their
 * order and by one statement of a transaction, so that two who say the same for the first time cannot wait for each other.
 */
export async function keepWordDays(
  orm: Queryable,
  said: readonly SaidWords[],
  { waitsForDisk }: { readonly waitsForDisk: boolean },
): Promise<void> {
  if (said.length === 0) return;
  const rows = jsonText(said.map(({ startedAtMs, words }) => ({ day: dayOf(startedAtMs), words })));
  const unheld = waitsForDisk ? sql`` : sql.raw(`(select ${NO_DISK_WAIT}) as held,`);
  await orm.execute(sql`
    insert into ${wordDays} (word, day)
    select distinct word collate "C", said.day
    from ${unheld} jsonb_to_recordset(${rows}::text::jsonb) as said(day int, words tsvector),
      unnest(tsvector_to_array(said.words)) as word
    where word collate "C" < ${FIRST_DIGIT} or word collate "C" >= ${AFTER_DIGITS}
    order by 1, 2
    on conflict do nothing`);
}

/** Both ends are asked for; absent is unbounded. */
export interface TimeAsked {
  readonly fromMs?: EpochMs | undefined;
  readonly toMs?: EpochMs | undefined;
}

/** The days on which every word of one alternative was said, if not in one passage. */
export async function daysSaid(
  orm: Queryable,
  { alternatives }: SearchQuery,
  marksOf: (term: SearchTerm) => readonly string[],
  { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER }: TimeAsked,
): Promise<ReadonlySet<number>> {
  const asked = new Set(alternatives.flat().flatMap((term) => [...keysOf(term), ...marksOf(term)]));
  const isAsked = between(wordDays.day, dayOf(fromMs), dayOf(toMs));
  const days = await daysByKey(orm, [...asked], isAsked);
  const daysOf = (key: string) => days.get(key) ?? new Set<number>();
  const heldOn = (term: SearchTerm) =>
    unionOf([intersectionOf(keysOf(term).map(daysOf)), ...marksOf(term).map(daysOf)]);
  return unionOf(alternatives.map((terms) => intersectionOf(terms.map(heldOn))));
}

/** Words as they are kept, and beginnings with a star. */
function keysOf({ words, isPrefix }: SearchTerm): string[] {
  return words.map((word, place) => {
    if (word >= FIRST_DIGIT && word < AFTER_DIGITS) return ANY_WORD;
    return isPrefix && place === words.length - 1 ? `${word}*` : word;
  });
}

async function daysByKey(
  orm: Queryable,
  keys: readonly string[],
  isAsked: SQL,
): Promise<Map<string, ReadonlySet<number>>> {
  const words = jsonText(keys.filter((key) => !key.endsWith('*')));
  const exact = sql`
    select word as key, array_agg(day) as days from ${wordDays}
    where word = any(array(select jsonb_array_elements_text(${words}::text::jsonb))) and ${isAsked} group by word`;
  const beginnings = keys.filter((key) => key.endsWith('*')).map((key) => daysOfBeginning(key, isAsked));
  const rows = await orm.execute<{ key: string; days: number[] }>(
    sql.join([exact, ...beginnings], sql` union all `),
  );
  return new Map(rows.map(({ key, days }) => [key, new Set(days)]));
}

function daysOfBeginning(key: string, isAsked: SQL): SQL {
  const beginning = key.slice(0, -1);
  return sql`
    select ${key} as key, array_agg(distinct day) as days from ${wordDays}
    where word >= ${beginning} and word < ${beginning + LAST_LETTER} and ${isAsked}`;
}

function unionOf(sets: readonly ReadonlySet<number>[]): Set<number> {
  return new Set(sets.flatMap((days) => [...days]));
}

function intersectionOf([first = new Set(), ...others]: readonly ReadonlySet<number>[]): Set<number> {
  return new Set([...first].filter((day) => others.every((days) => days.has(day))));
}
