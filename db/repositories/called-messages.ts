/** Model calls as they are stored, with the messages that they share by their content. */
import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { LlmCall } from '#domain/desk-event.ts';
import type { KeptCall } from '#domain/run-trace.ts';
import type { Queryable } from '../client.ts';
import { storableText } from '../schema/columns.ts';
import { llmCalls, messages } from '../schema/llm.ts';
import { wordVectorOf } from '../search/word-vectors.ts';

type Message = LlmCall['messages'][number];

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

/** Those of a run that no search finds by their words yet. */
export async function wordlessCalls(orm: Queryable, runId: string) {
  const hasNone = sql`not exists (
    select from run_words where run_words.run_id = ${llmCalls.runId} and run_words.call_id = ${llmCalls.callId})`;
  const rows = await orm
    .select()
    .from(llmCalls)
    .where(and(eq(llmCalls.runId, runId), hasNone));
  const found = await withMessages(orm, rows);
  return found.map(({ callId, reply, messages: told }) => ({
    ...{ runId, callId, reply },
    messages: told.map(messageRow),
  }));
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

export type MessageRow = ReturnType<typeof messageRow>;

export function messageRow(message: Message) {
  const { role } = message;
  const content = storableText(message.content);
  const sha256 = createHash('sha256').update(`${role}\0${content}`).digest('hex');
  return { sha256, role, content, words: role === 'system' ? wordVectorOf([{ text: content }]) : null };
}
