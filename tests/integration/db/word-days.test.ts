import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { databaseError } from '#db/database-error.ts';
import { migrateDatabase } from '#db/migrate.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { type SearchEffort, searchRuns } from '#db/repositories/run-search.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { dayOf, daysSaid, type TimeAsked } from '#db/repositories/word-days.ts';
import { messageMark, spanMark, spanOf } from '#db/search/word-vectors.ts';
import { parseSearch, type SearchQuery } from '#domain/search-query.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { llmCall, NOW_MS, newRun } from '#tests/support/database-rows.ts';
import { onServer, withDatabase } from '#tests/support/postgres-setup.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const TODAY = dayOf(NOW_MS);
/** Nothing is found by the first walk or by a count, so that every page is found by days. */
const BY_DAYS: SearchEffort = { walkedRuns: 2, uncountedSteps: 99, fewPassages: 0, limitMs: 60_000 };

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

function searchFor(text: string): SearchQuery {
  const search = parseSearch(text);
  if (typeof search === 'string') throw new Error(search);
  return search;
}

interface Said {
  readonly daysAgo: number;
  readonly reply: string;
  readonly system?: string;
  readonly hour?: number;
}

async function store(said: readonly Said[]): Promise<void> {
  await test.clear();
  const [runs, calls] = [createRunRepository(test.database), createLlmCallRepository(test.database)];
  for (const [index, { daysAgo, reply, system = 'You weigh.', hour = 0 }] of said.entries()) {
    const runId = `run_${String.fromCodePoint(97 + index)}`;
    const startedAtMs = (TODAY - daysAgo) * DAY_MS + hour * HOUR_MS;
    await runs.start(newRun({ runId, deskId: runId, startedAtMs, question: null }));
    const messages = [{ role: 'system', content: system }];
    await calls.add(llmCall({ callId: runId, runId, reply, messages }));
  }
}

/** Days ago, the newest first. */
async function daysOf(text: string, time: TimeAsked = {}): Promise<number[]> {
  const marked = await test.database.sql<{ sha256: string }[]>`
    select sha256 from messages where content like '%crowding%'`;
  const marksOf = ({ words }: { words: readonly string[] }) =>
    words.join(' ') === 'crowding' ? marked.map(({ sha256 }) => messageMark(sha256)) : [];
  const days = await daysSaid(test.database.reader, searchFor(text), marksOf, time);
  return [...days].map((day) => TODAY - day).toSorted((left, right) => left - right);
}

describe('the days of a word', () => {
  beforeAll(() =>
    store([
      { daysAgo: 0, reply: 'funding rises to 0.25' },
      { daysAgo: 1, reply: 'a squeeze' },
      { daysAgo: 5, reply: 'funding before a squeeze, fundings all day', hour: 23 },
      { daysAgo: 9, reply: 'quiet', system: 'You weigh crowding.' },
    ]),
  );

  it('are those of the runs that hold it, in answers and in what many calls share', async () => {
    expect(await daysOf('funding')).toEqual([0, 5]);
    expect(await daysOf('crowding')).toEqual([9]);
    expect(await daysOf('crowding or squeeze')).toEqual([1, 5, 9]);
    expect(await daysOf('xylophone')).toEqual([]);
  });

  it('are for two words those of both, for a beginning those of all that begin so', async () => {
    expect(await daysOf('funding squeeze')).toEqual([5]);
    expect(await daysOf('"funding squeeze"')).toEqual([5]);
    expect(await daysOf('fundings*')).toEqual([5]);
    expect(await daysOf('fun*')).toEqual([0, 5]);
  });

  it('are for a number, which is not kept, all days anything was said', async () => {
    expect(await daysOf('0.25')).toEqual([0, 1, 5, 9]);
    expect(await daysOf('0.25 funding')).toEqual([0, 5]);
  });

  it('are those of the time asked for, however far it is', async () => {
    expect(await daysOf('funding', { toMs: TODAY * DAY_MS - 1 })).toEqual([5]);
    expect(await daysOf('0.25', { fromMs: (TODAY - 8) * DAY_MS, toMs: (TODAY - 1) * DAY_MS })).toEqual([
      1, 5,
    ]);
    expect(await daysOf('funding', { fromMs: -1e18, toMs: 1e18 })).toEqual([0, 5]);
  });
});

describe('words of one call', () => {
  it('are written in their order, so that two calls of the same new words cannot wait for each other', async () => {
    await store([{ daysAgo: 0, reply: 'zebra apple mango banana yak cherry' }]);
    const { sql: plain } = test.database;
    const kept = await plain<{ word: string }[]>`
      select word from word_days where word in ('zebra', 'apple', 'mango', 'banana', 'yak', 'cherry') order by ctid`;
    expect(kept.map(({ word }) => word)).toEqual(['apple', 'banana', 'cherry', 'mango', 'yak', 'zebra']);
  });
});

describe('a word of long ago', () => {
  beforeAll(() =>
    store([
      ...[40, 39, 39, 38, 20].map((daysAgo, place) => ({
        ...{ daysAgo, reply: 'the old rule of crowding', hour: 5 * place },
        system: 'Rules of the first season are grandfathered.',
      })),
      ...[19, 12, 4, 3, 2, 2, 1, 0].map((daysAgo) => ({ daysAgo, reply: 'crowding as ever' })),
    ]),
  );

  async function pages(text: string, filter: object = {}): Promise<string[][]> {
    const found: string[][] = [];
    for (let cursor: string | null = null, page = 0; page === 0 || cursor !== null; page += 1) {
      const asked = { limit: 2, cursor, search: searchFor(text), ...filter };
      const { items, nextCursor } = await searchRuns(test.database.reader, asked, BY_DAYS);
      found.push(items.map(({ runId }) => runId));
      cursor = nextCursor;
    }
    return found;
  }

  it('is found page by page, each run once and none left out', async () => {
    expect(await pages('grandfathered')).toEqual([['run_e', 'run_d'], ['run_c', 'run_b'], ['run_a']]);
    expect(await pages('"old rule"')).toEqual([['run_e', 'run_d'], ['run_c', 'run_b'], ['run_a']]);
    expect((await pages('crowding')).flat()).toHaveLength(13);
    expect((await pages('crowding -grandfathered')).flat()).toHaveLength(8);
  });

  it('is found within a span of time and under filters that leave few runs', async () => {
    const toMs = (TODAY - 38) * DAY_MS + 23 * HOUR_MS;
    const fromMs = (TODAY - 39) * DAY_MS;
    expect(await pages('grandfathered', { toMs })).toEqual([
      ['run_d', 'run_c'],
      ['run_b', 'run_a'],
    ]);
    expect(await pages('grandfathered', { fromMs, toMs })).toEqual([['run_d', 'run_c'], ['run_b']]);
    expect(await pages('grandfathered', { deskId: 'run_b' })).toEqual([['run_b']]);
    expect(await pages('grandfathered', { kind: 'analysis' })).toEqual([[]]);
  });

  it('is looked for no longer than the effort allows', async () => {
    const asked = { limit: 12, search: searchFor('crowding') };
    const found = searchRuns(test.database.reader, asked, { ...BY_DAYS, limitMs: 0 });
    await expect(found).rejects.toMatchObject({ code: 'search_too_wide' });
  });
});

describe('a connection for lists', () => {
  it('is freed of a statement that takes too long, which is told as a search too wide', async () => {
    const asleep = test.database.reader.execute(sql`select pg_sleep(600)`);
    const thrown = await asleep.then(
      () => null,
      (reason: unknown) => databaseError(reason, test.url),
    );
    expect(thrown).toMatchObject({ code: 'search_too_wide' });
  });
});

describe('a database of before the days were kept', () => {
  it('knows them once it is brought up to date', async () => {
    const { serverUrl } = inject('postgres');
    const name = `vigil_old_words_${process.pid}`;
    await onServer(serverUrl, ({ sql: server }) => server.unsafe(`create database ${name}`));
    const folder = await migrationsBefore('days_of_words');
    const database = await openDatabase({ url: withDatabase(serverUrl, name), maxConnections: 2 });
    try {
      await migrateDatabase(database, { migrationsFolder: folder });
      await storeAsBefore(database.sql);
      await migrateDatabase(database);
      const kept = await database.sql<{ word: string; day: number }[]>`
        select word, day from word_days where word not like '@%' order by word, day`;
      expect(kept.map(({ word, day }) => [word, day - TODAY])).toEqual([
        ['funding', -3],
        ['funding', 0],
        ['long', -3],
        ['Ärger', 0],
      ]);
      const asked = { limit: 9, search: searchFor('long') };
      const { items } = await searchRuns(database.reader, asked, { ...BY_DAYS, walkedRuns: 1 });
      expect(items.map(({ runId }) => runId)).toEqual(['run_0']);
    } finally {
      await database.close();
      await rm(folder, { recursive: true });
      await onServer(serverUrl, ({ sql: server }) => server.unsafe(`drop database ${name} with (force)`));
    }
  });

  async function migrationsBefore(named: string): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'vigil-migrations-'));
    await cp('db/migrations', folder, { recursive: true });
    const file = path.join(folder, 'meta', '_journal.json');
    const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
    const end = journal.entries.findIndex(({ tag }) => tag.endsWith(named));
    await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end) }));
    return folder;
  }

  /** As the version before wrote them: with a mark of the age beside that of the span. */
  async function storeAsBefore(old: TestDatabase['database']['sql']): Promise<void> {
    const words = [`'funding':1 'long':2 '0.25':3 '4h':4`, `'funding':1 'Ärger':2`];
    for (const [place, said] of words.entries()) {
      const startedAtMs = (TODAY - 3 + 3 * place) * DAY_MS;
      const vector = `'${spanMark(spanOf(startedAtMs))}' '@@317' ${said}`;
      await old`
        insert into runs (run_id, desk_id, kind, status, symbols, started_at_ms, seed, prompt_set_id)
        values (${`run_${place}`}, ${`desk_${place}`}, 'cycle', 'finished', '{}', ${startedAtMs}, 7, 'ps')`;
      await old`
        insert into run_words (run_id, call_id, started_at_ms, words)
        values (${`run_${place}`}, '', ${startedAtMs}, ${vector}::text::tsvector)`;
    }
  }
});
