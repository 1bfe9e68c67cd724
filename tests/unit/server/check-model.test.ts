import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { checkModel } from '#server/cli/check-model.ts';
import type { LlmConfig } from '#server/config.ts';

const KEY = 'sk-a-key-to-keep';

let server: Server | undefined;
afterEach(() => void server?.close());

/** An end point that answers every GET alike, and what it was asked. */
async function endPoint(status: number, body: unknown): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/v1`, asked };
}

function model(baseUrl: string): LlmConfig {
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
  return { apiKey: KEY, baseUrl, model: 'small', budgetUsdPerDay: 5, price };
}

it('asks for the list of models once, with the key, and finds the configured one', async () => {
  const { url, asked } = await endPoint(200, { data: [{ id: 'large' }, { id: 'small' }] });
  expect(await checkModel(model(url))).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^small.*answers/),
  });
  expect(asked).toEqual([`GET /v1/models Bearer ${KEY}`]);
});

it('notes a model that the end point does not list', async () => {
  const { url } = await endPoint(200, { data: [{ id: 'large' }] });
  expect(await checkModel(model(url))).toMatchObject({
    status: 'note',
    detail: expect.stringMatching(/does not list LLM_MODEL=small: it has large$/),
  });
});

it('is content with a compatible server that has no list', async () => {
  const { url } = await endPoint(404, { error: 'no such route' });
  expect(await checkModel(model(url))).toMatchObject({ status: 'ok' });
});

it.each([
  [401, /refuses the key \(HTTP 401\): correct OPENAI_API_KEY/],
  [503, /fails \(HTTP 503\): start it or correct OPENAI_BASE_URL/],
])('fails on HTTP %i and says what to do', async (status, says) => {
  const { url } = await endPoint(status, {});
  expect(await checkModel(model(url))).toMatchObject({
    status: 'failed',
    detail: expect.stringMatching(says),
  });
});

it('fails where nobody listens, and repeats neither the key nor a password of the address', async () => {
  const { url } = await endPoint(200, {});
  await new Promise((resolve) => server?.close(resolve));
  const unreachable = await checkModel(model(url));
  expect(unreachable).toMatchObject({
    status: 'failed',
    detail: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/),
  });
  const named = await checkModel(model(url.replace('http://', 'http://me:a-password@')));
  expect(named).toMatchObject({ status: 'failed', detail: expect.stringMatching(/OPENAI_API_KEY/) });
  expect(JSON.stringify([unreachable, named])).not.toMatch(/sk-a-key|a-password/);
});
