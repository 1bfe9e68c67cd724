import { describe, expect, it } from 'vitest';
import { NOW_MS } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const input = (api: ReturnType<typeof apiWith>, name: string) =>
  api.calls.find((call) => call.name === name)?.input;

describe('a change of a prompt', () => {
  const text = 'You rank.';

  it('is a new version by whoever sends it, with when it takes effect', async () => {
    const api = apiWith();
    const body = { text, message: ' sharper ', basedOn: 1, label: 'production' };
    const response = await api.send('POST', '/api/prompts/scanner/versions', body);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/api/prompts/scanner');
    expect(await response.json()).toMatchObject({
      ...{ version: 2, isNew: true, label: 'production', takesEffectAtMs: NOW_MS + 60_000 },
      message: `version 2 is saved: takes effect with the next cycle, ${new Date(NOW_MS + 60_000).toISOString()}`,
    });
    expect(input(api, 'prompt.save')).toEqual({
      texts: [{ name: 'scanner', text, basedOn: 1 }],
      ...{ label: 'production', author: 'a person', message: 'sharper' },
    });
  });

  it('is no new version when the newest has this content', async () => {
    const { send } = apiWith();
    const response = await send('POST', '/api/prompts/scanner/versions', {
      text: 'the newest',
      message: 'again',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ isNew: false, takesEffectAtMs: null });
  });

  it('may be as long as a prompt may be, in any writing, and no longer', async () => {
    const { send } = apiWith();
    const long = { text: '漢'.repeat(60_000), message: 'long' };
    expect((await send('POST', '/api/prompts/scanner/versions', long)).status).toBe(201);
    const longer = { ...long, text: `${long.text}漢` };
    const problem = await expectProblem(
      await send('POST', '/api/prompts/scanner/versions', longer),
      'request_invalid',
    );
    expect(problem.errors).toMatchObject([{ location: 'body.text' }]);
  });

  it.each([
    ['without a message', { text }, 'body.message'],
    [
      'with settings no model takes',
      { text, message: 'm', config: { temperature: 9, maxOutputTokens: 100 } },
      'body.config.temperature',
    ],
    ['with a label that could be a version', { text, message: 'm', label: '12' }, 'body.label'],
  ])('%s is refused', async (_what, body, location) => {
    const { send } = apiWith();
    const problem = await expectProblem(
      await send('POST', '/api/prompts/scanner/versions', body),
      'request_invalid',
    );
    expect(JSON.stringify(problem.errors)).toContain(`"${location}"`);
  });

  it('moves production for a reason that is told, and other labels for any', async () => {
    const api = apiWith();
    const to = '/api/prompts/scanner/labels';
    const problem = await expectProblem(
      await api.send('PUT', `${to}/production`, { version: 2 }),
      'request_invalid',
    );
    expect(problem.errors).toMatchObject([{ location: 'body.message' }]);
    expect(input(api, 'prompt.label')).toBeUndefined();
    const moved = await api.send('PUT', `${to}/production`, { version: 2, message: 'it ranks better' });
    expect(await moved.json()).toMatchObject({ from: 1, to: 2, takesEffectAtMs: NOW_MS + 60_000 });
    expect(input(api, 'prompt.label')).toEqual({
      ...{ name: 'scanner', label: 'production', version: 2, author: 'a person', message: 'it ranks better' },
    });
    expect((await api.send('PUT', `${to}/candidate`, { version: 2 })).status).toBe(200);
  });

  it('removes a label', async () => {
    const api = apiWith();
    const response = await api.send('DELETE', '/api/prompts/scanner/labels/candidate', undefined);
    expect(await response.json()).toEqual({ name: 'scanner', label: 'candidate', from: 2 });
  });

  it('is compared and tried without one', async () => {
    const api = apiWith();
    const diff = await api.get('/api/prompts/scanner/diff?from=production&to=2');
    expect(await diff.json()).toMatchObject({ from: 1, to: 2, unified: '-a\n+b\n' });
    await expectProblem(await api.get('/api/prompts/scanner/diff?from=1'), 'request_invalid');
    const tried = await api.send('POST', '/api/prompts/scanner/try', {
      text,
      runId: 'run_1',
      model: 'other-1',
    });
    expect(await tried.json()).toEqual({ items: [] });
    expect(input(api, 'prompt.try')).toEqual({ name: 'scanner', text, runId: 'run_1', model: 'other-1' });
  });
});

describe('what does not change', () => {
  it.each([
    ['a prompt with its versions', '/api/prompts/scanner', 'private, no-cache'],
    ['the comparison of two versions', '/api/prompts/scanner/diff?from=1&to=2', 'private, no-cache'],
    ['the description of the API', '/openapi.json', 'no-cache'],
  ])('is asked for again by its tag alone: %s', async (_what, path, kept) => {
    const { get } = apiWith();
    const first = await get(path);
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, kept]);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    const again = await get(path, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('cache-control')).toBe(kept);
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('a draft', () => {
  it('is checked, read from a file and looked at without being saved', async () => {
    const api = apiWith();
    const at = '/api/prompts/scanner';
    const checked = await api.send('POST', `${at}/check`, { text: '', config: { temperature: 'hot' } });
    expect(await checked.json()).toEqual({ tokens: { system: 3, evidence: 4 }, problems: [] });
    expect(input(api, 'prompt.check')).toEqual({ name: 'scanner', text: '', config: { temperature: 'hot' } });
    expect(await (await api.send('POST', `${at}/read`, { file: 'words' })).json()).toMatchObject({
      text: 'words',
    });
    const preview = { text: 'words', runId: null, symbol: 'BTC' };
    expect(await (await api.send('POST', `${at}/preview`, preview)).json()).toEqual({ items: [] });
    expect(input(api, 'prompt.preview')).toEqual({ name: 'scanner', ...preview });
    expect(input(api, 'prompt.save')).toBeUndefined();
  });

  it('is told when it would decide, and with which past questions it can be tried', async () => {
    const api = apiWith();
    expect(await (await api.get('/api/prompts/scanner/effect')).json()).toEqual({
      takesEffectAtMs: NOW_MS + 60_000,
    });
    await api.get('/api/prompts/scanner/questions?limit=3');
    expect(input(api, 'prompt.questions')).toEqual({ name: 'scanner', limit: 3 });
    await expectProblem(
      await api.send('POST', '/api/prompts/scanner/preview', { text: 'a' }),
      'request_invalid',
    );
  });
});
