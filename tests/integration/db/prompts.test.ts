import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPromptRepository } from '#db/repositories/prompts.ts';
import { NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const scanner = {
  name: 'scanner',
  text: 'Rank {{shortlist}}.',
  config: { temperature: 0 },
  variables: ['shortlist'],
};
const risk = { name: 'risk', text: 'Shrink {{proposals}}.', config: {}, variables: ['proposals'] };

describe('prompts', () => {
  it('are seeded once, also by two processes at once', async () => {
    const prompts = createPromptRepository(test.database);
    await Promise.all([prompts.seed([scanner, risk], NOW_MS), prompts.seed([risk, scanner], NOW_MS)]);
    await prompts.seed([scanner, risk], NOW_MS + 1);
    expect(await prompts.list()).toMatchObject([
      { name: 'risk', latestVersion: 1, labels: { production: 1 } },
      { name: 'scanner', latestVersion: 1, labels: { production: 1 } },
    ]);
    expect((await prompts.get('scanner'))?.versions).toMatchObject([
      { version: 1, text: scanner.text, author: 'start-up', message: 'the baseline in prompts/' },
    ]);
    expect(await prompts.get('nobody')).toBeNull();
  });

  it('follow a baseline that has changed, by one version whoever starts, and back with a code rolled back', async () => {
    const prompts = createPromptRepository(test.database);
    const changed = { ...scanner, text: 'Rank better {{shortlist}}.' };
    await prompts.seed([scanner, risk], NOW_MS);
    await Promise.all([prompts.seed([changed, risk], NOW_MS + 1), prompts.seed([changed, risk], NOW_MS + 1)]);
    expect(await prompts.list()).toMatchObject([
      { name: 'risk', latestVersion: 1, labels: { production: 1 } },
      { name: 'scanner', latestVersion: 2, labels: { production: 2 } },
    ]);
    expect((await prompts.get('scanner'))?.versions[0]).toMatchObject({
      text: changed.text,
      author: 'start-up',
      message: 'the baseline in prompts/ has changed',
    });
    await prompts.seed([scanner, risk], NOW_MS + 2);
    expect((await prompts.list())[1]).toMatchObject({
      ...{ name: 'scanner', latestVersion: 2, labels: { production: 1 } },
      newest: {
        author: 'start-up',
        message: 'the baseline in prompts/ has changed',
        createdAtMs: NOW_MS + 1,
      },
      moves: [{ label: 'production', version: 1, movedBy: 'start-up', movedAtMs: NOW_MS + 2 }],
    });
    const audited = await test.database.sql<{ details: object }[]>`
      select details from audit_log where action = 'prompt.seed' and subject = 'prompt:scanner' order by audit_id`;
    expect(audited.map(({ details }) => details)).toMatchObject([
      { version: 1, from: null },
      { version: 2, from: 1 },
      { version: 1, from: 2 },
    ]);
  });

  it.each([
    [
      'saved a version',
      (sql: TestDatabase['database']['sql']) => sql`
      insert into prompt_versions select name, 2, 'Mine {{shortlist}}.', config, variables, 'anna', 'mine', 'other', 1
      from prompt_versions where name = 'scanner'`,
    ],
    [
      'moved the label',
      (sql: TestDatabase['database']['sql']) => sql`
      update prompt_labels set moved_by = 'anna' where name = 'scanner'`,
    ],
    [
      'taken the label away',
      (sql: TestDatabase['database']['sql']) => sql`
      delete from prompt_labels where name = 'scanner'`,
    ],
  ])('stay as they are where a person has %s', async (_what, edit) => {
    const prompts = createPromptRepository(test.database);
    await prompts.seed([scanner], NOW_MS);
    await edit(test.database.sql);
    const before = await prompts.get('scanner');
    await prompts.seed([{ ...scanner, text: 'Changed on disk {{shortlist}}.' }], NOW_MS + 1);
    expect(await prompts.get('scanner')).toEqual(before);
  });

  it('resolve to the same set while nothing changes, and to another one when a label moves', async () => {
    const prompts = createPromptRepository(test.database);
    await prompts.seed([scanner, risk], NOW_MS);
    const first = await prompts.resolveSet('production', NOW_MS);
    expect(await prompts.resolveSet('production', NOW_MS + 9)).toEqual(first);
    expect(first.prompts.scanner).toEqual({ version: 1, text: scanner.text, config: scanner.config });
    await test.database.sql`
      insert into prompt_versions select name, 2, 'Rank well {{shortlist}}.', config, variables, author, message, 'other', 1
      from prompt_versions where name = 'scanner'`;
    await test.database.sql`update prompt_labels set version = 2 where name = 'scanner'`;
    const second = await prompts.resolveSet('production', NOW_MS);
    expect(second.promptSetId).not.toBe(first.promptSetId);
    expect(second.prompts.scanner?.version).toBe(2);
    expect(await prompts.set(first.promptSetId)).toEqual(first);
    expect(await prompts.set('ps_unknown')).toBeNull();
  });
});
