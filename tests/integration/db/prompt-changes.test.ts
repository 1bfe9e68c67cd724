import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import type { PromptChange, VersionDraft } from '#db/repositories/prompt-changes.ts';
import { createPromptRepository, type PromptRepository } from '#db/repositories/prompts.ts';
import { NOW_MS } from '#tests/support/database-rows.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
let prompts: PromptRepository;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.clear();
  prompts = createPromptRepository(test.database);
  await prompts.seed([seedOf('scanner'), seedOf('risk')], NOW_MS);
});
afterAll(() => test.drop());

const seedOf = (name: string) => ({
  name,
  text: `Be the ${name}.`,
  config: { temperature: 0 },
  variables: [],
});

function draft(text: string, over: Partial<VersionDraft> = {}): VersionDraft {
  return {
    ...{ name: 'scanner', text, config: { temperature: 0 }, variables: [], basedOn: null },
    dryRun: { outcome: 'passed', details: { model: 'scripted-1' } },
    ...over,
  };
}

const change: PromptChange = {
  author: 'a person',
  message: 'sharper words',
  atMs: NOW_MS + 1,
  takesEffectAtMs: NOW_MS + 60_000,
};

async function audits(): Promise<{ actor: string; action: string; details: Record<string, unknown> }[]> {
  return test.database.sql`
    select actor, action, details from audit_log where actor <> 'start-up' order by audit_id`;
}

const told = () => createEventRepository(test.database).after(0, { limit: 50 });

describe('a saved version', () => {
  it('is the next number, with who, why and its dry run, an audit row and an event', async () => {
    const [saved] = await prompts.save([draft('Rank well.')], null, change);
    expect(saved).toMatchObject({
      isNew: true,
      moved: null,
      version: { name: 'scanner', version: 2, text: 'Rank well.', author: 'a person' },
    });
    expect(await prompts.dryRun('scanner', 2)).toMatchObject({ outcome: 'passed' });
    expect(await audits()).toMatchObject([
      { actor: 'a person', action: 'prompt.save', details: { version: 2, message: 'sharper words' } },
    ]);
    expect(await told()).toMatchObject([
      {
        type: 'prompt.changed',
        payload: { name: 'scanner', version: 2, label: null, takesEffectAtMs: NOW_MS + 60_000 },
      },
    ]);
    expect((await prompts.get('scanner'))?.labels).toEqual({ production: 1 });
  });

  it('wakes the pages of other processes', async () => {
    const elsewhere = await openDatabase({ url: test.url, maxConnections: 2 });
    const events = createEventRepository(elsewhere);
    const heard: string[] = [];
    const stop = await events.subscribe(async () => {
      for (const { type } of await events.after(0, { limit: 9 })) heard.push(type);
    });
    try {
      await prompts.save([draft('Rank well.')], null, change);
      await vi.waitFor(() => expect(heard).toContain('prompt.changed'), PATIENT);
    } finally {
      await stop();
      await elsewhere.close();
    }
  });

  it('is not a new one when the newest has its content, and tells nobody', async () => {
    await prompts.save([draft('Rank well.')], null, change);
    const [again] = await prompts.save([draft('Rank well.', { basedOn: 1 })], null, change);
    expect(again).toMatchObject({ isNew: false, version: { version: 2 } });
    expect([(await audits()).length, (await told()).length]).toEqual([1, 1]);
  });

  it('is refused when somebody has saved since the version it is based on', async () => {
    await prompts.save([draft('Rank well.')], null, change);
    await expect(prompts.save([draft('Rank better.', { basedOn: 1 })], null, change)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('version 2 by a person says "sharper words"'),
    });
    expect((await prompts.get('scanner'))?.latestVersion).toBe(2);
  });

  it('gets a number of its own when several are saved at once', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `Text ${index}.`);
    const saved = await Promise.all(texts.map((text) => prompts.save([draft(text)], null, change)));
    const numbers = saved.map(([one]) => one?.version.version).toSorted();
    expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('is one of all or none', async () => {
    const drafts = [draft('Rank well.'), draft('Nobody.', { name: 'nobody' })];
    await expect(prompts.save(drafts, 'production', change)).rejects.toMatchObject({ code: 'not_found' });
    expect(await prompts.list()).toMatchObject([{ latestVersion: 1 }, { latestVersion: 1 }]);
    expect([await audits(), await told()]).toEqual([[], []]);
  });

  it('takes the label along, in the same transaction', async () => {
    const drafts = [draft('Rank well.'), draft('Shrink well.', { name: 'risk' })];
    const saved = await prompts.save(drafts, 'production', change);
    expect(saved.map(({ moved }) => moved)).toEqual([
      { from: 1, to: 2 },
      { from: 1, to: 2 },
    ]);
    const { prompts: pinned } = await prompts.resolveSet('production', NOW_MS);
    expect([pinned.risk?.text, pinned.scanner?.text]).toEqual(['Shrink well.', 'Rank well.']);
    expect((await audits()).map(({ action }) => action)).toEqual([
      'prompt.save',
      'prompt.label',
      'prompt.save',
      'prompt.label',
    ]);
  });
});

describe('a label', () => {
  it('moves with who, from, to, why and the dry run on record, and back again', async () => {
    await prompts.save([draft('Rank well.')], null, change);
    const move = { name: 'scanner', label: 'production', version: 2 };
    expect(await prompts.moveLabel(move, change)).toEqual({ from: 1, to: 2 });
    expect(await prompts.moveLabel(move, change)).toEqual({ from: 2, to: 2 });
    expect(await prompts.moveLabel({ ...move, version: 1 }, change)).toEqual({ from: 2, to: 1 });
    const moves = (await audits()).filter(({ action }) => action === 'prompt.label');
    expect(moves.map(({ details }) => details)).toMatchObject([
      { label: 'production', from: 1, to: 2, message: 'sharper words', dryRun: { outcome: 'passed' } },
      { label: 'production', from: 2, to: 1, dryRun: { outcome: 'baseline' } },
    ]);
  });

  it('does not point at a version without a dry run, nor at one that is not there', async () => {
    await prompts.save([draft('Rank well.')], null, change);
    await test.database.sql`delete from prompt_dry_runs where version = 2`;
    const move = { name: 'scanner', label: 'candidate', version: 2 };
    await expect(prompts.moveLabel(move, change)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('no dry run'),
    });
    await expect(prompts.moveLabel({ ...move, version: 9 }, change)).rejects.toMatchObject({
      code: 'not_found',
    });
    const dryRun = { outcome: 'not_asked', details: {} } as const;
    expect(await prompts.moveLabel({ ...move, dryRun }, change)).toEqual({ from: null, to: 2 });
  });

  it('moves one after the other when two are moved at once: each audit row begins where the last ended', async () => {
    for (const text of ['Two.', 'Three.', 'Four.']) await prompts.save([draft(text)], null, change);
    await Promise.all(
      [2, 3, 4, 2, 3, 4].map((version) =>
        prompts.moveLabel({ name: 'scanner', label: 'production', version }, change),
      ),
    );
    const moves = (await audits()).filter(({ action }) => action === 'prompt.label');
    let standing = 1;
    for (const { details } of moves) {
      expect(details.from).toBe(standing);
      standing = Number(details.to);
    }
    expect((await prompts.get('scanner'))?.labels.production).toBe(standing);
  });

  it('goes when it is removed, unless it is `production`', async () => {
    await prompts.moveLabel({ name: 'scanner', label: 'candidate', version: 1 }, change);
    expect(await prompts.removeLabel({ name: 'scanner', label: 'candidate' }, change)).toEqual({ from: 1 });
    expect((await audits()).at(-1)).toMatchObject({
      action: 'prompt.unlabel',
      details: { label: 'candidate', from: 1, message: 'sharper words' },
    });
    for (const label of ['production', 'candidate'])
      await expect(prompts.removeLabel({ name: 'scanner', label }, change)).rejects.toMatchObject({
        code: label === 'production' ? 'conflict' : 'not_found',
      });
    expect((await prompts.get('scanner'))?.labels).toEqual({ production: 1 });
  });

  it('stands in for `production` where a prompt has it, and nowhere else', async () => {
    await prompts.save([draft('Rank boldly.')], 'candidate', change);
    const { prompts: pinned } = await prompts.resolveSet('candidate', NOW_MS);
    expect([pinned.scanner?.version, pinned.risk?.version]).toEqual([2, 1]);
    const production = await prompts.resolveSet('production', NOW_MS);
    expect(production.prompts.scanner?.version).toBe(1);
  });
});

describe('the set of a run', () => {
  it('is whole while labels move together: never one prompt of before and one of after', async () => {
    await prompts.save([draft('B.'), draft('B.', { name: 'risk' })], null, change);
    const flip = async () => {
      for (let turn = 0; turn < 40; turn += 1)
        await test.database.sql`update prompt_labels set version = 3 - version where label = 'production'`;
    };
    const read = async () => {
      for (let turn = 0; turn < 120; turn += 1) {
        const { prompts: pinned } = await prompts.resolveSet('production', NOW_MS);
        expect(pinned.scanner?.version).toBe(pinned.risk?.version);
      }
    };
    await Promise.all([flip(), read()]);
  });

  it('is resolved without a write while nothing changes', async () => {
    const first = await prompts.resolveSet('production', NOW_MS);
    await test.database.sql`alter table prompt_sets rename to prompt_sets_away`;
    try {
      expect(await prompts.resolveSet('production', NOW_MS + 1)).toEqual(first);
    } finally {
      await test.database.sql`alter table prompt_sets_away rename to prompt_sets`;
    }
  });
});
