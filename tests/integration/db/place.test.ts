import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyBinaries } from '#db/embedded/binaries.ts';
import { canReach, postgresUser } from '#db/embedded/system-user.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-place-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stranger = { name: 'stranger', uid: 64_000, gid: 64_000 };

describe('reaching a folder', () => {
  it('needs every folder on the way to be open to that user', () => {
    const inner = path.join(folder, 'home', 'data');
    mkdirSync(inner, { recursive: true });
    expect(canReach(stranger, inner)).toBe(true);
    chmodSync(path.join(folder, 'home'), 0o700);
    expect(canReach(stranger, inner)).toBe(false);
    const { uid, gid } = statSync(folder);
    expect(canReach({ name: 'owner', uid, gid }, inner)).toBe(true);
  });
});

describe.runIf(process.getuid?.() === 0)('the user of Postgres under root (skipped for others)', () => {
  it('is postgres before nobody, and missing both names the way out', () => {
    const passwd = path.join(folder, 'passwd');
    writeFileSync(
      passwd,
      'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n',
    );
    expect(postgresUser(passwd)).toEqual({ name: 'postgres', uid: 101, gid: 104 });
    writeFileSync(passwd, 'root:x:0:0::/root:/bin/sh\n');
    expect(() => postgresUser(passwd)).toThrow(/DATABASE_URL/);
  });
});

describe('copying the programs', () => {
  it('gives a whole copy that all may read, with its links, over the rest of a killed one', () => {
    const native = path.join(folder, 'native');
    mkdirSync(path.join(native, 'bin'), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(native, 'bin', 'postgres'), 'program', { mode: 0o600 });
    symlinkSync('postgres', path.join(native, 'bin', 'link'));
    const home = path.join(folder, 'home');
    mkdirSync(path.join(home, 'postgres-binaries-18.4.draft', 'rest'), { recursive: true });
    const copy = copyBinaries({ folder: native, version: '18.4', majorVersion: 18 }, home);
    expect(statSync(path.join(copy, 'bin', 'postgres')).mode & 0o777).toBe(0o755);
    expect(readFileSync(path.join(copy, 'bin', 'link'), 'utf8')).toBe('program');
    expect(existsSync(path.join(copy, 'rest'))).toBe(false);
  });
});
