import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { checkModels } from '#server/cli/check-model.ts';
import type { LlmConfig } from '#server/config-model.ts';
import { llmConfig } from '#tests/support/llm-config.ts';

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

const checkModel = async (llm: LlmConfig) => (await checkModels(llm))[0];

function model(baseUrl: string): LlmConfig {
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
  return llmConfig({ apiKey: KEY, baseUrl, model: 'small', price });
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

it('fails where nobody listens, and does not repeat the key', async () => {
  const { url } = await endPoint(200, {});
  await new Promise((resolve) => server?.close(resolve));
  const unreachable = await checkModel(model(url));
  expect(unreachable).toMatchObject({
    status: 'failed',
    detail: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/),
  });
  expect(JSON.stringify(unreachable)).not.toContain('sk-a-key');
});

it('says how the model is asked, what it costs and where that was read, and up to when it knows the world', async () => {
  const { url } = await endPoint(200, {});
  expect(await checkModel(model(url))).toMatchObject({
    detail: expect.stringMatching(
      /asked by json_schema \(an unknown provider\), knows the world until an unknown day; 1 USD in and 1 USD out .*\(LLM_PRICE_…\)/,
    ),
  });
  expect(await checkModel({ ...model(url), price: null })).toMatchObject({
    status: 'note',
    detail: expect.stringMatching(/price is unknown.*set LLM_PRICE_INPUT_USD/),
  });
});

it('asks the fallback at its own address with its own key, and no other', async () => {
  const { url, asked } = await endPoint(200, { data: [{ id: 'other' }] });
  const nobody = 'http://127.0.0.1:9/v1';
  const fallback = { model: 'other', baseUrl: url, apiKey: 'its-own-key' };
  const [first, second] = await checkModels({ ...model(nobody), fallback });
  expect(first).toMatchObject({ name: 'model', status: 'failed' });
  expect(second).toMatchObject({ name: 'fallback', detail: expect.stringMatching(/^other: .* answers/) });
  expect(asked).toEqual(['GET /v1/models Bearer its-own-key']);
});

it('says what a budget does not measure where another model than the usual one has no price', async () => {
  const { url } = await endPoint(200, {});
  const fallback = { model: 'other', baseUrl: url, apiKey: 'its-own-key' };
  const [, saving, second] = await checkModels({ ...model(url), savingModel: 'tiny', fallback });
  const straight = 'LLM_SAVING_MODEL has no known price: a budget that runs low goes straight to the rules';
  expect(saving).toMatchObject({ status: 'note', detail: expect.stringContaining(straight) });
  expect(second).toMatchObject({
    status: 'note',
    detail: expect.stringMatching(/LLM_FALLBACK_MODEL has no known price: .* is not measured by the budget/),
  });
});

it.each([
  ['no_new_risk', /nothing is opened/],
  ['rules', /the rules decide/],
] as const)('says what cycles do meanwhile: %s', async (whenDown, says) => {
  const [down] = await checkModels({ ...model('http://127.0.0.1:9/v1'), whenDown });
  expect(down?.detail).toMatch(says);
});
