import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approvalIdOf } from '#domain/approval.ts';
import type { NodeName } from '#domain/run.ts';
import type { Container } from '#server/container.ts';
import { approveAll } from '#tests/support/memory-approvals.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { makeRun, openContainer, recordOf } from '#tests/support/test-desk.ts';

const LATER_MS = 6 * 3_600_000;

let test: TestDatabase;
const containers: Container[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const container of containers.splice(0)) await container.close();
});
afterAll(() => test.drop());

async function open(options: Parameters<typeof openContainer>[1]): Promise<Container> {
  const container = await openContainer(test.url, options);
  containers.push(container);
  return container;
}

/** A process that is told to stop as soon as a run has left this node. */
async function drainedAfter(last: NodeName, environment: Record<string, string>): Promise<Container> {
  const container: Container = await open({
    environment,
    around: {
      tracer: (tracer) => ({
        ...tracer,
        async closed(span) {
          await tracer.closed(span);
          if (span.name === last) void container.engine.drain();
        },
      }),
    },
  });
  return container;
}

/** Another process goes on with it, six hours of the market later. */
async function goOnLater(runId: string, environment: Record<string, string>): Promise<Container> {
  const container = await open({
    environment,
    around: { clock: (clock) => ({ ...clock, nowMs: () => clock.nowMs() + LATER_MS }) },
  });
  await test.database
    .sql`update runs set heartbeat_at_ms = heartbeat_at_ms - ${LATER_MS} where run_id = ${runId}`;
  expect(await container.engine.execute(runId)).toBe('finished');
  return container;
}

describe('a run that was drained right before it places, and goes on hours later', () => {
  it('opens nothing of a market that is long gone', async () => {
    const stopping = await drainedAfter('executor', {});
    const { runId } = await makeRun(stopping, 'late');
    expect(await stopping.engine.execute(runId)).toBe('drained');
    const next = await goOnLater(runId, {});
    await expectNothingOpened(next, runId);
  });

  it('opens nothing of what a person approved then', async () => {
    const environment = { VIGIL_APPROVAL: 'true' };
    const stopping = await drainedAfter('approval', environment);
    const { runId } = await makeRun(stopping, 'late-approved');
    expect(await stopping.engine.execute(runId)).toBe('parked');
    const question = await stopping.rows.approvals.get(approvalIdOf(runId));
    if (question === null) throw new Error('nobody was asked');
    const { approvalId, asked } = question;
    await stopping.rows.approvals.answer({
      approvalId,
      answers: approveAll(asked),
      by: 'a person',
      reason: null,
    });
    expect(await Promise.all(await stopping.engine.wake())).toEqual(['drained']);
    const next = await goOnLater(runId, environment);
    await expectNothingOpened(next, runId);
  });
});

async function expectNothingOpened(container: Container, runId: string): Promise<void> {
  const record = await recordOf(container, runId);
  expect(record.intents).toEqual([]);
  const denied = record.verdicts.filter(({ stage }) => stage === 'place');
  expect(denied.length).toBeGreaterThan(0);
  for (const { findings } of denied) expect(findings.map(({ code }) => code)).toContain('proposal_stale');
}
