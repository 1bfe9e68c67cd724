/** The statements of a search, and the ways back in time: by spans of the index, or by walks over what passes the filters. */
import { and, type SQL, sql } from 'drizzle-orm';
import type { RunSummary } from '#domain/run.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { encodeCursor } from '../cursor.ts';
import { jsonText } from '../schema/columns.ts';
import { runs, runWords } from '../schema/runs.ts';
import { SPAN_MS, spanMark, spanOf } from '../search/word-vectors.ts';
import { conditionsOf, newestFirst, type RunFilter, runSummaryColumns } from './run-list.ts';
import { dayOf, endOfDayMs } from './word-days.ts';

/** The two sides of a search as Postgres reads them. */
export interface PassageSearch {
  readonly wanted: string;
  readonly unwanted: string | null;
}

/** What is left to look through. */
export interface SearchSpace {
  readonly orm: Queryable;
  readonly filter: RunFilter;
  readonly said: PassageSearch;
  /** No passage of another day is wanted. */
  readonly days: ReadonlySet<number>;
  /** Nothing later is left. */
  readonly toMs: EpochMs;
}

export interface RunPlace {
  readonly runId: string;
  readonly startedAtMs: EpochMs;
}

/** What one look found, newest first. */
export interface SearchStep {
  readonly found: readonly RunSummary[];
  readonly isLast: boolean;
}

/** Each step looks into twice the time of the one before, up to this: many spans in one question cost their square. */
const MOST_SPANS = 8;
const SPANS_OF_DAY = DAY_MS / SPAN_MS;
/** Each walk goes twice as far as the one before, up to this. */
const MOST_WALKED = 6_400;

/** Cheap where many runs pass the filters: the index gives those of a span that say it. */
export async function* stepsBySpan({
  orm,
  filter,
  said,
  days,
  toMs,
}: SearchSpace): AsyncGenerator<SearchStep> {
  const first = spanOf(filter.fromMs ?? 0);
  const spans = [...days]
    .toSorted((left, right) => right - left)
    .flatMap((day) =>
      Array.from({ length: SPANS_OF_DAY }, (_, place) => (day + 1) * SPANS_OF_DAY - 1 - place),
    )
    .filter((span) => span >= first && span <= spanOf(toMs));
  for (let from = 0, asked = 1; from < spans.length; asked = Math.min(2 * asked, MOST_SPANS)) {
    const marks = spans.slice(from, from + asked).map((span) => `'${spanMark(span)}'`);
    const found = sql`array(
      select distinct ${runWords.runId} from ${runWords}
      where words @@ ${`(${said.wanted}) & (${marks.join(' | ')})`}::tsquery)`;
    from += asked;
    yield { found: await among(orm, filter, said, found), isLast: from >= spans.length };
  }
}

/** Cheap where few runs pass the filters: the words of each are read. */
export async function* stepsByWalk(space: SearchSpace, firstWalk: number): AsyncGenerator<SearchStep> {
  const { orm, said, days } = space;
  let { filter, toMs } = space;
  for (let most = firstWalk; ; most = Math.min(2 * most, MOST_WALKED)) {
    const newest = newestOf(days, dayOf(toMs));
    if (newest === undefined) return;
    const ahead = { ...filter, toMs: Math.min(toMs, endOfDayMs(newest)) };
    const places = await walkedPlaces(orm, ahead, most);
    const last = places.at(-1);
    if (last === undefined) return;
    const isLast = places.length < most;
    yield { found: await walked(orm, ahead, said, most), isLast };
    if (isLast) return;
    filter = { ...filter, cursor: encodeCursor([last.startedAtMs, last.runId]) };
    toMs = last.startedAtMs;
  }
}

/** The newest of the days up to this one. */
export function newestOf(days: ReadonlySet<number>, upTo: number): number | undefined {
  let newest: number | undefined;
  for (const day of days) if (day <= upTo && day >= (newest ?? day)) newest = day;
  return newest;
}

/** Of so many runs that pass the filters, newest first, those that say it; one more than a page at the most. */
export async function walked(
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
    select from (select words from ${runWords} where ${runWords.runId} = ${newest.runId} offset 0) as said
    where words @@ ${said.wanted}::tsquery)`;
  return orm
    .select(runSummaryColumns)
    .from(newest)
    .where(and(says, ...notSaid(said)))
    .orderBy(...newestFirst)
    .limit(filter.limit + 1);
}

/** Which runs such a walk goes over. */
export function walkedPlaces(orm: Queryable, filter: RunFilter, most: number): Promise<RunPlace[]> {
  return orm
    .select({ runId: runs.runId, startedAtMs: runs.startedAtMs })
    .from(runs)
    .where(and(...conditionsOf(filter)))
    .orderBy(...newestFirst)
    .limit(most);
}

/** The runs of all passages that say it; null when these are more than a few. */
export async function fewRunsThatSay(
  orm: Queryable,
  { wanted }: PassageSearch,
  few: number,
): Promise<readonly string[] | null> {
  const [row] = await orm.execute<{ runIds: string[] | null }>(sql`
    select case when count(*) <= ${few} then coalesce(array_agg(distinct run_id), '{}') end as "runIds"
    from (select run_id from ${runWords} where words @@ ${wanted}::tsquery limit ${few + 1}) as found`);
  return row?.runIds ?? null;
}

/** Of these runs those that pass the filters. */
export function runsAmong(
  orm: Queryable,
  filter: RunFilter,
  said: PassageSearch,
  runIds: readonly string[],
): Promise<RunSummary[]> {
  return among(
    orm,
    filter,
    said,
    sql`array(select jsonb_array_elements_text(${jsonText(runIds)}::text::jsonb))`,
  );
}

// As an array: the planner knows little of how many passages a query finds, and would read every run to join them.
function among(orm: Queryable, filter: RunFilter, said: PassageSearch, found: SQL): Promise<RunSummary[]> {
  return orm
    .select(runSummaryColumns)
    .from(runs)
    .where(and(sql`${runs.runId} = any(${found})`, ...conditionsOf(filter), ...notSaid(said)))
    .orderBy(...newestFirst)
    .limit(filter.limit + 1);
}

function notSaid({ unwanted }: PassageSearch): SQL[] {
  if (unwanted === null) return [];
  return [
    sql`not exists (
      select from ${runWords} where ${runWords.runId} = "runs"."run_id" and words @@ ${unwanted}::tsquery)`,
  ];
}
