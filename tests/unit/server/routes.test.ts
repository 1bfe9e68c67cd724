import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord } from '#domain/run.ts';
import { NOW_MS, runSummary } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const input = (api: ReturnType<typeof apiWith>, name: string) =>
  api.calls.find((call) => call.name === name)?.input;

describe('an analysis', () => {
  it('is started for what people type and leads to its run', async () => {
    const api = apiWith();
    const response = await api.send(
      'POST',
      '/api/analyses',
      { symbols: ['btc', 'BTCUSDT', 'ETH/USDT'], question: ' why? ' },
      { 'x-correlation-id': 'c-1' },
    );
    expect(response.status).toBe(202);
    const { runId } = (await response.json()) as { runId: string };
    expect(response.headers.get('location')).toBe(`/api/runs/${runId}`);
    expect(input(api, 'startAnalysis')).toEqual({
      symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      question: 'why?',
      correlationId: 'c-1',
    });
  });

  it('of an unknown symbol names it and the nearest known one', async () => {
    const { send } = apiWith();
    const response = await send('POST', '/api/analyses', { symbols: ['BTC', 'ETT'] });
    const problem = await expectProblem(response, 'symbol_unknown');
    expect(problem.detail).toContain('ETT/USDT:USDT');
    expect(problem.detail).toContain('did you mean ETH/USDT:USDT?');
  });

  it('of text that is no symbol is refused', async () => {
    const { send } = apiWith();
    await expectProblem(await send('POST', '/api/analyses', { symbols: ['ВТС'] }), 'symbol_invalid');
    await expectProblem(await send('POST', '/api/analyses', { symbols: [] }), 'request_invalid');
  });

  it('with a wait answers with the finished run', async () => {
    const api = apiWith();
    const asked = api.send('POST', '/api/analyses?wait=30', { symbols: ['BTC'] });
    await expect.poll(() => api.timers.pending()).toBe(1);
    const runId = [...api.runs.keys()][0] as string;
    api.runs.set(runId, runSummary({ runId, kind: 'analysis', status: 'finished' }));
    api.wake();
    const response = await asked;
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBe(`/api/runs/${runId}`);
    expect(await response.json()).toMatchObject({
      run: { runId, status: 'finished' },
      spans: [],
      record: null,
    });
  });

  it('with a wait that is too short answers that it has started', async () => {
    const api = apiWith();
    const asked = api.send('POST', '/api/analyses?wait=30', { symbols: ['BTC'] });
    await expect.poll(() => api.timers.pending()).toBe(1);
    api.clock.atMs += 30_000;
    api.timers.fire();
    expect((await asked).status).toBe(202);
  });

  it('waits no longer than a minute', async () => {
    const { send } = apiWith();
    await expectProblem(await send('POST', '/api/analyses?wait=61', { symbols: ['BTC'] }), 'request_invalid');
  });

  it('stops waiting when the server drains', async () => {
    const drain = new AbortController();
    const api = apiWith({ shutdown: drain.signal });
    const asked = api.send('POST', '/api/analyses?wait=30', { symbols: ['BTC'] });
    await expect.poll(() => api.timers.pending()).toBe(1);
    drain.abort();
    expect((await asked).status).toBe(202);
  });
});

describe('runs', () => {
  it('are listed in pages with every filter', async () => {
    const api = apiWith();
    for (const runId of ['run_1', 'run_2', 'run_3']) api.runs.set(runId, runSummary({ runId }));
    const query =
      'limit=2&kind=cycle&symbol=btc&outcome=held&from=2025-04-07T00:00:00Z&to=1744114000000&q=spike' +
      '&agent=risk&abstained=context&denial=drawdown&minCostUsd=0.01&maxCostUsd=2&status=waiting';
    const first = (await (await api.get(`/api/runs?${query}`)).json()) as {
      items: unknown[];
      nextCursor: string;
    };
    expect(first.items).toHaveLength(2);
    expect(input(api, 'runs.list')).toMatchObject({
      limit: 2,
      kind: 'cycle',
      symbol: 'BTC/USDT:USDT',
      outcome: 'held',
      fromMs: Date.UTC(2025, 3, 7),
      toMs: 1_744_114_000_000,
      search: { alternatives: [[{ words: ['spike'], isPrefix: false }]], excluded: [] },
      ...{ agent: 'risk', abstained: 'context', denial: 'drawdown', status: 'waiting' },
      ...{ minCostUsd: 0.01, maxCostUsd: 2 },
    });
    const last = await (await api.get(`/api/runs?limit=2&cursor=${first.nextCursor}`)).json();
    expect(last).toMatchObject({ items: [{ runId: 'run_3' }], nextCursor: null });
  });

  it.each(['limit=0', 'limit=201', 'kind=nap', 'from=yesterday', 'status=done'])(
    'refuse %s',
    async (query) => {
      const { get } = apiWith();
      await expectProblem(await get(`/api/runs?${query}`), 'request_invalid');
    },
  );

  it.each([
    ['denial=stop_mising', '"stop_mising" is no denial code: did you mean stop_missing'],
    ['denial=loss', 'did you mean daily_loss, loss_streak?'],
    ['denial=nonsense', 'docs/denials.md lists them'],
    ['q=--', 'holds no word to look for'],
    ['q=-fork', 'name a word to look for beside those to leave out'],
    ['minCostUsd=2&maxCostUsd=1', '2 is over the end of its span, 1'],
  ])('refuse %s with the way out', async (query, words) => {
    const { get } = apiWith();
    const answer = await get(`/api/runs?${query}`);
    expect(await answer.json()).toMatchObject({
      code: 'request_invalid',
      detail: expect.stringContaining(words),
    });
  });

  it('give one with its trace and, once ended, its record', async () => {
    const api = apiWith();
    api.runs.set('run_1', runSummary());
    api.records.set('run_1', { runId: 'run_1', outcome: 'held' } as CycleRecord);
    expect(await (await api.get('/api/runs/run_1')).json()).toMatchObject({
      run: { runId: 'run_1' },
      spans: [],
      calls: [],
      record: { outcome: 'held' },
    });
    const exported = await api.get('/api/runs/run_1/export');
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="run_1.json"');
    expect(await exported.json()).toEqual({ runId: 'run_1', outcome: 'held' });
  });

  it('have no export before they end', async () => {
    const api = apiWith();
    api.runs.set('run_1', runSummary({ status: 'running' }));
    await expectProblem(await api.get('/api/runs/run_1/export'), 'conflict');
  });

  it('can be cancelled while they are alive, once they are not it is a conflict', async () => {
    const api = apiWith();
    api.runs.set('run_1', runSummary({ status: 'running' }));
    expect((await api.send('POST', '/api/runs/run_1/cancel', {})).status).toBe(202);
    api.runs.set('run_1', runSummary({ status: 'finished' }));
    await expectProblem(await api.send('POST', '/api/runs/run_1/cancel', {}), 'conflict');
  });

  it.each([
    ['GET', '/api/runs/run_9'],
    ['GET', '/api/runs/run_9/export'],
    ['GET', '/api/runs/run_9/events'],
    ['POST', '/api/runs/run_9/cancel'],
  ])('that are unknown are not found: %s %s', async (method, path) => {
    const { app } = apiWith();
    const problem = await expectProblem(await app.request(path, { method }), 'not_found');
    expect(problem.detail).toContain('run_9');
  });
});

describe('desks', () => {
  it('are created with symbols the market offers', async () => {
    const api = apiWith();
    const response = await api.send('POST', '/api/desks', {
      name: 'Alts',
      symbols: ['eth'],
      intervalMs: 60_000,
    });
    expect(response.status).toBe(201);
    const made = (await response.json()) as { deskId: string };
    expect(made).toMatchObject({
      name: 'Alts',
      symbols: ['ETH/USDT:USDT'],
      paused: false,
      createdAtMs: NOW_MS,
    });
    expect(response.headers.get('location')).toBe(`/api/desks/${made.deskId}`);
    const body = { name: 'Alts', symbols: ['DOGE'], intervalMs: 60_000 };
    await expectProblem(await api.send('POST', '/api/desks', body), 'symbol_unknown');
  });

  it('are changed field by field, and a change of nothing is refused', async () => {
    const api = apiWith();
    const response = await api.send('PATCH', '/api/desks/desk_1', { paused: true });
    expect(await response.json()).toMatchObject({ deskId: 'desk_1', name: 'Majors', paused: true });
    await expectProblem(await api.send('PATCH', '/api/desks/desk_1', {}), 'request_invalid');
    await expectProblem(await api.send('PATCH', '/api/desks/desk_1', { cyclesRun: 7 }), 'request_invalid');
  });

  it('run a cycle when asked, with or without a body', async () => {
    const { app, send } = apiWith();
    const response = await app.request('/api/desks/desk_1/cycles', { method: 'POST' });
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe('/api/runs/run_c1');
    expect((await send('POST', '/api/desks/desk_1/cycles', {})).status).toBe(202);
    await expectProblem(await send('POST', '/api/desks/desk_9/cycles', {}), 'not_found');
  });

  it('name the running cycle instead of starting a second one', async () => {
    const { send } = apiWith({ startCycle: async () => ({ skipped: true, runningRunId: 'run_7' }) });
    const problem = await expectProblem(await send('POST', '/api/desks/desk_1/cycles', {}), 'conflict');
    expect(problem.detail).toContain('run_7');
  });
});

describe('the trading state', () => {
  it.each(['halt', 'arm'])('is changed by %s with a reason, and told as it now is', async (verb) => {
    const api = apiWith();
    const response = await api.send('POST', `/api/state/${verb}`, { reason: 'news' });
    expect(await response.json()).toMatchObject({
      mode: 'paper',
      trading: { mode: 'active' },
      changed: verb === 'halt',
      message: verb === 'halt' ? 'halted desk_1' : 'trading is active already: nothing was changed',
    });
    expect(input(api, verb)).toEqual({ deskId: null, reason: 'news', setBy: 'a person', atMs: NOW_MS });
    for (const reason of [' ', '\u200b\u3164 ', 'a\ud800', 7]) {
      const refused = await api.send('POST', `/api/state/${verb}`, { reason });
      const { errors } = await expectProblem(refused, 'request_invalid');
      expect(errors).toEqual([expect.objectContaining({ location: 'body.reason' })]);
    }
  });

  it('warns of what a person has overridden', async () => {
    const { deps } = apiWith();
    const message = 'BTC fell 16% from its 1 h high, the threshold is 15%';
    const reason = { trigger: 'btc_fall_1h', level: 'tripped' as const, value: 0.16, limit: 0.15, message };
    const arm = async () => ({ changed: ['desk_1'], overridden: [reason] });
    const { send } = apiWith({ tradingState: { ...deps.tradingState, arm } });
    const answer = await (await send('POST', '/api/state/arm', { reason: 'ok' })).json();
    expect(answer).toMatchObject({ changed: true, warning: expect.stringContaining(message) });
  });

  it('stays when the breaker does not allow to arm', async () => {
    const { deps } = apiWith();
    const arm = async () => {
      throw new AppError('conflict', 'the breaker is tripped');
    };
    const { send } = apiWith({ tradingState: { ...deps.tradingState, arm } });
    await expectProblem(await send('POST', '/api/state/arm', { reason: 'ok' }), 'conflict');
  });
});

it('shows prompts with their labels', async () => {
  const { get } = apiWith();
  expect(await (await get('/api/prompts')).json()).toMatchObject({ items: [{ name: 'scanner' }] });
  expect(await (await get('/api/prompts/scanner')).json()).toMatchObject({
    labels: { production: 1 },
    versions: [],
  });
  await expectProblem(await get('/api/prompts/poet'), 'not_found');
});
