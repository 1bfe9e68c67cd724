import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '#db/group-commit.ts';

/** A store whose writes wait until the test lets them go. */
function gatedStore(refuse: (entry: string) => boolean = () => false) {
  const batches: string[][] = [];
  const gates: (() => void)[] = [];
  const write = createGroupCommit<string, string>(async (entries) => {
    batches.push([...entries]);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (entries.some(refuse)) throw new Error(`refused one of ${entries.join(',')}`);
    return entries.map((entry) => entry.toUpperCase());
  });
  return { batches, write, open: () => gates.splice(0).forEach((gate) => void gate()) };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('a group commit', () => {
  it('writes the entries of one tick together and gives each its own answer', async () => {
    const store = gatedStore();
    const answers = Promise.all(['a', 'b', 'c'].map((entry) => store.write(entry)));
    await settled();
    store.open();
    expect(await answers).toEqual(['A', 'B', 'C']);
    expect(store.batches).toEqual([['a', 'b', 'c']]);
  });

  it('gathers what arrives while a write is under way, and resolves nobody before the own write', async () => {
    const store = gatedStore();
    const resolved: string[] = [];
    const first = store.write('a').then((answer) => resolved.push(answer));
    await settled();
    const later = ['b', 'c'].map((entry) => store.write(entry).then((answer) => resolved.push(answer)));
    await settled();
    expect(store.batches).toEqual([['a']]);
    store.open();
    await first;
    await settled();
    expect(resolved).toEqual(['A']);
    store.open();
    await Promise.all(later);
    expect(store.batches).toEqual([['a'], ['b', 'c']]);
  });

  it('lets a bad entry fail alone and goes on', async () => {
    const store = gatedStore((entry) => entry === 'bad');
    const writes = Promise.allSettled(['a', 'bad', 'c'].map((entry) => store.write(entry)));
    for (let turn = 0; turn < 5; turn += 1) {
      await settled();
      store.open();
    }
    expect((await writes).map((write) => write.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const next = store.write('d');
    await settled();
    store.open();
    expect(await next).toBe('D');
  });
});
