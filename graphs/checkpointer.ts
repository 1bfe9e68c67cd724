/**
 * LangGraph's checkpoints in Postgres, with one statement where the library sends one for every channel and every write
 * between a BEGIN and a COMMIT: a cycle's 260 round trips become 35. Tables, rows and reading are the library's own.
 *
 * What is put is on its way to the database when the next step begins, and there before the checkpoint after that leaves:
 * a killed process loses none of it, but for the newest step where every connection was busy and for what a fan-out's task
 * has written a moment ago, and what cannot be written fails the run a step later. Whoever lets go of a run awaits
 * `written` first.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  type ChannelVersions,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
  WRITES_IDX_MAP,
} from '@langchain/langgraph-checkpoint';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type { Pool, QueryConfig } from 'pg';

export const CHECKPOINT_SCHEMA = 'langgraph';

const PUT = `
  with blobs as (
    insert into ${CHECKPOINT_SCHEMA}.checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
    select $1, $2, b.* from unnest($3::text[], $4::text[], $5::text[], $6::bytea[]) as b
    on conflict do nothing
  ), writes as (
    ${insertWrites(11)} do nothing
  )
  insert into ${CHECKPOINT_SCHEMA}.checkpoints
    (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
  values ($1, $2, $7, $8, $9, $10)
  on conflict (thread_id, checkpoint_ns, checkpoint_id)
  do update set checkpoint = excluded.checkpoint, metadata = excluded.metadata`;

const KEEP_WRITES = `${insertWrites(1)} do nothing`;
const REPLACE_WRITES = `${insertWrites(1)}
  do update set channel = excluded.channel, type = excluded.type, blob = excluded.blob`;

const DELETE_THREAD = `
  with blobs as (delete from ${CHECKPOINT_SCHEMA}.checkpoint_blobs where thread_id = $1),
    writes as (delete from ${CHECKPOINT_SCHEMA}.checkpoint_writes where thread_id = $1)
  delete from ${CHECKPOINT_SCHEMA}.checkpoints where thread_id = $1`;

/** A row of `checkpoint_writes`. */
type WriteRow = readonly unknown[];

/** What this process has put of a run. */
interface Thread {
  /** Up to the newest checkpoint. */
  readonly earlier: Promise<unknown>;
  /** The writes of tasks since. */
  readonly newest: readonly Promise<unknown>[];
  /** Those that wait for others. */
  readonly held: readonly WriteRow[];
}

/** The checkpoint after a single task comes sooner, and takes its writes along; of a fan-out many end together. */
const HELD_FOR_MS = 2;
/** A run is taken over by another process after seconds alone; it is begun in less. */
const BARE_FOR_MS = 1_000;

export class Checkpointer extends PostgresSaver {
  readonly #pool: Pool;
  readonly #threads = new Map<string, Thread>();
  readonly #elapsedMs: () => number;
  /** When threads were looked for that had no checkpoint. */
  readonly #bare = new Map<string, number>();

  /** `elapsedMs` goes on by itself, whatever the clock on the wall is set to. */
  constructor(pool: Pool, elapsedMs: () => number) {
    super(pool, undefined, { schema: CHECKPOINT_SCHEMA });
    this.#pool = pool;
    this.#elapsedMs = elapsedMs;
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { thread_id, checkpoint_ns = '', checkpoint_id = null } = config.configurable ?? {};
    this.#bare.delete(thread_id);
    const [blobs, storedMetadata] = await Promise.all([
      this._dumpBlobs(thread_id, checkpoint_ns, checkpoint.channel_values, newVersions),
      this._dumpMetadata(metadata),
    ]);
    const [, , channels, versions, types, bodies] = columnsOf(blobs, 6);
    await this.#told(thread_id, ({ earlier }) => earlier);
    const { held, newest } = this.#threadOf(thread_id);
    const writing = this.#send({
      name: 'put_checkpoint',
      text: PUT,
      values: [
        ...[thread_id, checkpoint_ns, channels, versions, types, bodies?.map(bytesOf)],
        ...[checkpoint.id, checkpoint_id, this._dumpCheckpoint(checkpoint), storedMetadata],
        ...writeColumns(held),
      ],
    });
    const all = Promise.all([...newest, writing]);
    // Whoever awaits it later hears of its failure.
    all.catch(() => undefined);
    this.#threads.set(thread_id, { earlier: all, newest: [], held: [] });
    return { configurable: { thread_id, checkpoint_ns, checkpoint_id: checkpoint.id } };
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const { thread_id, checkpoint_ns = '', checkpoint_id } = config.configurable ?? {};
    const dumped = await this._dumpWrites(thread_id, checkpoint_ns, checkpoint_id, taskId, writes);
    if (!writes.every(([channel]) => channel in WRITES_IDX_MAP)) return this.#hold(thread_id, dumped);
    // One statement may replace a row once: of writes to one place the last one stands.
    const rows = [...new Map(dumped.map((row) => [row[4], row])).values()];
    // Of two that replace each other the last one has to arrive last.
    await this.#told(thread_id, ({ newest }) => Promise.all(newest));
    this.#write(thread_id, { name: 'replace_writes', text: REPLACE_WRITES, values: writeColumns(rows) });
  }

  #hold(threadId: string, rows: readonly WriteRow[]): void {
    const { held, ...thread } = this.#threadOf(threadId);
    this.#threads.set(threadId, { ...thread, held: [...held, ...rows] });
    if (held.length === 0) setTimeout(() => this.#release(threadId), HELD_FOR_MS);
  }

  #release(threadId: string): void {
    const { held, ...thread } = this.#threadOf(threadId);
    if (held.length === 0) return;
    this.#threads.set(threadId, { ...thread, held: [] });
    this.#write(threadId, { name: 'keep_writes', text: KEEP_WRITES, values: writeColumns(held) });
  }

  #write(threadId: string, statement: QueryConfig): void {
    const writing = this.#send(statement);
    const thread = this.#threadOf(threadId);
    this.#threads.set(threadId, { ...thread, newest: [...thread.newest, writing] });
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const threadId = config.configurable?.thread_id;
    await this.written(threadId);
    const bareAt = this.#bare.get(threadId);
    if (bareAt !== undefined && this.#elapsedMs() - bareAt < BARE_FOR_MS) return undefined;
    const found = await super.getTuple(config);
    if (found === undefined) this.#bare.set(threadId, this.#elapsedMs());
    return found;
  }

  /** Lets what was looked for in vain be looked for again: another process may have had the run since. */
  lookAnew(threadId: string): void {
    this.#bare.delete(threadId);
  }

  /** Resolves once everything this process has put of a thread is in the database. @throws what kept it from being */
  async written(threadId: string): Promise<void> {
    this.#release(threadId);
    const thread = this.#threadOf(threadId);
    await this.#told(threadId, ({ earlier, newest }) => Promise.all([earlier, ...newest]));
    if (this.#threads.get(threadId) === thread) this.#threads.delete(threadId);
  }

  /** A failure is told once: whoever goes on with the run begins with what is in the database. */
  async #told(threadId: string, part: (thread: Thread) => Promise<unknown>): Promise<void> {
    try {
      await part(this.#threadOf(threadId));
    } catch (thrown) {
      this.#threads.delete(threadId);
      throw thrown;
    }
  }

  #threadOf(threadId: string): Thread {
    return this.#threads.get(threadId) ?? { earlier: Promise.resolve(), newest: [], held: [] };
  }

  #send(statement: QueryConfig): Promise<unknown> {
    const writing = this.#pool.query(statement);
    // Whoever awaits it later hears of its failure.
    writing.catch(() => undefined);
    return writing;
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.written(threadId).catch(() => undefined);
    this.#threads.delete(threadId);
    await this.#pool.query({ name: 'delete_thread', text: DELETE_THREAD, values: [threadId] });
  }
}

/** Rows of `width` values turned into columns, as `unnest` wants them. */
function columnsOf(rows: readonly (readonly unknown[])[], width: number): unknown[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
}

/** Its parameters are the columns of `writeColumns`, the first of them `$first`. A declaration, so that the texts above can use it. */
function insertWrites(first: number): string {
  const types = ['text', 'text', 'text', 'text', 'int', 'text', 'text', 'bytea'];
  const columns = types.map((type, column) => `$${first + column}::${type}[]`);
  return `
    insert into ${CHECKPOINT_SCHEMA}.checkpoint_writes
      (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, blob)
    select w.* from unnest(${columns.join(', ')}) as w
    on conflict (thread_id, checkpoint_ns, checkpoint_id, task_id, idx)`;
}

function writeColumns(rows: readonly WriteRow[]): unknown[][] {
  const columns = columnsOf(rows, 8);
  return [...columns.slice(0, 7), (columns[7] ?? []).map(bytesOf)];
}

/** The driver takes byte arrays for text inside an array, and buffers for bytes. */
function bytesOf(body: unknown): Buffer | null {
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : null;
}
