import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Approval } from '#domain/approval.ts';
import type { CycleRecord, RunSummary } from '#domain/run.ts';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import { type NodeProcess, startNode } from '#tests/support/node-process.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

const WAIT = { timeout: 40_000, interval: 100 };

let test: TestDatabase;
let url: string;
let commandLine: string;
const home = mkdtempSync(join(tmpdir(), 'vigil-approval-'));
const processes: NodeProcess[] = [];

function start(role: string): NodeProcess {
  const one = startNode([commandLine, 'start', '--role', role], {
    env: {
      ...deskEnvironment(test.url),
      ...{ VIGIL_HOME: home, VIGIL_SPEED: '1', CYCLE_INTERVAL_MS: '3600000' },
      ...{ VIGIL_APPROVAL: 'true', VIGIL_APPROVAL_WITHIN_MS: '60000' },
    },
    killAfterMs: 120_000,
  });
  processes.push(one);
  return one;
}

beforeAll(async () => {
  test = await createTestDatabase();
  commandLine = await bundleCommandLine();
  const [, found] = await start('api').said(/Vigil is up: (http:\S+)/);
  url = found ?? '';
});
afterAll(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await Promise.all(processes.map(({ ended }) => ended));
  await test?.drop();
  rmSync(home, { recursive: true, force: true });
});

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(`${url}${path}`)).json()) as Body;
}

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Waits for the page of events to tell of an approval. */
async function toldOfApproval(from: Response): Promise<void> {
  const reader = from.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  while (reader && !told.includes('event: approval.changed')) {
    const { value, done } = await reader.read();
    if (done) break;
    told += value;
  }
  expect(told).toContain('event: approval.changed');
  await reader?.cancel();
}

it('asks in a worker, which is killed, takes the answer in the api and places it in another worker', async () => {
  const stream = await fetch(`${url}/api/events`);
  const worker = start('worker');
  await toldOfApproval(stream);
  const { items } = await get<{ items: Approval[] }>('/api/approvals?status=pending');
  const [question] = items;
  if (question === undefined) throw new Error('nothing waits');
  const { approvalId, runId, asked } = question;
  const path = `/api/approvals/${approvalId}/answer`;

  // The worker has let go of the run: killed, it takes nothing with it.
  await vi.waitFor(async () => {
    const [run] = await test.database.sql`select owner from runs where run_id = ${runId}`;
    expect(run?.owner).toBeNull();
  }, WAIT);
  worker.kill('SIGKILL');
  await worker.ended;

  const [first, ...others] = asked.map(({ proposal }) => proposal.proposalId);
  const half = { proposalId: first, decision: 'shrink', sizeFraction: 0.5 };
  const answered = await post(path, { answers: [half], reason: 'one is enough' });
  expect(answered).toMatchObject({ status: 200, body: { status: 'answered' } });
  const again = await post(path, { answers: [half] });
  expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(again.body.detail).toContain('was answered by a person');

  start('worker');
  const { record } = await vi.waitFor(async () => {
    const found = await get<{ run: RunSummary; record: CycleRecord | null }>(`/api/runs/${runId}`);
    expect(found.record).not.toBeNull();
    return found;
  }, WAIT);
  expect(record).toMatchObject({ approval: { reason: 'one is enough', answeredBy: 'a person' } });
  const denied = record?.verdicts.filter(
    ({ stage, outcome }) => stage === 'approval' && outcome === 'denied',
  );
  expect(denied?.map(({ proposalId }) => proposalId)).toEqual(others);
  const entries = record?.intents.filter(({ request }) => request.purpose === 'entry') ?? [];
  for (const { proposalId, request } of entries) {
    expect(proposalId).toBe(first);
    expect(Number(request.quantityBase)).toBeLessThanOrEqual(Number(asked[0]?.quantityBase) / 2);
  }
  const [audit] = await test.database.sql`
    select actor, details from audit_log where action = 'approval.answered'`;
  expect(audit).toMatchObject({ actor: 'a person', details: { reason: 'one is enough' } });
}, 120_000);
