import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCallWords, isWordless } from '#db/repositories/call-words.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { runs } from '#db/schema/runs.ts';
import { cycleRecord, llmCall, newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.clear();
  await createRunRepository(test.database).start(newRun());
});
afterAll(() => test.drop());

const said = llmCall({
  reply: '{"summary":"quiet tape"}',
  messages: [
    { role: 'system', content: 'You are the Scanner.' },
    { role: 'user', content: 'BTC/USDT:USDT climbs to 61,200' },
  ],
});

/** Words of calls alone, with the days they were said on. */
async function wordsOfCalls() {
  const { sql } = test.database;
  const words = await sql`
    select run_id, call_id, started_at_ms, words::text from run_words where call_id <> '' order by 1, 2`;
  const days = await sql`select word, day from word_days where word in ('quiet', 'climbs') order by 1, 2`;
  return { words: [...words], days: [...days] };
}

/** Words that are kept when the test says so. */
function held() {
  const works: (() => void)[] = [];
  const words = createCallWords(test.database, (work) => works.push(work));
  const release = () => {
    for (const work of works.splice(0)) work();
  };
  return { words, release };
}

describe('the words of a call', () => {
  it('follow its row, and are those it would have been stored with', async () => {
    await createLlmCallRepository(test.database).add(said);
    const stored = await wordsOfCalls();
    expect(stored).toMatchObject({
      words: [{ call_id: said.callId }],
      days: [{ word: 'climbs' }, { word: 'quiet' }],
    });
    await test.clear();
    await createRunRepository(test.database).start(newRun());
    const { words, release } = held();
    const calls = createLlmCallRepository(test.database, words);
    await calls.addBeforeItsWords(said);
    expect(await calls.ofRun('run-1')).toMatchObject([{ callId: said.callId, reply: said.reply }]);
    expect(await wordsOfCalls()).toEqual({ words: [], days: [] });
    release();
    await words.kept();
    expect(await wordsOfCalls()).toEqual(stored);
  });

  it('are there when the run has its record', async () => {
    const { words } = held();
    const calls = createLlmCallRepository(test.database, words);
    await calls.addBeforeItsWords(said);
    await createRecordRepository(test.database, words).save(cycleRecord());
    expect((await wordsOfCalls()).words).toMatchObject([{ run_id: 'run-1', call_id: said.callId }]);
  });

  it('are missed for the run whose call has none, and for no other', async () => {
    await createRunRepository(test.database).start(newRun({ runId: 'run-2', deskId: 'desk-2' }));
    await createLlmCallRepository(test.database, held().words).addBeforeItsWords(said);
    const missed = await test.database.orm
      .update(runs)
      .set({ reason: 'looked at' })
      .returning({ runId: runs.runId, isWordless });
    expect(missed.sort((left, right) => (left.runId < right.runId ? -1 : 1))).toEqual([
      { runId: 'run-1', isWordless: true },
      { runId: 'run-2', isWordless: false },
    ]);
  });

  it('keep those of another call that cannot be kept from nobody', async () => {
    const words = createCallWords(test.database, () => undefined);
    const calls = createLlmCallRepository(test.database, words);
    await calls.addBeforeItsWords(said);
    // Longer than what an index takes.
    words.soon({ runId: 'run-1', callId: randomBytes(8_000).toString('hex'), reply: 'quiet', messages: [] });
    await words.kept();
    expect((await wordsOfCalls()).words).toMatchObject([{ call_id: said.callId }]);
  });

  it('are made of the call with the record where the process that had them was killed', async () => {
    await createLlmCallRepository(test.database).add(said);
    const stored = await wordsOfCalls();
    await test.clear();
    await createRunRepository(test.database).start(newRun());
    await createLlmCallRepository(test.database, held().words).addBeforeItsWords(said);
    await createLlmCallRepository(test.database).add({ ...said, callId: 'call-of-its-successor' });
    await createRecordRepository(test.database).save(cycleRecord());
    const { words, days } = await wordsOfCalls();
    expect(words).toEqual([...stored.words, { ...stored.words[0], call_id: 'call-of-its-successor' }]);
    expect(days).toEqual(stored.days);
  });

  it('keep neither a record nor those after them from being stored when they fail', async () => {
    const broken = createCallWords({
      ...test.database,
      orm: {
        select: () => {
          throw new Error('gone');
        },
      } as never,
    });
    broken.soon({ runId: 'run-1', callId: 'lost', reply: null, messages: [] });
    await createRecordRepository(test.database, broken).save(cycleRecord());
    expect(await createRunRepository(test.database).record('run-1')).not.toBeNull();
  });
});
