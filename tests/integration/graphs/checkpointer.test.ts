import { emptyCheckpoint, type PendingWrite } from '@langchain/langgraph-checkpoint';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKPOINT_SCHEMA, Checkpointer } from '#graphs/checkpointer.ts';
import { migrateCheckpoints } from '#graphs/graph-runner.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await migrateCheckpoints(pool);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const METADATA = { source: 'loop', step: 1, parents: {} } as const;
const RESUME = '__resume__';
/** In the test's hand. */
let nowMs = 0;
const elapsedMs = () => nowMs;

describe('the checkpointer', () => {
  test('stores the rows the library stores', async () => {
    await walk(new PostgresSaver(pool, undefined, { schema: CHECKPOINT_SCHEMA }), 'library');
    const ours = new Checkpointer(pool, elapsedMs);
    await walk(ours, 'ours');
    await ours.written('ours');
    for (const table of ['checkpoints', 'checkpoint_blobs', 'checkpoint_writes']) {
      const theirs = await rowsOf(table, 'library');
      expect(theirs.length).toBeGreaterThan(0);
      expect(await rowsOf(table, 'ours')).toEqual(theirs);
    }
  });

  test('gives back values, versions and pending writes as the library does', async () => {
    const library = new PostgresSaver(pool, undefined, { schema: CHECKPOINT_SCHEMA });
    const writer = new Checkpointer(pool, elapsedMs);
    await walk(writer, 'read');
    await writer.written('read');
    const [ours, theirs] = await Promise.all([
      new Checkpointer(pool, elapsedMs).getTuple(configOf('read')),
      library.getTuple(configOf('read')),
    ]);
    expect(ours).toEqual(theirs);
    expect(ours?.checkpoint.channel_values).toEqual({
      text: 'a \u0000 and "quotes" \\ ü',
      list: [1, { two: null }],
    });
    expect(ours?.parentConfig?.configurable?.checkpoint_id).toBe('c-1');
  });

  test('keeps the first of ordinary writes and the last of special ones', async () => {
    const checkpointer = new Checkpointer(pool, elapsedMs);
    await walk(checkpointer, 'again');
    const config = configOf('again', 'c-2');
    await checkpointer.putWrites(config, [['list', 'too late']], 'task-1');
    await checkpointer.putWrites(config, [[RESUME, 'second']], 'task-2');
    await checkpointer.putWrites(
      config,
      [
        [RESUME, 'third'],
        [RESUME, 'fourth'],
      ],
      'task-2',
    );
    const tuple = await checkpointer.getTuple(configOf('again'));
    expect(tuple?.pendingWrites).toEqual([
      ['task-1', 'list', [9]],
      ['task-1', 'empty', null],
      ['task-2', RESUME, 'fourth'],
    ]);
  });

  test('deletes one thread and leaves the others', async () => {
    const checkpointer = new Checkpointer(pool, elapsedMs);
    await walk(checkpointer, 'gone');
    await walk(checkpointer, 'stays');
    await checkpointer.deleteThread('gone');
    for (const table of ['checkpoints', 'checkpoint_blobs', 'checkpoint_writes'])
      expect(await rowsOf(table, 'gone')).toEqual([]);
    expect((await checkpointer.getTuple(configOf('stays')))?.checkpoint.id).toBe('c-2');
  });

  test('stores nothing of a checkpoint that cannot be stored whole', async () => {
    const checkpoint = { ...emptyCheckpoint(), id: null as never, channel_values: { text: 'kept?' } };
    const checkpointer = new Checkpointer(pool, elapsedMs);
    await checkpointer.put(configOf('broken'), checkpoint, METADATA, { text: 1 });
    await expect(checkpointer.written('broken')).rejects.toThrow('checkpoint_id');
    expect(await rowsOf('checkpoint_blobs', 'broken')).toEqual([]);
  });

  test('puts no checkpoint after one that could not be stored', async () => {
    const checkpointer = new Checkpointer(pool, elapsedMs);
    const lost = { ...emptyCheckpoint(), id: null as never };
    await checkpointer.put(configOf('behind'), lost, METADATA, {});
    const next = checkpointer.put(configOf('behind'), { ...emptyCheckpoint(), id: 'c-2' }, METADATA, {});
    await expect(next).rejects.toThrow('checkpoint_id');
    expect(await rowsOf('checkpoints', 'behind')).toEqual([]);
    // The record of a run that broke so is written at once.
    expect(await checkpointer.getTuple(configOf('behind'))).toBeUndefined();
  });

  test('tells of a failure once, so that the run can be taken up again in the same process', async () => {
    const checkpointer = new Checkpointer(pool, elapsedMs);
    await checkpointer.put(configOf('taken-up'), { ...emptyCheckpoint(), id: 'c-1' }, METADATA, {});
    await checkpointer.put(configOf('taken-up'), { ...emptyCheckpoint(), id: null as never }, METADATA, {});
    await expect(checkpointer.getTuple(configOf('taken-up'))).rejects.toThrow('checkpoint_id');
    expect((await checkpointer.getTuple(configOf('taken-up')))?.checkpoint.id).toBe('c-1');
    await checkpointer.put(configOf('taken-up'), { ...emptyCheckpoint(), id: 'c-2' }, METADATA, {});
    expect((await checkpointer.getTuple(configOf('taken-up')))?.checkpoint.id).toBe('c-2');
  });

  test('looks once for a run that has none, until it is told that another process may have had it', async () => {
    const [here, elsewhere] = [new Checkpointer(pool, elapsedMs), new Checkpointer(pool, elapsedMs)];
    expect(await here.getTuple(configOf('bare'))).toBeUndefined();
    await elsewhere.put(configOf('bare'), { ...emptyCheckpoint(), id: 'c-1' }, METADATA, {});
    await elsewhere.written('bare');
    expect(await here.getTuple(configOf('bare'))).toBeUndefined();
    here.lookAnew('bare');
    expect((await here.getTuple(configOf('bare')))?.checkpoint.id).toBe('c-1');
    expect(await here.getTuple(configOf('late'))).toBeUndefined();
    await elsewhere.put(configOf('late'), { ...emptyCheckpoint(), id: 'c-1' }, METADATA, {});
    await elsewhere.written('late');
    nowMs += 1_000;
    expect((await here.getTuple(configOf('late')))?.checkpoint.id).toBe('c-1');
    expect(await here.getTuple(configOf('own'))).toBeUndefined();
    await here.put(configOf('own'), { ...emptyCheckpoint(), id: 'c-1' }, METADATA, {});
    expect((await here.getTuple(configOf('own')))?.checkpoint.id).toBe('c-1');
  });

  test('sends the writes of a single task with the checkpoint after them, and those of a fan-out together', async () => {
    const sent: string[] = [];
    const watched = Object.create(pool, {
      query: {
        value: (statement: pg.QueryConfig) => {
          sent.push(statement.name ?? statement.text);
          return pool.query(statement);
        },
      },
    }) as pg.Pool;
    const checkpointer = new Checkpointer(watched, elapsedMs);
    const config = await checkpointer.put(
      configOf('joined'),
      { ...emptyCheckpoint(), id: 'c-1' },
      METADATA,
      {},
    );
    await checkpointer.written('joined');
    await checkpointer.putWrites(config, [['text', 1]], 'task-1');
    await checkpointer.put(config, { ...emptyCheckpoint(), id: 'c-2' }, METADATA, {});
    await checkpointer.written('joined');
    expect(sent).toEqual(['put_checkpoint', 'put_checkpoint']);
    const next = configOf('joined', 'c-2');
    await checkpointer.putWrites(next, [['text', 2]], 'task-2');
    await checkpointer.putWrites(next, [['text', 3]], 'task-3');
    await expect.poll(() => rowsOf('checkpoint_writes', 'joined')).toHaveLength(3);
    expect(sent.slice(2)).toEqual(['keep_writes']);
    const written = await rowsOf('checkpoint_writes', 'joined');
    expect(written.map(({ checkpoint_id, task_id }) => `${checkpoint_id} ${task_id}`)).toEqual([
      'c-1 task-1',
      'c-2 task-2',
      'c-2 task-3',
    ]);
  });

  test('puts no checkpoint with or after writes that could not be stored', async () => {
    const checkpointer = new Checkpointer(pool, elapsedMs);
    const put = (id: string) =>
      checkpointer.put(configOf('writes'), { ...emptyCheckpoint(), id }, METADATA, {});
    await put('c-1');
    await checkpointer.written('writes');
    await checkpointer.putWrites(configOf('writes', 'c-1'), [['text', 1]], null as never);
    await put('c-2');
    await expect(put('c-3')).rejects.toThrow('task_id');
    expect(await rowsOf('checkpoints', 'writes')).toHaveLength(1);
  });
});

/** Two checkpoints, a channel that has lost its value, and the writes of two tasks. */
async function walk(saver: PostgresSaver, thread: string): Promise<void> {
  const values = { text: 'a \u0000 and "quotes" \\ ü', list: [1, { two: null }] };
  const versions = { text: 1, list: 1, empty: 1 };
  const first = { ...emptyCheckpoint(), id: 'c-1', ts: '2025-01-01T00:00:00.000Z', channel_values: values };
  const next = await saver.put(
    configOf(thread),
    { ...first, channel_versions: versions },
    METADATA,
    versions,
  );
  const second = { ...first, id: 'c-2', channel_versions: versions };
  const last = await saver.put(next, second, { ...METADATA, step: 2 }, {});
  const ordinary: PendingWrite[] = [
    ['list', [9]],
    ['empty', null],
  ];
  await saver.putWrites(last, ordinary, 'task-1');
  await saver.putWrites(last, [[RESUME, 'first']], 'task-2');
}

function configOf(thread: string, checkpointId?: string) {
  return {
    configurable: {
      thread_id: thread,
      checkpoint_ns: '',
      ...(checkpointId && { checkpoint_id: checkpointId }),
    },
  };
}

async function rowsOf(table: string, thread: string) {
  const { rows } = await pool.query(
    `select * from ${CHECKPOINT_SCHEMA}.${table} t where thread_id = $1 order by t::text`,
    [thread],
  );
  return rows.map(({ thread_id: _thread, ...row }) => row);
}
