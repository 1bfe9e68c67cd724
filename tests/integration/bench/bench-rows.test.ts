import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startNode } from '#tests/support/node-process.ts';

const BenchRows = z.strictObject({
  results: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        unit: z.string().min(1),
        median: z.number().positive(),
        p95: z.number().positive().optional(),
        p99: z.number().positive(),
        baseline: z.string().nullable(),
        ratio: z.number().positive().nullable(),
      }),
    )
    .min(1),
});
/** Nothing is judged by how long it takes. */
const PATIENCE_MS = 240_000;

const JSON_OF_Q_LEARNING = ['--import', 'tsx', 'bench/main.ts', '--only', 'q-learning', '--json'];

describe('the bench', { timeout: PATIENCE_MS }, () => {
  it('prints its rows alone on stdout when asked for JSON', async () => {
    const { code, stdout, stderr } = await startNode(JSON_OF_Q_LEARNING, {
      killAfterMs: PATIENCE_MS,
    }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { results } = BenchRows.parse(JSON.parse(stdout));
    expect(results.map(({ name }) => name.split(':')[0])).toEqual(results.map(() => 'q-learning'));
    expect(results.some(({ ratio, baseline }) => ratio !== null && baseline !== null)).toBe(true);
  });
});
