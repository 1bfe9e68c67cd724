import { createHash } from 'node:crypto';
import { asc, eq, inArray } from 'drizzle-orm';
import type { LlmCall } from '#domain/desk-event.ts';
import { keepLatest } from '#domain/latest.ts';
import type { KeptCall } from '#domain/run-trace.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { createGroupCommit } from '../group-commit.ts';
import { defineRepository } from '../repository.ts';
import { storableText } from '../schema/columns.ts';
import { llmCalls, messages } from '../schema/llm.ts';
import { runs } from '../schema/runs.ts';
import { wordVectorOf } from '../search/word-vectors.ts';
import { hideSecrets } from '../stored-secrets.ts';
import { rowsText } from './row-text.ts';
import { callVector } from './run-words.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';
import { keepWordDays } from './word-days.ts';

type Message = LlmCall['messages'][number];

interface ToldCall {
  readonly call: KeptCall;
  /** Its messages as they are stored. */
  readonly told: readonly MessageRow[];
}

/** As many prompts, and as many runs, as desks, shadows and trials work with at a time. */
const REMEMBERED = 64;

/** Shared by those who store calls, held alone by who forgets messages that no call has. */
export const MESSAGE_LOCK = 0x6d_65_73_73;

export function createLlmCallRepository(database: Database) {
  const { orm, sql } = database;
  const rowOfMessage = rememberPrompts();
  const startsOf = rememberStarts(orm);
  // Calls that end together share a statement, which does not wait for the disk: they are the trace, as spans are.
  const write = createGroupCommit<ToldCall, void>(async (batch) => {
    const starts = await startsOf(batch.map(({ call }) => call.runId));
    const words = batch.flatMap((told) => wordsRow(told, starts.get(told.call.runId)));
    const texts = new Map(batch.flatMap(({ told }) => told).map((row) => [row.sha256, row]));
    // Sorted, so that two statements with the same messages cannot wait for each other.
    const sorted = [...texts.values()].toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1));
    await keepWordDays(orm, words, { waitsForDisk: false });
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
    add: (call: LlmCall): Promise<void> => {
      const storable = withoutSecretTexts(call);
      return write({ call: storable, told: storable.messages.map(rowOfMessage) });
    },

    ofRun: (runId: string): Promise<KeptCall[]> => callsOfRun(orm, runId),
  });
}

/** Before a message is addressed by its content. */
function withoutSecretTexts(call: LlmCall): KeptCall {
  const { messages: told, reply, error } = call;
  const { value: texts, hidden } = hideSecrets({ messages: told, reply, error });
  return { ...call, ...texts, hiddenFields: hidden };
}

export type LlmCallRepository = ReturnType<typeof createLlmCallRepository>;

/** The calls of a run as they were made. */
export const IN_ORDER = [asc(llmCalls.startedAtMs), asc(llmCalls.attempt), asc(llmCalls.callId)] as const;

export async function callsOfRun(orm: Queryable, runId: string): Promise<KeptCall[]> {
  const rows = await orm
    .select()
    .from(llmCalls)
    .where(eq(llmCalls.runId, runId))
    .orderBy(...IN_ORDER);
  return withMessages(orm, rows);
}

export async function callById(orm: Queryable, callId: string): Promise<KeptCall | undefined> {
  const rows = await orm.select().from(llmCalls).where(eq(llmCalls.callId, callId));
  const [call] = await withMessages(orm, rows);
  return call;
}

async function withMessages(
  orm: Queryable,
  rows: readonly (typeof llmCalls.$inferSelect)[],
): Promise<KeptCall[]> {
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

function callRow({ call: { messages: _kept, ...attempt }, told }: ToldCall) {
  return { ...attempt, messageHashes: told.map(({ sha256 }) => sha256) };
}

/** None for a call of no run, such as a prompt that was tried. */
function wordsRow({ call, told }: ToldCall, startedAtMs: EpochMs | undefined) {
  if (startedAtMs === undefined) return [];
  const { runId, callId, reply } = call;
  const words = callVector({ reply, startedAtMs, messages: told });
  return [{ runId, callId, startedAtMs, words }];
}

function askedRow({ call: { runId, agent } }: ToldCall) {
  return { runId, agent };
}

type MessageRow = ReturnType<typeof messageRow>;

export function messageRow(message: Message) {
  const { role } = message;
  const content = storableText(message.content);
  const sha256 = createHash('sha256').update(`${role}\0${content}`).digest('hex');
  return { sha256, role, content, words: role === 'system' ? wordVectorOf([{ text: content }]) : null };
}

/** A system prompt is long and the same in one call after the other: its words are read once. */
function rememberPrompts(): (message: Message) => MessageRow {
  const known = keepLatest<string, MessageRow>(REMEMBERED);
  return (message) => {
    if (message.role !== 'system') return messageRow(message);
    const row = known.get(message.content) ?? messageRow(message);
    known.set(message.content, row);
    return row;
  };
}

/** When runs started, which never changes; a run that is not there yet is looked for again. */
function rememberStarts(orm: Queryable): (runIds: Iterable<string>) => Promise<Map<string, EpochMs>> {
  const known = keepLatest<string, EpochMs>(REMEMBERED);
  const { runId, startedAtMs } = runs;
  return async (runIds) => {
    const starts = new Map<string, EpochMs>();
    const unknown: string[] = [];
    for (const asked of new Set(runIds)) {
      const startedAt = known.get(asked);
      if (startedAt === undefined) unknown.push(asked);
      else starts.set(asked, startedAt);
    }
    if (unknown.length === 0) return starts;
    for (const row of await orm.select({ runId, startedAtMs }).from(runs).where(inArray(runId, unknown))) {
      known.set(row.runId, row.startedAtMs);
      starts.set(row.runId, row.startedAtMs);
    }
    return starts;
  };
}
