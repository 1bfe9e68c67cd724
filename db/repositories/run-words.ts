/** Keeps what a search finds runs by (schema/runs.ts). A call or a run that is not there leaves no words. */
import { sql } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { runWords } from '../schema/runs.ts';
import { messageMark, type Passage, spanMark, spanOf, wordVectorOf } from '../search/word-vectors.ts';
import { keepWordDays } from './word-days.ts';

export interface OwnText {
  readonly runId: string;
  readonly startedAtMs: EpochMs;
  readonly question: string | null;
  readonly reason: string | null;
}

export const OWN_WORDS = '';

/** What a run says of itself, in place of what it said before. */
export async function keepOwnWords(orm: Queryable, own: readonly OwnText[]): Promise<void> {
  if (own.length === 0) return;
  const rows = own.map((text) => ({
    runId: text.runId,
    callId: OWN_WORDS,
    startedAtMs: text.startedAtMs,
    words: ownVector(text),
  }));
  await keepWordDays(orm, rows, { waitsForDisk: true });
  await orm
    .insert(runWords)
    .values(rows)
    .onConflictDoUpdate({
      target: [runWords.runId, runWords.callId],
      set: { words: sql`excluded.words` },
    });
}

export function ownVector({ runId, startedAtMs, question, reason }: OwnText): string {
  const said = [runId, question ?? '', reason ?? ''].map((text) => ({ text }));
  return wordVectorOf(said, [spanMark(spanOf(startedAtMs))]);
}

export interface SaidInCall {
  /** Of the run. */
  readonly startedAtMs: EpochMs;
  readonly reply: string | null;
  readonly messages: readonly { readonly role: string; readonly content: string; readonly sha256: string }[];
}

/** The answer before the prompt: what a long prompt pushes out is its own end. */
export function callVector({ reply, messages, startedAtMs }: SaidInCall): string {
  const asked = messages.filter(({ role }) => role !== 'system');
  const shared = messages.filter(({ role }) => role === 'system');
  const passages: Passage[] = [
    { text: reply ?? '' },
    ...asked.map(({ content }) => ({ text: content, withoutNumbers: true })),
  ];
  return wordVectorOf(passages, [
    ...shared.map(({ sha256 }) => messageMark(sha256)),
    spanMark(spanOf(startedAtMs)),
  ]);
}
