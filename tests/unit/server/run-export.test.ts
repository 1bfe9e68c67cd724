import { expect, it } from 'vitest';
import type { StoredCall, StoredSpan } from '#db/repositories/run-trace.ts';
import type { RunLineage } from '#domain/lineage.ts';
import type { RunTrace } from '#domain/run-trace.ts';
import type { RunsPort } from '#server/api-deps.ts';
import { redactText } from '#server/telemetry/redact.ts';
import { cycleRecord, llmCall, span } from '#tests/support/database-rows.ts';
import { runSummary } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const SHORT = span({ spanId: 's1', output: { said: 'little' } });
const LONG = span({ spanId: 's2', output: { said: 'much '.repeat(9), key: 'my-own-secret' } });
const CALL = llmCall({ messages: [{ role: 'user', content: 'whole words' }], reply: 'sk-abcdefgh12345678' });

const TRACE: RunTrace = {
  run: runSummary(),
  spans: [
    { ...SHORT, cut: { input: null, output: null } },
    { ...LONG, output: null, cut: { input: null, output: { bytes: 70, preview: '{"said"' } } },
  ],
  calls: [{ ...CALL, messages: [], reply: null, replyBytes: 19, repairOf: null }],
  orders: [],
  hiddenFields: 0,
};
const LINEAGE: RunLineage = {
  ...{ runId: 'run_1', kind: 'cycle', status: 'finished', promptVersions: null },
  ...{ decisions: [], trades: [], missing: [] },
};

function api(change: Partial<RunsPort> = {}) {
  const fakes = apiWith();
  const runs: RunsPort = {
    ...fakes.deps.runs,
    trace: async (runId) => (runId === 'run_1' ? TRACE : null),
    record: async () => cycleRecord({ runId: 'run_1' }),
    span: async (_run, spanId) => ({ span: spanId === 's2' ? LONG : SHORT }) as StoredSpan,
    call: async () => ({ call: CALL }) as StoredCall,
    ...change,
  };
  const lineage = { ...fakes.deps.lineage, ofRun: async () => LINEAGE };
  return apiWith({ runs, lineage, redact: (text) => redactText(text, ['my-own-secret']) });
}

it('gives the whole trace as a file, with what was cut and without what is secret', async () => {
  const answer = await api().get('/api/runs/run_1/export?of=trace');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="run_1.trace.json"');
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({
    ...{ format: 'vigil-run-trace-1', run: { runId: 'run_1' }, record: { runId: 'run_1' } },
    lineage: { decisions: [] },
    spans: [
      { spanId: 's1', output: { said: 'little' } },
      { spanId: 's2', output: { key: '[redacted]' } },
    ],
    calls: [{ callId: 'call-1', messages: [{ content: 'whole words' }], reply: '[redacted]' }],
  });
  expect(JSON.parse(text).spans[1]).not.toHaveProperty('cut');
});

it('gives the record alone unless asked for more, and neither of a run there is not', async () => {
  const answer = await api().get('/api/runs/run_1/export');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="run_1.json"');
  expect(answer.headers.get('content-type')).toContain('application/json');
  expect(await answer.json()).toMatchObject({ runId: 'run_1', nodes: [] });
  await expectProblem(await api().get('/api/runs/none/export?of=trace'), 'not_found');
  await expectProblem(await api({ record: async () => null }).get('/api/runs/none/export'), 'not_found');
  await expectProblem(await api().get('/api/runs/run_1/export?of=everything'), 'request_invalid');
});

it('tells what fails before the first byte as a problem', async () => {
  const broken = api({
    record: async () => {
      throw new Error('the disk is gone');
    },
  });
  await expectProblem(await broken.get('/api/runs/run_1/export?of=trace'), 'internal');
});
