/**
 * The words that a search finds a model call by. An answer does not wait for them: they follow its row together with
 * those of the calls beside it. A run gets its record when they are there; what a killed process has left out is made of
 * its calls then.
 */
import { inArray, sql as text } from 'drizzle-orm';
import { keepLatest } from '#domain/latest.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { runs, runWords } from '../schema/runs.ts';
import { wordlessCalls } from './called-messages.ts';
import { rowsText } from './row-text.ts';
import { callVector, type SaidInCall } from './run-words.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';
import { keepWordDays } from './word-days.ts';

export interface SaidCall extends Omit<SaidInCall, 'startedAtMs'> {
  readonly runId: string;
  readonly callId: string;
}

export interface CallWords {
  /** Keeps them within a while, without being awaited. */
  soon(said: SaidCall): void;
  /** Keeps them now. */
  now(said: readonly SaidCall[]): Promise<void>;
  /** Resolves when nothing of what was said is left to be kept; what failed is told by `isWordless`. */
  kept(): Promise<void>;
}

/** A fan-out answers within less, and what comes next is asked by then. */
const KEPT_WITHIN_MS = 60;
/** As many runs as desks, shadows and trials work with at a time. */
const RUNS_REMEMBERED = 64;

export function createCallWords(
  { orm, sql }: Pick<Database, 'orm' | 'sql'>,
  later: (work: () => void) => void = (work) => void setTimeout(work, KEPT_WITHIN_MS),
): CallWords {
  const startsOf = rememberStarts(orm);
  let waiting: SaidCall[] = [];
  let keeping: Promise<void> = Promise.resolve();

  async function now(said: readonly SaidCall[]): Promise<void> {
    const starts = await startsOf(said.map(({ runId }) => runId));
    // A call of no run, such as a prompt that was tried, has none.
    const rows = said.flatMap((call) => wordsRow(call, starts.get(call.runId)) ?? []);
    if (rows.length === 0) return;
    await keepWordDays(orm, rows, { waitsForDisk: false });
    await sql`
      insert into run_words (run_id, call_id, started_at_ms, words)
      select row.run_id, row.call_id, row.started_at_ms, row.words
      from (select ${sql.unsafe(NO_DISK_WAIT)}) as held,
        jsonb_populate_recordset(null::run_words, ${rowsText(rows)}::text::jsonb) as row
      join runs using (run_id)
      on conflict do nothing`;
  }

  function keepWaiting(): void {
    const said = waiting;
    waiting = [];
    // One that cannot be kept is made of its row when its run ends, and keeps none beside it from being kept.
    keeping = keeping
      .then(() => now(said))
      .catch(() => Promise.allSettled(said.map((call) => now([call]))))
      .then(() => undefined);
  }

  return {
    soon(said) {
      waiting.push(said);
      if (waiting.length === 1) later(keepWaiting);
    },
    now,
    async kept() {
      if (waiting.length > 0) keepWaiting();
      await keeping;
    },
  };
}

/**
 * Whether a call of this run has no words: a column for what a statement on `runs` returns. The run's id is written out,
 * since a column alone would stand there without its table, and be the call's own.
 */
export const isWordless = text<boolean>`exists (
  select from llm_calls as call where call.run_id = runs.run_id and not exists (
    select from ${runWords} as said where said.run_id = call.run_id and said.call_id = call.call_id))`;

/** Keeps the words of every call of a run that has none yet. */
export async function keepMissingWords(
  transaction: Queryable,
  { runId, startedAtMs }: { readonly runId: string; readonly startedAtMs: EpochMs },
): Promise<void> {
  const calls = await wordlessCalls(transaction, runId);
  const rows = calls.flatMap((call) => wordsRow(call, startedAtMs) ?? []);
  if (rows.length === 0) return;
  await keepWordDays(transaction, rows, { waitsForDisk: true });
  await transaction.insert(runWords).values(rows).onConflictDoNothing();
}

function wordsRow({ runId, callId, reply, messages }: SaidCall, startedAtMs: EpochMs | undefined) {
  if (startedAtMs === undefined) return null;
  return { runId, callId, startedAtMs, words: callVector({ startedAtMs, reply, messages }) };
}

/** When runs started, which never changes; a run that is not there yet is looked for again. */
function rememberStarts(orm: Queryable): (runIds: Iterable<string>) => Promise<Map<string, EpochMs>> {
  const known = keepLatest<string, EpochMs>(RUNS_REMEMBERED);
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
