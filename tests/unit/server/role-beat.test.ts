import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkBeat } from '#server/cli/check-beat.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createRoleBeat, lastBeatAtMs } from '#server/telemetry/role-beat.ts';

const NOW_MS = 1_744_027_200_000;

let root: string;
let homeDir: string;
const warnings: string[] = [];
const clock = { atMs: NOW_MS, nowMs: () => clock.atMs };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigil-beat-'));
  homeDir = root;
  clock.atMs = NOW_MS;
  warnings.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function openBeat(folder = homeDir) {
  const logger = {
    ...SILENT_LOGGER,
    warn: (_fields: unknown, message: string) => void warnings.push(message),
  };
  return createRoleBeat({ homeDir: folder, role: 'guard', clock, logger });
}

const hasBeaten = (atMs: number) =>
  vi.waitFor(async () => expect(await lastBeatAtMs(homeDir, 'guard')).toBe(atMs));

describe('the beat of a role', () => {
  it('tells of its last turn until it is stopped', async () => {
    const beat = openBeat();
    expect(await lastBeatAtMs(homeDir, 'guard')).toBeNull();
    beat.beat();
    await hasBeaten(NOW_MS);
    clock.atMs += 1_000;
    beat.beat();
    await hasBeaten(NOW_MS + 1_000);
    await beat.stop();
    expect(readdirSync(homeDir)).toEqual([]);
  });

  it('makes the folder it is kept in', async () => {
    homeDir = join(homeDir, 'not', 'yet');
    openBeat().beat();
    await hasBeaten(NOW_MS);
  });

  it('that cannot be written is told once, stops nothing, and goes on when it can', async () => {
    homeDir = join(homeDir, 'in-the-way');
    writeFileSync(homeDir, '');
    const beat = openBeat();
    beat.beat();
    await vi.waitFor(() => expect(warnings).toEqual(['the beat cannot be written']));
    rmSync(homeDir);
    await vi.waitFor(async () => {
      beat.beat();
      expect(await lastBeatAtMs(homeDir, 'guard')).toBe(NOW_MS);
    });
    expect(warnings).toHaveLength(1);
  });
});

describe('the check of a role', () => {
  it('passes up to 60 s after its last turn and fails from then on, with the way out', async () => {
    openBeat().beat();
    await hasBeaten(NOW_MS);
    expect(await checkBeat(homeDir, 'guard', NOW_MS + 60_000)).toMatchObject({ name: 'guard', status: 'ok' });
    expect(await checkBeat(homeDir, 'guard', NOW_MS + 61_000)).toEqual({
      name: 'guard',
      status: 'failed',
      detail:
        'its loop last turned 61 s ago, over the limit of 60 s: its log says what holds it up; start it again',
    });
  });

  it('fails where the role does not run, whatever others do', async () => {
    openBeat().beat();
    await hasBeaten(NOW_MS);
    expect(await checkBeat(homeDir, 'worker', NOW_MS)).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('no worker runs on'),
    });
  });
});
