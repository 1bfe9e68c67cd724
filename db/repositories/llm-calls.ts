import { createHash } from 'node:crypto';
import { asc, eq, gte, inArray, sql, sum } from 'drizzle-orm';
import type { LlmCall } from '#domain/desk-event.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { storableText } from '../schema/columns.ts';
import { llmCalls, messages } from '../schema/llm.ts';

type Message = LlmCall['messages'][number];

/** Shared by those who store calls, held alone by who forgets messages that no call has. */
export const MESSAGE_LOCK = 0x6d_65_73_73;

export function createLlmCallRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** A call id that is there already stays as it is. */
    add: (call: LlmCall): Promise<void> =>
      orm.transaction(async (transaction) => {
        const rows = call.messages.map(messageRow);
        const { messages: _stored, ...attempt } = call;
        if (rows.length > 0) {
          await transaction.execute(sql`select pg_advisory_xact_lock_shared(${MESSAGE_LOCK})`);
          // Sorted, so that two calls with the same messages cannot wait for each other.
          await transaction
            .insert(messages)
            .values(rows.toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1)))
            .onConflictDoNothing();
        }
        await transaction
          .insert(llmCalls)
          .values({
            ...attempt,
            reply: call.reply === null ? null : storableText(call.reply),
            error: call.error === null ? null : storableText(call.error),
            messageHashes: rows.map((row) => row.sha256),
          })
          .onConflictDoNothing();
      }),

    ofRun: (runId: string): Promise<LlmCall[]> => callsOfRun(orm, runId),

    /** US dollars of the calls started since `fromMs`; unknown costs count as nothing. */
    async costSince(fromMs: EpochMs): Promise<number> {
      const [row] = await orm
        .select({ costUsd: sum(llmCalls.costUsd).mapWith(Number) })
        .from(llmCalls)
        .where(gte(llmCalls.startedAtMs, fromMs));
      return row?.costUsd ?? 0;
    },
  });
}

export type LlmCallRepository = ReturnType<typeof createLlmCallRepository>;

export async function callsOfRun(orm: Queryable, runId: string): Promise<LlmCall[]> {
  const rows = await orm
    .select()
    .from(llmCalls)
    .where(eq(llmCalls.runId, runId))
    .orderBy(asc(llmCalls.startedAtMs), asc(llmCalls.attempt), asc(llmCalls.callId));
  const hashes = [...new Set(rows.flatMap((row) => row.messageHashes))];
  const stored =
    hashes.length === 0 ? [] : await orm.select().from(messages).where(inArray(messages.sha256, hashes));
  const byHash = new Map<string, Message>(stored.map(({ sha256, ...message }) => [sha256, message]));
  return rows.map(({ messageHashes, ...call }) => ({
    ...call,
    messages: messageHashes.flatMap((hash) => byHash.get(hash) ?? []),
  }));
}

function messageRow(message: Message): typeof messages.$inferInsert {
  const { role } = message;
  const content = storableText(message.content);
  return { sha256: createHash('sha256').update(`${role}\0${content}`).digest('hex'), role, content };
}
