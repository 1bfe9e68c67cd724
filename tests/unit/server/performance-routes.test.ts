import { describe, expect, it } from 'vitest';
import { PerformanceReport } from '#domain/performance.ts';
import { apiWith, expectProblem } from './http-support.ts';

describe('performance', () => {
  it('is that of the oldest desk over all of its time, when nothing is named', async () => {
    const api = apiWith();
    const response = await api.get('/api/performance');
    expect(response.status).toBe(200);
    expect(PerformanceReport.parse(await response.json())).toMatchObject({
      deskId: 'desk_1',
      trades: { total: { trades: 0, winRateFraction: null } },
      sharpe: { ratio: null },
    });
    expect(api.calls).toContainEqual({
      name: 'performance',
      input: { deskId: 'desk_1', fromMs: 0, toMs: Date.UTC(9999, 0) },
    });
  });

  it('is told of a span of the market’s time', async () => {
    const api = apiWith();
    await api.get('/api/performance?deskId=desk_1&from=2025-04-01T00:00:00Z&to=2025-04-02T00:00:00Z');
    expect(api.calls.at(-1)?.input).toEqual({
      deskId: 'desk_1',
      fromMs: Date.UTC(2025, 3, 1),
      toMs: Date.UTC(2025, 3, 2),
    });
  });

  it.each([
    ['a desk that is none', 'deskId=desk_9', 'not_found'],
    ['a time that is none', 'from=yesterday', 'request_invalid'],
    [
      'a span that ends before it begins',
      'from=2025-04-02T00:00:00Z&to=2025-04-01T00:00:00Z',
      'request_invalid',
    ],
  ] as const)('refuses %s', async (_name, query, code) => {
    await expectProblem(await apiWith().get(`/api/performance?${query}`), code);
  });
});
