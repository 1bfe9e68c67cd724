/** What a search found in the runs of one page: for each the passage that tells most, and the words around. */
import { inArray, sql } from 'drizzle-orm';
import type { RunHit, RunSummary } from '#domain/run.ts';
import type { SearchQuery } from '#domain/search-query.ts';
import type { Queryable } from '../client.ts';
import { llmCalls, messages } from '../schema/llm.ts';
import { runWords } from '../schema/runs.ts';
import { excerptOf } from '../search/excerpt.ts';
import { passageQueries } from '../search/word-vectors.ts';
import { OWN_WORDS } from './run-words.ts';

/** The passage that tells most of a run: its own, with an empty call id, or what was asked and answered in a call. */
type Passage = Pick<
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
  const own = new Set(passages.filter(({ callId }) => callId === OWN_WORDS).map(({ runId }) => runId));
  for (const run of found) {
    const hit = own.has(run.runId) ? ownHit(run, terms) : null;
    if (hit !== null) hits.set(run.runId, hit);
  }
  const calls = passages.filter(({ callId }) => callId !== OWN_WORDS);
  for (const hit of await callHits(orm, calls, terms)) hits.set(hit.runId, hit.hit);
  return hits;
}

/** The run's own words before those of its calls, and what was said in a call before the system prompt of all. */
async function tellingPassages(
  orm: Queryable,
  found: readonly RunSummary[],
  search: SearchQuery,
  wanted: string,
): Promise<readonly Passage[]> {
  const said = passageQueries(search, () => []).wanted;
  // Read apart from the words: else the planner has the index list every passage that holds a common word.
  const theirs = inArray(
    runWords.runId,
    found.map((run) => run.runId),
  );
  return orm.execute<Passage>(sql`
    select telling.run_id as "runId", telling.call_id as "callId", agent, symbol, left(reply, ${MOST_SHOWN}) as reply,
      message_hashes as "messageHashes"
    from (
      select distinct on (run_id) run_id, call_id
      from (select run_id, call_id, words from ${runWords} where ${theirs} offset 0) as theirs
      where words @@ ${wanted}::tsquery
      order by run_id, words @@ ${said}::tsquery desc, call_id
    ) as telling
    left join ${llmCalls} on ${llmCalls.callId} = telling.call_id`);
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
  calls: readonly Passage[],
  terms: SearchQuery['excluded'],
): Promise<{ runId: string; hit: RunHit }[]> {
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

async function promptsOf(orm: Queryable, calls: readonly Passage[]): Promise<Map<string, string>> {
  const hashes = [...new Set(calls.flatMap((call) => call.messageHashes))];
  if (hashes.length === 0) return new Map();
  const rows = await orm
    .select({ sha256: messages.sha256, content: sql<string>`left(${messages.content}, ${MOST_SHOWN})` })
    .from(messages)
    .where(inArray(messages.sha256, hashes));
  return new Map(rows.map((row) => [row.sha256, row.content]));
}

/** What was asked of this call alone comes last in it, after the system prompt. */
function firstExcerpt(call: Passage, prompts: ReadonlyMap<string, string>, terms: SearchQuery['excluded']) {
  for (const hash of call.messageHashes.toReversed()) {
    const excerpt = excerptOf(prompts.get(hash) ?? '', terms);
    if (excerpt !== null) return excerpt;
  }
  return null;
}
