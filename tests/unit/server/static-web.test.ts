import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { safePath } from '#server/http/static-web.ts';
import { apiWith, expectProblem } from './http-support.ts';

let webRoot = '';

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-web-'));
  webRoot = join(folder, 'web');
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Vigil</title>');
  writeFileSync(join(webRoot, 'assets', 'index-B7x9aQ2z.js'), 'export {};');
  writeFileSync(join(webRoot, 'assets', 'long-B7x9aQ2z.js'), 'export const calm = true;\n'.repeat(100));
  writeFileSync(join(webRoot, '.secret.json'), 'SECRET');
  writeFileSync(join(folder, 'outside.txt'), 'outside');
});

afterAll(() => rmSync(join(webRoot, '..'), { recursive: true, force: true }));

describe('the web view', () => {
  it('is kept for ever where the name carries a hash, and asked for again where not', async () => {
    const { get } = apiWith({ webRoot });
    const script = await get('/assets/index-B7x9aQ2z.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await get('/')).headers.get('cache-control')).toBe('no-cache');
  });

  it('answers 304 to who has the file already', async () => {
    const { get } = apiWith({ webRoot });
    const etag = (await get('/')).headers.get('etag') ?? '';
    const again = await get('/', { 'if-none-match': `"other", ${etag}` });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it('is packed for who can unpack it, under an ETag of its own', async () => {
    const { get } = apiWith({ webRoot });
    const plain = await get('/assets/long-B7x9aQ2z.js');
    const packed = await get('/assets/long-B7x9aQ2z.js', { 'accept-encoding': 'br, gzip' });
    const refused = await get('/assets/long-B7x9aQ2z.js', { 'accept-encoding': 'gzip;q=0, identity' });
    const text = await plain.text();
    expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe(text);
    expect(await refused.text()).toBe(text);
    const heads = [plain, packed, refused].map(({ headers }) => headers.get('content-encoding'));
    expect(heads).toEqual([null, 'gzip', null]);
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
    const known = { 'accept-encoding': 'gzip', 'if-none-match': packed.headers.get('etag') ?? '' };
    expect((await get('/assets/long-B7x9aQ2z.js', known)).status).toBe(304);
  });

  it('gives its page for every path of the app, and 404 for a missing file', async () => {
    const { get, app } = apiWith({ webRoot });
    for (const path of ['/', '/runs/run_1', '/apiary'])
      expect(await (await get(path)).text()).toContain('<title>Vigil</title>');
    expect((await app.request('/', { method: 'HEAD' })).status).toBe(200);
    await expectProblem(await get('/assets/gone-B7x9aQ2z.js'), 'not_found');
    await expectProblem(await get('/api'), 'not_found');
  });

  it.each([
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/.secret.json',
    '/assets/..%5c..%5coutside.txt',
    '/%00.js',
    '/%zz.js',
  ])('never leaves its folder nor shows hidden files: %s', async (path) => {
    const { get } = apiWith({ webRoot });
    expect(await (await get(path)).text()).not.toMatch(/outside$|SECRET/);
    expect(safePath('/srv/web', path) ?? '/srv/web/').toMatch(/^\/srv\/web/);
  });

  it('says how to build it when it is not there', async () => {
    const { get } = apiWith({ webRoot: join(webRoot, 'nowhere') });
    const response = await get('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});
