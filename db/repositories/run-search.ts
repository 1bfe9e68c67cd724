/**
 * Runs by what was asked and said, newest first. A word that many runs hold fills a page by a walk over the newest of the
 * days it was said on; one that few hold is found by its index; else those days are looked through, back in time
 * (search-steps.ts).
 */
import { sql } from 'drizzle-orm';
import type { RunHit, RunSummary } from '#domain/run.ts';
import type { SearchQuery, SearchTerm } from '#domain/search-query.ts';
import type { Queryable } from '../client.ts';
import { decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import { searchTooWide } from '../database-error.ts';
import { messages } from '../schema/llm.ts';
import { messageMark, passageQueries, spanOf, termQuery } from '../search/word-vectors.ts';
import { hitsIn } from './run-hits.ts';
import { type RunFilter, runPage } from './run-list.ts';
import {
  fewRunsThatSay,
  newestOf,
  type PassageSearch,
  runsAmong,
  type SearchSpace,
  stepsBySpan,
  stepsByWalk,
  walked,
  walkedPlaces,
} from './search-steps.ts';
import { daysSaid, endOfDayMs } from './word-days.ts';

export interface SearchEffort {
  /** How many runs the first walk looks into. Reading the words of one takes some five microseconds. */
  readonly walkedRuns: number;
  /** So many steps back in time are taken before passages are counted: to count what is common takes milliseconds. */
  readonly uncountedSteps: number;
  /** Up to so many passages are read at once. */
  readonly fewPassages: number;
  /** No step begins later. */
  readonly limitMs: number;
}

const EFFORT: SearchEffort = { walkedRuns: 200, uncountedSteps: 2, fewPassages: 2_000, limitMs: 3_000 };
/** Where a walk goes over more spans than this, the filters leave so few runs that walking on is cheaper than the index. */
const DENSE_SPANS = 2;

export type FoundSummary = RunSummary & { readonly hit: RunHit | null };
type Search = RunFilter & { readonly search: SearchQuery };

/** @throws AppError `request_invalid` for a cursor that is not ours, `search_too_wide` */
export async function searchRuns(
  orm: Queryable,
  filter: Search,
  effort: SearchEffort = EFFORT,
): Promise<Page<FoundSummary>> {
  const marks = await marksOf(orm, filter.search);
  const said = passageQueries(filter.search, marks);
  const { items, nextCursor } = runPage(await runsThatSay(orm, filter, said, marks, effort), filter);
  const hits = await hitsIn(orm, items, filter.search, said.wanted);
  return { items: items.map((run) => ({ ...run, hit: hits.get(run.runId) ?? null })), nextCursor };
}

/** One more than the page holds, when there are more. */
async function runsThatSay(
  orm: Queryable,
  filter: Search,
  said: PassageSearch,
  marks: MarksOf,
  { walkedRuns, uncountedSteps, fewPassages, limitMs }: SearchEffort,
): Promise<readonly RunSummary[]> {
  const endsAtMs = performance.now() + limitMs;
  const { cursor, fromMs, toMs = Number.MAX_SAFE_INTEGER } = filter;
  const beforeMs = cursor ? decodeCursor(cursor)[0] : toMs;
  const days = await daysSaid(orm, filter.search, marks, { fromMs, toMs: Math.min(beforeMs, toMs) });
  const newestDay = newestOf(days, Number.MAX_SAFE_INTEGER);
  if (newestDay === undefined) return [];
  const ahead = { ...filter, toMs: Math.min(toMs, endOfDayMs(newestDay)) };
  const found = await walked(orm, ahead, said, walkedRuns);
  if (found.length > filter.limit) return found;
  const places = await walkedPlaces(orm, ahead, walkedRuns);
  const [newest, oldest] = [places[0], places.at(-1)];
  if (newest === undefined || oldest === undefined || places.length < walkedRuns) return found;
  const rest = { ...filter, cursor: encodeCursor([oldest.startedAtMs, oldest.runId]) };
  const space: SearchSpace = { orm, filter: rest, said, days, toMs: oldest.startedAtMs };
  const isDense = spanOf(newest.startedAtMs) - spanOf(oldest.startedAtMs) < DENSE_SPANS;
  let steps = 0;
  for await (const step of isDense ? stepsBySpan(space) : stepsByWalk(space, 2 * walkedRuns)) {
    found.push(...step.found);
    if (found.length > filter.limit || step.isLast) break;
    if (performance.now() > endsAtMs) throw searchTooWide();
    steps += 1;
    if (steps !== uncountedSteps) continue;
    const few = await fewRunsThatSay(orm, said, fewPassages);
    if (few !== null) return runsAmong(orm, filter, said, few);
  }
  return found.slice(0, filter.limit + 1);
}

type MarksOf = (term: SearchTerm) => readonly string[];

/** Which system prompts hold each term: calls name those they were asked with. */
async function marksOf(orm: Queryable, { alternatives, excluded }: SearchQuery): Promise<MarksOf> {
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
