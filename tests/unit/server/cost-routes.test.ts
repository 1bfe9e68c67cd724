import { describe, expect, it } from 'vitest';
import { CostReport } from '#domain/costs.ts';
import { DAY_MS } from '#domain/time.ts';
import { NOW_MS } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

describe('costs', () => {
  it('are told of the last seven days by day, when nothing else is asked', async () => {
    const api = apiWith();
    const response = await api.get('/api/costs');
    expect(response.status).toBe(200);
    expect(CostReport.parse(await response.json())).toMatchObject({ by: 'day', items: [] });
    const toMs = NOW_MS + 1;
    expect(api.calls).toContainEqual({
      name: 'costs',
      input: { by: 'day', fromMs: toMs - 7 * DAY_MS, toMs },
    });
  });

  it('are told of a span and by a group', async () => {
    const api = apiWith();
    await api.get('/api/costs?from=2025-04-01T00:00:00Z&to=2025-04-02T00:00:00Z&by=agent');
    const fromMs = Date.UTC(2025, 3, 1);
    expect(api.calls).toContainEqual({
      name: 'costs',
      input: { by: 'agent', fromMs, toMs: fromMs + DAY_MS },
    });
  });

  it.each([
    ['a group that is none', 'by=colour'],
    ['a time that is none', 'from=yesterday'],
    ['a span that ends before it begins', 'from=2025-04-02T00:00:00Z&to=2025-04-01T00:00:00Z'],
  ])('refuse %s', async (_name, query) => {
    await expectProblem(await apiWith().get(`/api/costs?${query}`), 'request_invalid');
  });
});

describe('the mode', () => {
  it('is switched for every process and taken back', async () => {
    const api = apiWith();
    const configured = { configured: 'premium', model: 'dear', savingModel: null };
    expect(await (await api.get('/api/models')).json()).toEqual({
      ...{ ...configured, mode: null, effective: 'premium', switchedBy: null, switchedAtMs: null },
    });
    const switched = await api.send('PUT', '/api/models', { mode: 'free' });
    expect(await switched.json()).toEqual({
      ...{ ...configured, mode: 'free', effective: 'free', switchedBy: 'a person', switchedAtMs: 1_000 },
    });
    for (const mode of [null, 'configured']) {
      await api.send('PUT', '/api/models', { mode: 'free' });
      const back = await api.send('PUT', '/api/models', { mode });
      expect(await back.json()).toMatchObject({ mode: null, effective: 'premium' });
    }
  });

  it('is not switched to saving where no cheaper model is configured, and says which variable names it', async () => {
    const problem = await expectProblem(
      await apiWith().send('PUT', '/api/models', { mode: 'saving' }),
      'conflict',
    );
    expect(problem.detail).toContain('LLM_SAVING_MODEL');
  });

  it.each([[{ mode: 'cheap' }], [{}], [{ mode: 'free', model: 'x' }]])('is refused as %j', async (body) => {
    await expectProblem(await apiWith().send('PUT', '/api/models', body), 'request_invalid');
  });
});
