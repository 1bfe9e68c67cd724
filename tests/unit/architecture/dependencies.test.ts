import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootFolder } from '#server/paths.ts';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const manifest = readJson('package.json');
const locked = Object.entries(readJson('package-lock.json').packages as Record<string, LockedPackage>);

describe('the dependencies', () => {
  it('are pinned to exact versions', () => {
    const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides };
    expect(Object.keys(asked).length).toBeGreaterThan(20);
    expect(Object.entries(asked).filter(([, version]) => !EXACT.test(version as string))).toEqual([]);
  });

  it('are locked with every platform package they may ask for, so that npm ci works elsewhere', () => {
    const names = new Set(locked.map(([path]) => path.replace(/^.*node_modules\//, '')));
    const missing = locked.flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !names.has(name))
        .map((name) => `${name} of ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('are locked without a download address', () => {
    const addressed = locked.filter(([, { resolved }]) => resolved?.startsWith('http'));
    expect(addressed.map(([path]) => path)).toEqual([]);
  });
});

function readJson(name: string) {
  return JSON.parse(readFileSync(join(rootFolder(), name), 'utf8'));
}
