import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { createQTableRepository, type NewQTable, type QTableRepository } from '#db/repositories/q-tables.ts';
import { fromFile, fromStore, readerTable, toFile } from '#server/qtables/table-file.ts';
import { NOW_MS } from '#tests/support/agent-fixtures.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { trainedScene } from '#tests/support/training-scene.ts';

let test: TestDatabase;
let tables: QTableRepository;
const [first, second, third] = [1, 2, 3].map((seed) => trainedScene(seed)) as [
  NewQTable,
  NewQTable,
  NewQTable,
];
const by = (reason: string) => ({ actor: 'ann', reason, atMs: NOW_MS });

beforeAll(async () => {
  test = await createTestDatabase();
  tables = createQTableRepository(test.database);
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

describe('stored Q-tables', () => {
  it('are numbered as they come, and the same content is one version', async () => {
    expect(await tables.save(first, by(''))).toMatchObject({ version: 1, isNew: true });
    expect(await tables.save(second, by(''))).toMatchObject({ version: 2, isNew: true });
    expect(await tables.save(first, by(''))).toEqual({
      version: 1,
      tableId: `q1-${first.hash.slice(0, 8)}`,
      isNew: false,
    });
    const list = await tables.list();
    expect(list.map(({ version, hash }) => [version, hash])).toEqual([
      [2, second.hash],
      [1, first.hash],
    ]);
    expect(list[0]).not.toHaveProperty('body');
    expect(list[0]?.facts).not.toHaveProperty('curve');
    expect(list[0]?.facts.seed).toBe(2);
    expect((await tables.get(1))?.facts).toEqual(first.facts);
    expect(await tables.get(3)).toBeNull();
  });

  it('are told page by page', async () => {
    for (const table of [first, second, third]) await tables.save(table, by(''));
    const page = await tables.page({ limit: 2 });
    expect(page.items.map(({ version }) => version)).toEqual([3, 2]);
    const last = await tables.page({ limit: 2, cursor: page.nextCursor });
    expect(last.items.map(({ version }) => version)).toEqual([1]);
    expect(last.nextCursor).toBeNull();
  });

  it('saved at once are numbered without a gap', async () => {
    const saved = await Promise.all([first, second, third].map((table) => tables.save(table, by(''))));
    expect(saved.map(({ version }) => version).sort()).toEqual([1, 2, 3]);
  });

  it('come back with every value and visit, and what was changed by another hand does not', async () => {
    await tables.save(first, by(''));
    const stored = (await tables.get(1))!;
    const { values, visits } = fromStore(stored);
    expect(visits.some((count) => count > 0)).toBe(true);
    expect(readerTable(stored)).toMatchObject({
      tableId: stored.tableId,
      encodingVersion: 2,
      values,
      visits,
    });
    expect(() => fromStore({ ...stored, hash: second.hash })).toThrow(
      'version 1 as it is stored cannot be used',
    );
  });
});

describe('promotion', () => {
  beforeEach(async () => {
    for (const table of [first, second, third]) await tables.save(table, by(''));
  });

  it('never happens by itself', async () => {
    expect(await tables.promoted()).toBeNull();
    expect(await tables.promotions(10)).toEqual([]);
  });

  it('moves the desk to a version, and a rollback to the one before, down to none', async () => {
    await tables.promote(1, by('first try'));
    await tables.promote(3, by('better'));
    await tables.promote(2, by('other'));
    expect((await tables.promoted())?.hash).toBe(second.hash);
    expect(await tables.rollback(by('worse'))).toEqual({ from: 2, to: 3 });
    expect(await tables.rollback(by('worse'))).toEqual({ from: 3, to: 1 });
    await tables.promote(2, by('again'));
    expect(await tables.rollback(by('no'))).toEqual({ from: 2, to: 1 });
    expect(await tables.rollback(by('none'))).toEqual({ from: 1, to: null });
    expect(await tables.promotedVersion()).toBeNull();
    await expect(tables.rollback(by('more'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('nothing to roll back'),
    });
  });

  it('is rolled back to where it was seen to lead, or not at all', async () => {
    expect(await tables.nextRollback()).toBeNull();
    await tables.promote(1, by('first try'));
    await tables.promote(3, by('better'));
    const seen = await tables.nextRollback();
    expect(seen).toEqual({ from: 3, to: 1 });
    await tables.promote(2, by('by another hand'));
    await expect(tables.rollback(by('worse'), seen!)).rejects.toMatchObject({
      code: 'conflict',
      message: 'a rollback leads from 2 to 3 now, not from 3 to 1: look again, and decide anew',
    });
    expect(await tables.promotedVersion()).toBe(2);
    expect(await tables.rollback(by('worse'), { from: 2, to: 3 })).toEqual({ from: 2, to: 3 });
  });

  it('is told to the pages, as a new version is, with what it is told of', async () => {
    const events = createEventRepository(test.database);
    const told = async () => (await events.after(0, { limit: 100 })).map(({ type, atMs }) => [type, atMs]);
    expect(await told()).toEqual(Array(3).fill(['qtable.changed', NOW_MS]));
    await tables.save(first, by('the same again'));
    await expect(tables.promote(9, by(''))).rejects.toThrow();
    expect(await told()).toHaveLength(3);
    await tables.promote(2, by(''));
    await tables.rollback(by(''));
    expect(await told()).toHaveLength(5);
  });

  it('is kept with who, when and why, and leaves its audit row', async () => {
    await tables.promote(3, by('scores hold up'));
    await tables.rollback(by('they do not'));
    expect(await tables.promotions(10)).toMatchObject([
      {
        kind: 'rollback',
        fromVersion: 3,
        toVersion: null,
        actor: 'ann',
        reason: 'they do not',
        atMs: NOW_MS,
      },
      { kind: 'promote', fromVersion: null, toVersion: 3, actor: 'ann', reason: 'scores hold up' },
    ]);
    const { items } = await createAuditRepository(test.database).list({ limit: 10, action: 'qtable.' });
    expect(items.map(({ action, subject, actor }) => [action, subject, actor])).toEqual([
      ['qtable.rollback', 'qtable:3', 'ann'],
      ['qtable.promote', 'qtable:3', 'ann'],
      ...[3, 2, 1].map((version) => ['qtable.train', `qtable:${version}`, 'ann']),
    ]);
  });

  it('of a version there is not, or of the one that stands, is refused and changes nothing', async () => {
    await expect(tables.promote(9, by(''))).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no Q-table version 9; the newest is 3',
    });
    await tables.promote(1, by(''));
    await expect(tables.promote(1, by(''))).rejects.toMatchObject({ code: 'conflict' });
    expect(await tables.promotions(10)).toHaveLength(1);
  });

  it('wakes who listens, in any process', async () => {
    let woken = 0;
    const unlisten = await tables.subscribe(() => {
      woken += 1;
    });
    await expect.poll(() => woken).toBe(1);
    await tables.promote(2, by(''));
    await expect.poll(() => woken).toBe(2);
    await tables.rollback(by(''));
    await expect.poll(() => woken).toBe(3);
    await unlisten();
  });
});

describe('a Q-table as a file', () => {
  it('is the same table in another database', async () => {
    await tables.save(first, by(''));
    const file = toFile((await tables.get(1))!);
    await test.clear();
    const read = fromFile(file, 'q1.vqt');
    expect(read).toEqual({ ...first, origin: 'imported' });
    expect(await tables.save(read, by(''))).toMatchObject({ version: 1, isNew: true });
    const { items } = await createAuditRepository(test.database).list({ limit: 1 });
    expect(items[0]).toMatchObject({ action: 'qtable.import' });
  });

  it.each([
    ['is something else', () => Buffer.from('hello'), 'is no Q-table'],
    ['ends early', (file: Buffer) => file.subarray(0, file.length - 9), 'is damaged'],
    ['has another hash', (file: Buffer) => withByte(file, 10, 48), 'is damaged (its hash is'],
    ['has a changed byte', (file: Buffer) => withByte(file, file.length - 40, 1), 'is damaged'],
  ])('is refused when it %s', (_what, broken, told) => {
    const file = broken(toFile({ hash: first.hash, body: first.body }));
    expect(() => fromFile(file, 'q1.vqt')).toThrow(told);
  });
});

function withByte(file: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = copy[at] === byte ? byte + 1 : byte;
  return copy;
}
