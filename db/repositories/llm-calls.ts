import type { LlmCall } from '#domain/desk-event.ts';
import { keepLatest } from '#domain/latest.ts';
import type { KeptCall } from '#domain/run-trace.ts';
import type { Database } from '../client.ts';
import { createGroupCommit } from '../group-commit.ts';
import { defineRepository } from '../repository.ts';
import { hideSecrets } from '../stored-secrets.ts';
import { createCallWords, type SaidCall } from './call-words.ts';
import { callsOfRun, type MessageRow, messageRow } from './called-messages.ts';
import { rowsText } from './row-text.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';

type Message = LlmCall['messages'][number];

interface ToldCall {
  readonly call: KeptCall;
  /** Its messages as they are stored. */
  readonly told: readonly MessageRow[];
}

/** As many prompts as desks, shadows and trials work with at a time. */
const REMEMBERED = 64;

/** Shared by those who store calls, held alone by who forgets messages that no call has. */
export const MESSAGE_LOCK = 0x6d_65_73_73;

export function createLlmCallRepository(database: Database, callWords = createCallWords(database)) {
  const { orm, sql: client } = database;
  const rowOfMessage = rememberPrompts();
  // Calls that end together share a statement, which does not wait for the disk: they are the trace, as spans are.
  const write = createGroupCommit<ToldCall, void>(async (batch) => {
    const texts = new Map(batch.flatMap(({ told }) => told).map((row) => [row.sha256, row]));
    // Sorted, so that two statements with the same messages cannot wait for each other.
    const sorted = [...texts.values()].toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1));
    await client`
      with held as materialized (
        select ${client.unsafe(NO_DISK_WAIT)}, pg_advisory_xact_lock_shared(${MESSAGE_LOCK})
      ), told as (
        insert into messages (sha256, role, content, words)
        select row.sha256, row.role, row.content, row.words
        from held, jsonb_populate_recordset(null::messages, ${rowsText(sorted)}::text::jsonb) as row
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

  function toldOf(call: LlmCall): ToldCall {
    const storable = withoutSecretTexts(call);
    return { call: storable, told: storable.messages.map(rowOfMessage) };
  }

  return defineRepository(database, {
    /** With its words. A call id that is there already stays as it is. */
    async add(call: LlmCall): Promise<void> {
      const told = toldOf(call);
      await write(told);
      await callWords.now([saidIn(told)]);
    },

    /** The call alone: whoever goes on with its answer does not wait for its words, which follow. */
    async addBeforeItsWords(call: LlmCall): Promise<void> {
      const told = toldOf(call);
      await write(told);
      callWords.soon(saidIn(told));
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

function callRow({ call: { messages: _kept, ...attempt }, told }: ToldCall) {
  return { ...attempt, messageHashes: told.map(({ sha256 }) => sha256) };
}

function saidIn({ call: { runId, callId, reply }, told }: ToldCall): SaidCall {
  return { runId, callId, reply, messages: told };
}

function askedRow({ call: { runId, agent } }: ToldCall) {
  return { runId, agent };
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
