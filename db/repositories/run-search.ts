/**
 * Runs by what was asked and said, newest first. A word that many runs hold fills a page by a walk over the newest; one
 * that few hold is found by its index; one that many hold and none of the newest by the index, a span of time at a time.
 */
import { and, min, type SQL, sql } from 'drizzle-orm';
import type { RunHit, RunSummary } from '#domain/run.ts';
import type { SearchQuery, SearchTerm } from '#domain/search-query.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import type { Page } from '../cursor.ts';
import { messages } from '../schema/llm.ts';
import { runs, runWords } from '../schema/runs.ts';
import {
  ageMark,
  ageOf,
  messageMark,
  passageQueries,
  SPANS_OF_AGE,
  spanMark,
  spanOf,
  termQuery,
} from '../search/word-vectors.ts';
import { hitsIn } from './run-hits.ts';
import { conditionsOf, newestFirst, type RunFilter, runPage, runSummaryColumns } from './run-list.ts';

export interface SearchEffort {
  /** How many runs a walk looks into. Reading the words of one takes some ten microseconds. */
  readonly walkedRuns: number;
  /** Up to so many passages are read at once. */
  readonly fewPassages: number;
}

const EFFORT: SearchEffort = { walkedRuns: 200, fewPassages: 2_000 };
/** Spans of one look back at the most: it begins with one and doubles, and ends in the age it began in. */
const MOST_SPANS = 8;

export type FoundSummary = RunSummary & { readonly hit: RunHit | null };

/** The two sides of a search as Postgres reads them. */
export interface PassageSearch {
  readonly wanted: string;
  readonly unwanted: string | null;
}

/** @throws AppError `request_invalid` for a cursor that is not ours */
export async function searchRuns(
  orm: Queryable,
  filter: RunFilter & { readonly search: SearchQuery },
  effort: SearchEffort = EFFORT,
): Promise<Page<FoundSummary>> {
  const said = passageQueries(filter.search, await marksOf(orm, filter.search));
  const { items, nextCursor } = runPage(await runsThatSay(orm, filter, said, effort), filter);
  const hits = await hitsIn(orm, items, filter.search, said.wanted);
  return { items: items.map((run) => ({ ...run, hit: hits.get(run.runId) ?? null })), nextCursor };
}

/** One more than the page holds, when there are more. */
async function runsThatSay(
  orm: Queryable,
  filter: RunFilter,
  said: PassageSearch,
  { walkedRuns, fewPassages }: SearchEffort,
): Promise<readonly RunSummary[]> {
  const wanted = filter.limit + 1;
  const found = await walked(orm, filter, said, walkedRuns);
  if (found.length >= wanted) return found;
  const oldest = await lastOf(orm, filter, walkedRuns);
  if (oldest === null) return found;
  if (await areFew(orm, said, fewPassages)) return indexed(orm, filter, said, said.wanted);
  return lookedBack(orm, filter, said, oldest, found);
}

/** When the last run of a walk began; null where the walk saw all that pass the filter. */
async function lastOf(orm: Queryable, filter: RunFilter, walkedRuns: number): Promise<EpochMs | null> {
  const [row] = await orm
    .select({ startedAtMs: runs.startedAtMs })
    .from(runs)
    .where(and(...conditionsOf(filter)))
    .orderBy(...newestFirst)
    .offset(walkedRuns - 1)
    .limit(1);
  return row?.startedAtMs ?? null;
}

/** Goes on where the walk ended, until the page is full or the first run of all is reached. */
async function lookedBack(
  orm: Queryable,
  filter: RunFilter,
  said: PassageSearch,
  walkedToMs: EpochMs,
  walkedThere: readonly RunSummary[],
): Promise<readonly RunSummary[]> {
  const found = walkedThere.filter((run) => spanOf(run.startedAtMs) > spanOf(walkedToMs));
  const [first] = await orm.select({ startedAtMs: min(runs.startedAtMs) }).from(runs);
  const last = Math.max(spanOf(first?.startedAtMs ?? 0), spanOf(filter.fromMs ?? 0));
  const isFull = () => found.length > filter.limit;
  for (let span = spanOf(walkedToMs); span >= last && !isFull(); ) {
    const end = ageOf(span) * SPANS_OF_AGE - 1;
    const isThere = await isSaidIn(orm, said, ageOf(span));
    if (!isThere) span = end;
    for (let spans = 1; span > end && !isFull(); spans = Math.min(2 * spans, MOST_SPANS)) {
      const asked = Math.min(spans, span - end);
      found.push(...(await indexed(orm, filter, said, within(said, span, asked))));
      span -= asked;
    }
  }
  return found.slice(0, filter.limit + 1);
}

/** Cheap as long as nobody said it: no row is looked at. */
async function isSaidIn(orm: Queryable, { wanted }: PassageSearch, age: number): Promise<boolean> {
  const rows = await orm.execute(sql`
    select from ${runWords} where words @@ ${`(${wanted}) & '${ageMark(age)}'`}::tsquery limit 1`);
  return rows.length > 0;
}

/** The search within so many spans, the newest first. */
function within({ wanted }: PassageSearch, newest: number, spans: number): string {
  const marks = Array.from({ length: spans }, (_, place) => `'${spanMark(newest - place)}'`);
  return `(${wanted}) & (${marks.join(' | ')})`;
}

async function areFew(orm: Queryable, { wanted }: PassageSearch, few: number): Promise<boolean> {
  const [row] = await orm.execute<{ passages: number }>(sql`
    select count(*)::int as passages
    from (select from ${runWords} where words @@ ${wanted}::tsquery limit ${few + 1}) as found`);
  return (row?.passages ?? 0) <= few;
}

async function walked(
  orm: Queryable,
  filter: RunFilter,
  said: PassageSearch,
  most: number,
): Promise<RunSummary[]> {
  const newest = orm
    .select()
    .from(runs)
    .where(and(...conditionsOf(filter)))
    .orderBy(...newestFirst)
    .limit(most)
    .as('runs');
  const says = sql`exists (
    select from ${runWords} where ${runWords.runId} = ${newest.runId} and words @@ ${said.wanted}::tsquery)`;
  return orm
    .select(runSummaryColumns)
    .from(newest)
    .where(and(says, ...notSaid(said)))
    .orderBy(...newestFirst)
    .limit(filter.limit + 1);
}

async function indexed(
  orm: Queryable,
  filter: RunFilter,
  said: PassageSearch,
  wanted: string,
): Promise<RunSummary[]> {
  // As an array: the planner knows little of how many passages a query finds, and would read every run to join them.
  const found = sql`array(
    select distinct ${runWords.runId} from ${runWords}
    where ${and(sql`words @@ ${wanted}::tsquery`, ...timeOf(filter))})`;
  return orm
    .select(runSummaryColumns)
    .from(runs)
    .where(and(sql`${runs.runId} = any(${found})`, ...conditionsOf(filter), ...notSaid(said)))
    .orderBy(...newestFirst)
    .limit(filter.limit + 1);
}

function timeOf({ fromMs, toMs }: RunFilter): SQL[] {
  return [
    ...(fromMs === undefined ? [] : [sql`${runWords.startedAtMs} >= ${fromMs}`]),
    ...(toMs === undefined ? [] : [sql`${runWords.startedAtMs} <= ${toMs}`]),
  ];
}

function notSaid({ unwanted }: PassageSearch): SQL[] {
  if (unwanted === null) return [];
  return [
    sql`not exists (
      select from ${runWords} where ${runWords.runId} = "runs"."run_id" and words @@ ${unwanted}::tsquery)`,
  ];
}

/** Which system prompts hold each term: calls name those they were asked with. */
async function marksOf(
  orm: Queryable,
  { alternatives, excluded }: SearchQuery,
): Promise<(term: SearchTerm) => readonly string[]> {
  const terms = [...alternatives.flat(), ...excluded].map(termQuery);
  const found = await orm.execute<{ term: string; sha256: string }>(sql`
    select term, sha256 from unnest(array[${sql.join(
      terms.map((term) => sql`${term}`),
      sql`, `,
    )}]) as term
    join ${messages} on role = 'system' and words @@ term::tsquery`);
  return (wanted) =>
    found.filter(({ term }) => term === termQuery(wanted)).map(({ sha256 }) => messageMark(sha256));
}
