/**
 * Order flows on a real venue's wire, with every fault the venue knows, and real kills of the process between any two
 * steps; afterwards the venue's own books are held against ours. `VIGIL_TEST_FLOWS` says how many flows, `VIGIL_TEST_SEED`
 * which: without them, as many as fit three minutes on two cores. 1,000 take about ten. A standby takes over from each
 * process that dies, as one does for the guard.
 * A list that leaves everything out is defended against once: a venue that lies twice in a row is believed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from '#tests/support/bundle.ts';
import type { FlowCounts } from '#tests/support/order-flow-audit.ts';
import { runLane } from '#tests/support/order-flow-lane.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const FLOWS = Number(process.env.VIGIL_TEST_FLOWS ?? 200);
const SEED = Number(process.env.VIGIL_TEST_SEED ?? 7);
const LANES = 3;
const PROTECT_WITHIN_MS = 5_000;
const LIMIT_MS = 120_000 + FLOWS * 2_000;

let test: TestDatabase;
let script: string;

beforeAll(async () => {
  test = await createTestDatabase();
  script = await bundleScript('tests/support/order-flow-child.ts');
});
afterAll(() => test.drop());

describe(`${FLOWS} order flows under faults and kills`, () => {
  it('execute each order once, leave nothing naked and nothing behind, and keep equal books', {
    timeout: LIMIT_MS,
  }, async () => {
    const startedAtMs = Date.now();
    const lanes = await Promise.all(
      Array.from({ length: LANES }, (_, lane) => {
        const flows = Math.floor((FLOWS + lane) / LANES);
        return runLane({ test, script, lane, seed: SEED * 1_000 + lane, flows });
      }),
    );
    const counts = lanes.map((lane) => lane.counts);
    const total = (name: Exclude<keyof FlowCounts, 'faults'>) =>
      counts.reduce((sum, lane) => sum + lane[name], 0);
    const longestNakedMs = Math.max(...counts.map((lane) => lane.longestNakedMs));
    const printed = {
      seed: SEED,
      flows: FLOWS,
      seconds: Math.round((Date.now() - startedAtMs) / 1_000),
      kills: lanes.flatMap(({ deaths }) => deaths).length,
      entries: total('entries'),
      overTime: total('overTime'),
      overTimeExecuted: total('overTimeExecuted'),
      unknowns: total('unknowns'),
      stops: total('stops'),
      targets: total('targets'),
      closesByCustody: total('closesByCustody'),
      liquidations: total('liquidations'),
      longestNakedMs,
      faults: tally(counts.flatMap(({ faults }) => faults)),
      deaths: tally(lanes.flatMap(({ deaths }) => deaths)),
    };
    process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
    expect(lanes.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(longestNakedMs).toBeLessThanOrEqual(PROTECT_WITHIN_MS);
    expect(printed.entries).toBeGreaterThanOrEqual(FLOWS);
    expect(printed.liquidations).toBeGreaterThan(FLOWS / 40);
    expect(printed.overTimeExecuted).toBeGreaterThan(FLOWS / 10);
  });
});

function tally(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names.toSorted()) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}
