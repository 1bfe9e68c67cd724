import { describe, expect, it } from 'vitest';
import type { Opinion } from '#domain/opinion.ts';
import { llmCall, span } from '#tests/support/database-rows.ts';
import { runSummary } from './fake-deps.ts';
import { type Api, apiWith, expectProblem } from './http-support.ts';

const SPAN = '/api/runs/run-1/spans/span-1';
const CALL = '/api/runs/run-1/calls/call-1';

function apiWithSpan(runStatus: 'running' | 'finished'): Api {
  const api = apiWith();
  api.runs.set('run-1', runSummary({ runId: 'run-1', status: runStatus }));
  api.spans.set('span-1', { span: span({ output: { bars: 500 } }), attempts: [], runStatus });
  return api;
}

describe('a span', () => {
  it('is answered whole and kept by the browser once its run is over', async () => {
    const response = await apiWithSpan('finished').get(SPAN);
    expect(await response.json()).toEqual({ span: span({ output: { bars: 500 } }), attempts: [] });
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{40}"$/);
  });

  it('is not sent again to who has it, and is when it has changed', async () => {
    const api = apiWithSpan('finished');
    const etag = (await api.get(SPAN)).headers.get('etag') ?? '';
    const same = await api.get(SPAN, { 'if-none-match': etag });
    expect([same.status, await same.text()]).toEqual([304, '']);
    expect(same.headers.get('cache-control')).toBe('private, no-cache');
    api.spans.set('span-1', { span: span({ output: null }), attempts: [], runStatus: 'finished' });
    expect((await api.get(SPAN, { 'if-none-match': etag })).status).toBe(200);
  });

  it('of a run under way is kept by nobody', async () => {
    const response = await apiWithSpan('running').get(SPAN);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('that is not there is named, with the reason when its run was thinned', async () => {
    const api = apiWith();
    expect((await expectProblem(await api.get(SPAN), 'not_found')).detail).toBe('there is no run "run-1"');
    api.runs.set('run-1', runSummary({ runId: 'run-1' }));
    const missing = await expectProblem(await api.get(SPAN), 'not_found');
    expect(missing.detail).toBe('run "run-1" has no span "span-1"');
    api.runs.set('run-1', runSummary({ runId: 'run-1', thinnedAtMs: 5 }));
    const thinned = await expectProblem(await api.get(SPAN), 'not_found');
    expect(thinned.detail).toContain('its trace was dropped to save room');
  });
});

describe('a model call', () => {
  const opinion: Opinion = {
    ...{ agent: 'scanner', symbol: null, decidedBy: 'rules', abstention: 'ungrounded_number' },
    doubts: ['summary says 92%'],
    quotes: [{ field: 'summary', said: '92%', isGrounded: false }],
    answer: { ranked: [], summary: '' },
  };

  function apiWithCall(reply: string | null, isLastReply = true): Api {
    const api = apiWith();
    api.runs.set('run-1', runSummary({ runId: 'run-1' }));
    api.modelCalls.set('call-1', {
      ...{ call: llmCall({ reply }), repairOf: 'call-0', repairedBy: null, isLastReply },
      ...{ opinions: [opinion], promptVersions: { scanner: 3 }, runStatus: 'finished' },
    });
    return api;
  }

  it('tells what was read from its words, which prompt asked and what became of it', async () => {
    const response = await apiWithCall('```json\n{"summary":"92%"}\n```').get(CALL);
    expect(await response.json()).toMatchObject({
      ...{ repairOf: 'call-0', repairedBy: null, parsed: { summary: '92%' } },
      prompt: { name: 'scanner', version: 3 },
      verdict: {
        ...{ decidedBy: 'rules', abstention: 'ungrounded_number', doubts: opinion.doubts },
        quotes: opinion.quotes,
      },
    });
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
  });

  it('claims no answer where none can be read, and no verdict where another reply came after it', async () => {
    const prose = await (await apiWithCall('I would wait.', false).get(CALL)).json();
    expect(prose).toMatchObject({ parsed: null, verdict: null });
    await expectProblem(await apiWithCall(null).get('/api/runs/run-1/calls/other'), 'not_found');
  });
});

describe('a run', () => {
  it('that is over is asked for again by its tag alone', async () => {
    const api = apiWithSpan('finished');
    const first = await api.get('/api/runs/run-1');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await api.get('/api/runs/run-1', { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect(again.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('under way is kept by nobody', async () => {
    const response = await apiWithSpan('running').get('/api/runs/run-1');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('knows the way to the runs beside it', async () => {
    const response = await apiWithSpan('finished').get('/api/runs/run-1/neighbours');
    expect(await response.json()).toEqual({ newer: null, older: 'run_0' });
    await expectProblem(await apiWith().get('/api/runs/none/neighbours'), 'not_found');
  });
});
