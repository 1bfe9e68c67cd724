import { createHash } from 'node:crypto';
import { asc, eq, inArray } from 'drizzle-orm';
import type { LlmCall } from '#domain/desk-event.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { createGroupCommit } from '../group-commit.ts';
import { defineRepository } from '../repository.ts';
import { storableText } from '../schema/columns.ts';
import { llmCalls, messages } from '../schema/llm.ts';
import { runs } from '../schema/runs.ts';
import { wordVectorOf } from '../search/word-vectors.ts';
import { withoutSecrets } from '../stored-secrets.ts';
import { rowsText } from './row-text.ts';
import { callVector } from './run-words.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';

type Message = LlmCall['messages'][number];

/** Shared by those who store calls, held alone by who forgets messages that no call has. */
export const MESSAGE_LOCK = 0x6d_65_73_73;

export function createLlmCallRepository(database: Database) {
  const { orm, sql } = database;
  // Calls that end together share a statement, which does not wait for the disk: they are the trace, as spans are.
  const write = createGroupCommit<LlmCall, void>(async (batch) => {
    const startedAtMs = await startsOf(orm, batch);
    const words = batch.flatMap((call) => wordsRow(call, startedAtMs.get(call.runId)));
    const texts = new Map(
      batch.flatMap(({ messages: told }) => told.map(messageRow)).map((row) => [row.sha256, row]),
    );
    // Sorted, so that two statements with the same messages cannot wait for each other.
    const sorted = [...texts.values()].toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1));
    await sql`
      with held as materialized (
        select ${sql.unsafe(NO_DISK_WAIT)}, pg_advisory_xact_lock_shared(${MESSAGE_LOCK})
      ), told as (
        insert into messages (sha256, role, content, words)
        select row.sha256, row.role, row.content, row.words
        from held, jsonb_populate_recordset(null::messages, ${rowsText(sorted)}::text::jsonb) as row
        on conflict do nothing
      ), found_by as (
        insert into run_words (run_id, call_id, started_at_ms, words)
        select row.run_id, row.call_id, row.started_at_ms, row.words
        from held, jsonb_populate_recordset(null::run_words, ${rowsText(words)}::text::jsonb) as row
        join runs using (run_id)
        on conflict do nothing
      ), asked as (
        update runs set asked_agents = array(select distinct unnest(asked_agents || now.agents) order by 1)
        from (
          select run_id, array_agg(distinct agent) as agents
          from jsonb_to_recordset(${rowsText(batch.map(askedRow))}::text::jsonb) as row(run_id text, agent text)
          group by run_id
        ) as now
        where runs.run_id = now.run_id and not asked_agents @> now.agents
      )
      insert into llm_calls
      select row.* from held, jsonb_populate_recordset(null::llm_calls, ${rowsText(batch.map(callRow))}::text::jsonb) as row
      on conflict do nothing`;
    return [];
  });

  return defineRepository(database, {
    /** A call id that is there already stays as it is. */
    add: (call: LlmCall): Promise<void> => write(withoutSecretTexts(call)),

    ofRun: (runId: string): Promise<LlmCall[]> => callsOfRun(orm, runId),
  });
}

/** Before a message is addressed by its content. */
function withoutSecretTexts(call: LlmCall): LlmCall {
  const { messages: told, reply, error } = call;
  return { ...call, ...withoutSecrets({ messages: told, reply, error }) };
}

export type LlmCallRepository = ReturnType<typeof createLlmCallRepository>;

/** The calls of a run as they were made. */
export const IN_ORDER = [asc(llmCalls.startedAtMs), asc(llmCalls.attempt), asc(llmCalls.callId)] as const;

export async function callsOfRun(orm: Queryable, runId: string): Promise<LlmCall[]> {
  const rows = await orm
    .select()
    .from(llmCalls)
    .where(eq(llmCalls.runId, runId))
    .orderBy(...IN_ORDER);
  return withMessages(orm, rows);
}

export async function callById(orm: Queryable, callId: string): Promise<LlmCall | undefined> {
  const rows = await orm.select().from(llmCalls).where(eq(llmCalls.callId, callId));
  const [call] = await withMessages(orm, rows);
  return call;
}

async function withMessages(
  orm: Queryable,
  rows: readonly (typeof llmCalls.$inferSelect)[],
): Promise<LlmCall[]> {
  const hashes = [...new Set(rows.flatMap((row) => row.messageHashes))];
  const stored =
    hashes.length === 0
      ? []
      : await orm
          .select({ sha256: messages.sha256, role: messages.role, content: messages.content })
          .from(messages)
          .where(inArray(messages.sha256, hashes));
  const byHash = new Map<string, Message>(stored.map(({ sha256, ...message }) => [sha256, message]));
  return rows.map(({ messageHashes, ...call }) => ({
    ...call,
    messages: messageHashes.flatMap((hash) => byHash.get(hash) ?? []),
  }));
}

function callRow({ messages: told, ...attempt }: LlmCall) {
  return { ...attempt, messageHashes: told.map((message) => messageRow(message).sha256) };
}

async function startsOf(orm: Queryable, calls: readonly LlmCall[]): Promise<Map<string, EpochMs>> {
  const runIds = [...new Set(calls.map(({ runId }) => runId))];
  const { runId, startedAtMs } = runs;
  const rows = await orm.select({ runId, startedAtMs }).from(runs).where(inArray(runId, runIds));
  return new Map(rows.map((row) => [row.runId, row.startedAtMs]));
}

/** None for a call of no run, such as a prompt that was tried. */
function wordsRow({ runId, callId, reply, messages: told }: LlmCall, startedAtMs: EpochMs | undefined) {
  if (startedAtMs === undefined) return [];
  const words = callVector({ reply, startedAtMs, messages: told.map(messageRow) });
  return [{ runId, callId, startedAtMs, words }];
}

function askedRow({ runId, agent }: LlmCall) {
  return { runId, agent };
}

export function messageRow(message: Message) {
  const { role } = message;
  const content = storableText(message.content);
  const sha256 = createHash('sha256').update(`${role}\0${content}`).digest('hex');
  return { sha256, role, content, words: role === 'system' ? wordVectorOf([{ text: content }]) : null };
}
