import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, tryFolder } from '#db/embedded/make-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigil-folder-'));
});
afterEach(() => {
  chmodSync(root, 0o700);
  rmSync(root, { recursive: true });
});

const refused = (why: string) =>
  expect.objectContaining({
    code: 'database_unavailable',
    message: expect.stringMatching(new RegExp(`cannot be used, ${why}.*VIGIL_HOME.*DATABASE_URL`)),
  });

describe('makeFolders', () => {
  it('makes what is missing and names it, the outermost first', () => {
    expect(makeFolders(join(root, 'a', 'b'))).toEqual([join(root, 'a'), join(root, 'a', 'b')]);
    expect(makeFolders(join(root, 'a', 'b'))).toEqual([]);
  });

  it('ends where a folder takes no child', ({ skip }) => {
    if (!existsSync('/proc/self')) skip('there is no /proc here');
    expect(() => makeFolders('/proc/vigil/home')).toThrow('ENOENT');
  });
});

describe('tryFolder', () => {
  it('leaves nothing behind, in a folder that is there and in one that is not', () => {
    tryFolder(root);
    tryFolder(join(root, 'a', 'b'));
    expect(readdirSync(root)).toEqual([]);
  });

  it('says that a folder is a file, lies below one, or cannot be made', ({ skip }) => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    expect(() => tryFolder(file)).toThrow(refused('it is a file'));
    expect(() => tryFolder(join(file, 'home'))).toThrow(refused('it lies below a file'));
    if (!existsSync('/proc/self')) skip('there is no /proc here');
    expect(() => tryFolder('/proc/vigil')).toThrow(refused('no folder can be made there'));
  });

  it('says that a folder may not be written', ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may write everywhere');
    chmodSync(root, 0o500);
    expect(() => tryFolder(root)).toThrow(refused('this user may not write there'));
  });
});
