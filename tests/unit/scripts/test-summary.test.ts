import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/test-summary.mjs', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigil-summary-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly failureMessages: readonly string[];
}

/** What the script says of a run of these tests. */
async function summaryOf(tests: readonly Told[]): Promise<{ code: number; said: string }> {
  const report = join(folder, 'report.json');
  const status = tests.some((told) => told.status === 'failed') ? 'failed' : 'passed';
  await writeFile(
    report,
    JSON.stringify({ testResults: [{ name: 'a.test.ts', status, assertionResults: tests }] }),
  );
  return new Promise((resolve) =>
    execFile(process.execPath, [SCRIPT, report], (error, said) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said }),
    ),
  );
}

describe('the summary of a run of tests', () => {
  test('names what passed at its second try, with what the first one failed of', async () => {
    const { code, said } = await summaryOf([
      { fullName: 'a desk trades', status: 'passed', failureMessages: [] },
      {
        fullName: 'a desk halts',
        status: 'passed',
        failureMessages: ['Error: no halt in time\n  at line 3'],
      },
    ]);
    expect(said).toBe('second try: a desk halts: Error: no halt in time\n2 passed, 0 failed, 0 skipped\n');
    expect(code).toBe(0);
  });

  test('calls failed what failed at both', async () => {
    const { code, said } = await summaryOf([
      { fullName: 'a desk halts', status: 'failed', failureMessages: ['Error: one', 'Error: two'] },
    ]);
    expect(said).toBe('failed: a desk halts\n0 passed, 1 failed, 0 skipped\n');
    expect(code).toBe(1);
  });
});
