/** Answers that may be given again to the very same request, by its hash. */
import { and, eq, gte, lt } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { storableText } from '../schema/columns.ts';
import { answerCache } from '../schema/llm.ts';

export type AnswerRow = typeof answerCache.$inferSelect;

export function createAnswerCacheRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    async find(sha256: string, sinceMs: EpochMs): Promise<Pick<AnswerRow, 'reply' | 'createdAtMs'> | null> {
      const [row] = await orm
        .select({ reply: answerCache.reply, createdAtMs: answerCache.createdAtMs })
        .from(answerCache)
        .where(and(eq(answerCache.sha256, sha256), gte(answerCache.createdAtMs, sinceMs)));
      return row ?? null;
    },

    /** A newer answer takes the place of one that was too old to be given again. */
    async keep({ sha256, ...answer }: AnswerRow): Promise<void> {
      const stored = { ...answer, reply: storableText(answer.reply) };
      await orm
        .insert(answerCache)
        .values({ sha256, ...stored })
        .onConflictDoUpdate({ target: answerCache.sha256, set: stored });
    },

    async prune(givenBeforeMs: EpochMs): Promise<void> {
      await orm.delete(answerCache).where(lt(answerCache.createdAtMs, givenBeforeMs));
    },
  });
}
