import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSweepJournal } from '#server/study/sweep-journal.ts';

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'vigil-sweep-'));
  homes.push(home);
  return home;
}

describe('the journal of a sweep', () => {
  it('has what was kept when it is opened again for the same question, and nothing for another', () => {
    const home = newHome();
    const first = openSweepJournal<number>(home, { of: 'one' });
    first.keep('a', 1);
    first.keep('b', 2);
    first.close();
    expect([...openSweepJournal<number>(home, { of: 'one' }).finished]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(openSweepJournal<number>(home, { of: 'two' }).finished.size).toBe(0);
  });

  it('takes away a last line that a kill cut off, and goes on after the ones before it', () => {
    const home = newHome();
    const first = openSweepJournal<string>(home, 'cut');
    first.keep('a', 'ä');
    first.close();
    appendFileSync(first.path, '["b","hal');
    const second = openSweepJournal<string>(home, 'cut');
    expect([...second.finished]).toEqual([['a', 'ä']]);
    second.keep('b', 'whole');
    second.close();
    expect(readFileSync(first.path, 'utf8')).toBe('["a","ä"]\n["b","whole"]\n');
  });

  it('begins anew where that is asked, and forgets at the end', () => {
    const home = newHome();
    const first = openSweepJournal<number>(home, 'fresh');
    first.keep('a', 1);
    first.close();
    const anew = openSweepJournal<number>(home, 'fresh', true);
    expect(anew.finished.size).toBe(0);
    anew.forget();
    expect(existsSync(anew.path)).toBe(false);
  });

  it('says which folder does not take it', () => {
    const home = newHome();
    writeFileSync(join(home, 'sweeps'), 'a file');
    expect(() => openSweepJournal(home, 'no')).toThrow(
      /the sweep cannot be kept at .*sweeps.*VIGIL_HOME must be/,
    );
  });
});
