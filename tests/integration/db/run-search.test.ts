import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApprovalRepository } from '#db/repositories/approvals.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { searchRuns } from '#db/repositories/run-search.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createRunThinner } from '#db/repositories/thin-runs.ts';
import { parseSearch, type SearchQuery } from '#domain/search-query.ts';
import { approvalItemOf } from '#tests/support/approval-rows.ts';
import { cycleRecord, llmCall, NOW_MS, newRun } from '#tests/support/database-rows.ts';
import {
  Choice,
  isChosen,
  passagesOf,
  plainScan,
  SaidRun,
  storeRuns,
  WORDS,
} from '#tests/support/said-runs.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

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

describe('a list of random runs', () => {
  const said = fc
    .sample(SaidRun, { numRuns: 60, seed: 11 })
    .map((run, index) => ({ ...run, runId: `run${String(index).padStart(2, '0')}` }));
  beforeAll(async () => {
    await test.clear();
    await storeRuns(test, said);
  });

  async function allOf(filter: object): Promise<string[]> {
    const runs = createRunRepository(test.database);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof runs.list>> = await runs.list({ limit: 7, cursor, ...filter });
      found.push(...page.items.map(({ runId }) => runId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  it('holds, for any mix of filters, what a plain scan finds, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(Choice, async (choice) => {
        expect(await allOf(choice)).toEqual(plainScan(said, (run) => isChosen(run, choice)));
      }),
      { numRuns: 80 },
    );
  });

  it('finds by words what a plain scan of every passage finds, under filters', async () => {
    const word = fc.constantFrom(...WORDS, 'Weigh', 'scan');
    const wanted = fc.array(word, { minLength: 1, maxLength: 2 });
    const query = fc.record({ any: fc.array(wanted, { minLength: 1, maxLength: 2 }), not: fc.option(word) });
    await fc.assert(
      fc.asyncProperty(query, Choice, async ({ any, not }, choice) => {
        const text = `${any.map((words) => words.join(' ')).join(' or ')}${not === null ? '' : ` -${not}`}`;
        const expected = plainScan(said, (run) => {
          const passages = passagesOf(run);
          return (
            isChosen(run, choice) &&
            any.some((words) => passages.some((passage) => words.every((one) => holds(passage, one)))) &&
            (not === null || !passages.some((passage) => holds(passage, not)))
          );
        });
        const search = searchFor(text);
        expect(await allOf({ ...choice, search }), text).toEqual(expected);
        const filter = { ...choice, search, limit: 4 };
        for (const effort of [
          { walkedRuns: 20, uncountedSteps: 1, fewPassages: 0 },
          { walkedRuns: 3, uncountedSteps: 1, fewPassages: 0 },
          { walkedRuns: 3, uncountedSteps: 1, fewPassages: 99 },
          { walkedRuns: 1, uncountedSteps: 99, fewPassages: 0 },
        ]) {
          const { items } = await searchRuns(test.database.reader, filter, { ...effort, limitMs: 60_000 });
          expect(
            items.map(({ runId }) => runId),
            `${text}, ${JSON.stringify(effort)}`,
          ).toEqual(expected.slice(0, 4));
        }
      }),
      { numRuns: 120 },
    );
  });
});

/** A whole word, whatever its case. */
function holds(passage: string, word: string): boolean {
  return ` ${passage.toLowerCase()} `.replaceAll(/[.]\s/g, ' ').includes(` ${word.toLowerCase()} `);
}

describe('runs that wait for a person', () => {
  it('are told with the deadline, and stand apart from the running ones', async () => {
    await test.clear();
    const runs = createRunRepository(test.database);
    for (const name of ['a', 'b']) await runs.start(newRun({ runId: `run_${name}`, deskId: name }));
    const asked = await createApprovalRepository(test.database).ask({
      runId: 'run_a',
      deskId: 'a',
      withinMs: 60_000,
      asked: [approvalItemOf('BTC/USDT:USDT')],
    });
    const listed = async (status: 'waiting' | 'running') =>
      (await runs.list({ limit: 9, status })).items.map(({ runId, waitsUntilMs }) => [runId, waitsUntilMs]);
    expect(await listed('waiting')).toEqual([['run_a', asked.approval.deadlineAtMs]]);
    expect(await listed('running')).toEqual([['run_b', null]]);
    expect((await runs.get('run_a'))?.waitsUntilMs).toBe(asked.approval.deadlineAtMs);
    await runs.end('run_a', 'failed', 'its desk was halted', NOW_MS);
    expect(await listed('waiting')).toEqual([]);
  });
});

describe('a search', () => {
  beforeAll(async () => {
    await test.clear();
    const [runs, calls] = [createRunRepository(test.database), createLlmCallRepository(test.database)];
    const messages = [
      { role: 'system', content: 'You weigh crowding. Never quote a dash.' },
      {
        role: 'user',
        content: 'Readings of BTC/USDT:USDT: rsi14 71.2, funding_rate 0.0005, hostile ’quotes’ \\ :*',
      },
    ];
    await runs.start(newRun({ runId: 'run_a', deskId: 'a' }));
    await calls.add(
      llmCall({
        callId: 'a',
        runId: 'run_a',
        agent: 'risk',
        reply: 'The stop is wide, I shrink to 0.25.',
        messages,
      }),
    );
    await runs.start(
      newRun({
        runId: 'run_b',
        deskId: 'b',
        kind: 'analysis',
        question: 'Is the Übergang near?',
        startedAtMs: NOW_MS + 1,
      }),
    );
    await calls.add(
      llmCall({ callId: 'b', runId: 'run_b', agent: 'context', symbol: 'ETH/USDT:USDT', messages }),
    );
    await calls.add(llmCall({ callId: 'stray', runId: 'no_run', reply: 'stray words', messages }));
  });

  async function found(text: string) {
    const { items } = await createRunRepository(test.database).list({ limit: 9, search: searchFor(text) });
    return items.map(({ runId, hit }) => [runId, hit?.place, hit && marked(hit)]);
  }

  it('finds words of answers, prompts, system prompts, questions and ids, and shows them', async () => {
    expect(await found('shrink')).toEqual([['run_a', 'answer', ['shrink']]]);
    expect(await found('FUNDING_RATE')).toEqual([
      ['run_b', 'prompt', ['funding_rate']],
      ['run_a', 'prompt', ['funding_rate']],
    ]);
    expect((await found('crowding')).map(([runId]) => runId)).toEqual(['run_b', 'run_a']);
    expect(await found('übergang')).toEqual([['run_b', 'question', ['Übergang']]]);
    expect((await found('run_a')).map(([runId]) => runId)).toEqual(['run_a']);
    expect(await found('stray')).toEqual([]);
  });

  it('takes exact words as they stand, a beginning, one of two, and leaves out', async () => {
    expect(await found('"stop is wide"')).toEqual([['run_a', 'answer', ['stop is wide']]]);
    expect(await found('"wide is stop"')).toEqual([]);
    expect(await found('shri*')).toEqual([['run_a', 'answer', ['shrink']]]);
    expect((await found('nothing or shrink')).length).toBe(1);
    expect(await found('crowding -shrink')).toMatchObject([['run_b', 'prompt', ['crowding']]]);
    expect(await found('crowding -never')).toEqual([]);
  });

  it('finds numbers in answers, and not those of a prompt', async () => {
    expect(await found('0.25')).toEqual([['run_a', 'answer', ['0.25']]]);
    expect(await found('71.2')).toEqual([]);
  });

  it('takes what looks like an operator of the database as the words in it', async () => {
    for (const text of ["quotes' & 'x", '"quotes" | !x', 'quotes:* <-> (', '\\quotes\\'])
      expect(Array.isArray(await found(text)), text).toBe(true);
    expect((await found('’quotes’ :*')).length).toBe(2);
  });

  it('finds a run by the reason of its end, and forgets the words of what is thinned', async () => {
    const record = cycleRecord({ runId: 'run_a', deskId: 'a', reason: 'held for want of a signal' });
    await createRecordRepository(test.database).save(record);
    expect(await found('"want of a signal"')).toEqual([['run_a', 'reason', ['want of a signal']]]);
    await createRunThinner(test.database).thin({ finishedBeforeMs: NOW_MS * 2, atMs: NOW_MS, limit: 9 });
    expect(await found('shrink')).toEqual([]);
    expect((await found('want')).length).toBe(1);
  });
});

function marked({ text, marks }: { text: string; marks: readonly { from: number; to: number }[] }): string[] {
  return marks.map(({ from, to }) => text.slice(from, to));
}
