/** What a search found in the runs of one page: for each the passage that tells most, and the words around. */
import { inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { RunHit, RunSummary } from '#domain/run.ts';
import type { SearchQuery } from '#domain/search-query.ts';
import type { Queryable } from '../client.ts';
import { llmCalls, messages } from '../schema/llm.ts';
import { runWords } from '../schema/runs.ts';
import { excerptOf } from '../search/excerpt.ts';
import { passageQueries } from '../search/word-vectors.ts';
import { OWN_WORDS } from './run-words.ts';

type Call = Pick<
  typeof llmCalls.$inferSelect,
  'callId' | 'runId' | 'agent' | 'symbol' | 'reply' | 'messageHashes'
>;

/** Of one text: what stands later was no word of the index, or is found and not shown. */
const MOST_SHOWN = 200_000;

export async function hitsIn(
  orm: Queryable,
  found: readonly RunSummary[],
  search: SearchQuery,
  wanted: string,
): Promise<Map<string, RunHit>> {
  const hits = new Map<string, RunHit>();
  if (found.length === 0) return hits;
  const terms = search.alternatives.flat();
  const passages = await tellingPassages(orm, found, search, wanted);
  for (const run of found) {
    if (passages.get(run.runId) !== OWN_WORDS) continue;
    const hit = ownHit(run, terms);
    if (hit !== null) hits.set(run.runId, hit);
  }
  const callIds = [...passages.values()].filter((callId) => callId !== OWN_WORDS);
  for (const hit of await callHits(orm, callIds, terms)) hits.set(hit.runId, hit.hit);
  return hits;
}

/** The run's own words before those of its calls, and what was said in a call before the system prompt of all. */
async function tellingPassages(
  orm: Queryable,
  found: readonly RunSummary[],
  search: SearchQuery,
  wanted: string,
): Promise<Map<string, string>> {
  const said = passageQueries(search, () => []).wanted;
  // Read apart from the words: else the planner has the index list every passage that holds a common word.
  const theirs = inArray(
    runWords.runId,
    found.map((run) => run.runId),
  );
  const rows = await orm.execute<{ runId: string; callId: string }>(sql`
    select distinct on (run_id) run_id as "runId", call_id as "callId"
    from (select run_id, call_id, words from ${runWords} where ${theirs} offset 0) as theirs
    where words @@ ${wanted}::tsquery
    order by run_id, words @@ ${said}::tsquery desc, call_id`);
  return new Map(rows.map((row) => [row.runId, row.callId]));
}

function ownHit(run: RunSummary, terms: SearchQuery['excluded']): RunHit | null {
  for (const place of ['question', 'reason'] as const) {
    const excerpt = excerptOf(run[place] ?? '', terms);
    if (excerpt !== null) return { place, agent: null, symbol: null, ...excerpt };
  }
  return null;
}

async function callHits(
  orm: Queryable,
  callIds: readonly string[],
  terms: SearchQuery['excluded'],
): Promise<{ runId: string; hit: RunHit }[]> {
  if (callIds.length === 0) return [];
  const { callId, runId, agent, symbol, reply, messageHashes } = llmCalls;
  const calls: Call[] = await orm
    .select({ callId, runId, agent, symbol, reply: beginningOf(reply), messageHashes })
    .from(llmCalls)
    .where(inArray(callId, [...callIds]));
  const answered = new Map(calls.map((call) => [call.callId, excerptOf(call.reply ?? '', terms)]));
  const prompts = await promptsOf(
    orm,
    calls.filter((call) => !answered.get(call.callId)),
  );
  return calls.flatMap((call) => {
    const inAnswer = answered.get(call.callId) ?? null;
    const excerpt = inAnswer ?? firstExcerpt(call, prompts, terms);
    if (excerpt === null) return [];
    const place = inAnswer === null ? 'prompt' : 'answer';
    return [
      { runId: call.runId, hit: { place, agent: call.agent, symbol: call.symbol, ...excerpt } as const },
    ];
  });
}

async function promptsOf(orm: Queryable, calls: readonly Call[]): Promise<Map<string, string>> {
  const hashes = [...new Set(calls.flatMap((call) => call.messageHashes))];
  if (hashes.length === 0) return new Map();
  const rows = await orm
    .select({ sha256: messages.sha256, content: beginningOf(messages.content) })
    .from(messages)
    .where(inArray(messages.sha256, hashes));
  return new Map(rows.map((row) => [row.sha256, row.content]));
}

/** What was asked of this call alone comes last in it, after the system prompt. */
function firstExcerpt(call: Call, prompts: ReadonlyMap<string, string>, terms: SearchQuery['excluded']) {
  for (const hash of call.messageHashes.toReversed()) {
    const excerpt = excerptOf(prompts.get(hash) ?? '', terms);
    if (excerpt !== null) return excerpt;
  }
  return null;
}

function beginningOf<Column extends PgColumn>(text: Column): SQL<Column['_']['data']> {
  return sql`left(${text}, ${MOST_SHOWN})`;
}
