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
  it('are seeded on first sight only, also by two processes at once', async () => {
    const prompts = createPromptRepository(test.database);
    await Promise.all([prompts.seed([scanner, risk], NOW_MS), prompts.seed([risk, scanner], NOW_MS)]);
    await prompts.seed([{ ...scanner, text: 'Changed on disk' }], NOW_MS + 1);
    expect(await prompts.list()).toEqual([
      { name: 'risk', latestVersion: 1, labels: { production: 1 } },
      { name: 'scanner', latestVersion: 1, labels: { production: 1 } },
    ]);
    expect((await prompts.get('scanner'))?.versions).toMatchObject([
      { version: 1, text: scanner.text, author: 'start-up' },
    ]);
    expect(await prompts.get('nobody')).toBeNull();
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
