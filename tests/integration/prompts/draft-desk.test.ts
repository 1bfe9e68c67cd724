import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '#server/config.ts';
import { type Container, createContainer } from '#server/container.ts';
import type { DraftDesk } from '#server/prompts/draft-desk.ts';
import { openPromptDesk } from '#server/prompts/open-prompt-desk.ts';
import type { PromptDesk } from '#server/prompts/prompt-desk.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { quietReply } from '#tests/support/agent-replies.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment, makeRun } from '#tests/support/test-desk.ts';

let test: TestDatabase;
let server: ScriptedModel;
let container: Container;
let desk: PromptDesk & DraftDesk;
let runId: string;

beforeAll(async () => {
  [test, server] = await Promise.all([createTestDatabase(), startScriptedModel()]);
  server.follow((request) => say.answer(quietReply(request)));
  const environment = {
    OPENAI_API_KEY: 'test-key',
    OPENAI_BASE_URL: server.baseUrl,
    LLM_MODEL: 'scripted-1',
  };
  const config = readConfig({ ...deskEnvironment(test.url), ...environment });
  container = await createContainer({ config, logger: SILENT_LOGGER, clock: 'fixed' });
  desk = openPromptDesk(container, async () => 1_000);
  ({ runId } = await makeRun(container, 'recorded'));
  await container.engine.execute(runId);
});
afterAll(async () => {
  await container?.close();
  await server?.close();
  await test?.drop();
});

const textOf = async (name: string) => (await desk.get(name))?.versions[0]?.text ?? '';
const contentOf = ({ parts }: { parts: readonly { text: string }[] }) =>
  parts.map(({ text }) => text).join('');

describe('a look at a draft', () => {
  it('shows what the run’s own model was sent, to the letter, with what was filled in told apart', async () => {
    const asked = server.requests.length;
    const [preview, ...others] = await desk.preview({
      name: 'scanner',
      text: await textOf('scanner'),
      runId,
    });
    expect(others).toEqual([]);
    expect(server.requests.length).toBe(asked);
    const then = (await container.rows.calls.ofRun(runId)).find(({ agent }) => agent === 'scanner');
    const sent = then?.messages.filter(({ content }) =>
      preview?.messages.some((one) => contentOf(one) === content),
    );
    expect(sent).toHaveLength(2);
    const filled = preview?.messages
      .flatMap(({ parts }) => parts)
      .filter(({ variable }) => variable !== null);
    expect(filled?.map(({ variable }) => variable)).toEqual([
      ...[
        'rules',
        'answerSchema',
        'shortlist',
        'sequences',
        'backdrop',
        'positions',
        'feedback',
        'maxSubjects',
      ],
      'menu',
    ]);
    expect(filled?.find(({ variable }) => variable === 'rules')?.text).toBe(await textOf('rules'));
    expect(preview?.promptTokens).toBeGreaterThan(1_000);
  });

  it('shows one subject of several, the sample where no run is named, and every reader of the shared rules', async () => {
    const context = { name: 'context', text: await textOf('context') };
    const [{ asked } = { asked: [] }] = await desk.questions('context', 5);
    const symbol = asked.at(-1)?.symbol ?? '';
    expect(await desk.preview({ ...context, runId, symbol })).toMatchObject([{ agent: 'context', symbol }]);
    expect(await desk.preview({ ...context, runId: null })).toMatchObject([
      { agent: 'context', runId: null },
    ]);
    const rules = await desk.preview({ name: 'rules', text: 'Mind the gap.', runId: null });
    expect(rules.map(({ agent }) => agent)).toEqual(['scanner', 'guardian', 'context', 'risk', 'executor']);
    for (const { messages } of rules)
      expect(messages.flatMap(({ parts }) => parts)).toContainEqual({
        text: 'Mind the gap.',
        variable: 'rules',
      });
  });

  it('is refused for a text that may not be saved, and for a run that asked nobody', async () => {
    const text = await textOf('guardian');
    await expect(desk.preview({ name: 'guardian', text, runId })).rejects.toMatchObject({ code: 'conflict' });
    const broken = desk.preview({ name: 'scanner', text: '{{moon}}', runId });
    await expect(broken).rejects.toMatchObject({ code: 'prompt_invalid' });
  });
});

describe('past questions', () => {
  it('are told with who answered and the version they were put with', async () => {
    const [run, ...older] = await desk.questions('scanner', 5);
    expect(older).toEqual([]);
    expect(run).toMatchObject({
      runId,
      version: 1,
      asked: [{ agent: 'scanner', symbol: null, abstention: null }],
    });
    expect(run?.startedAtMs).toBeGreaterThan(run?.marketAsOfMs ?? Number.POSITIVE_INFINITY);
    expect(await desk.questions('guardian', 5)).toEqual([]);
    await expect(desk.questions('poet', 5)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a file', () => {
  it('is read as it was written, and a bare text as it stands', async () => {
    const settings = { temperature: 0.4, maxOutputTokens: 800 };
    const file = `---\nagent: scanner\nvariables: []\nmodel:\n  temperature: 0.4\n  maxOutputTokens: 800\n---\nHalf a text.\n`;
    expect(await desk.read('scanner', file)).toEqual({ text: 'Half a text.', config: settings });
    expect(await desk.read('scanner', 'Just words.\n')).toMatchObject({
      ...{ text: 'Just words.', config: { maxOutputTokens: 1_500 } },
    });
    await expect(desk.read('risk', file)).rejects.toMatchObject({
      ...{ code: 'prompt_invalid', message: expect.stringContaining('"scanner"') },
    });
    await expect(desk.read('risk', '---js\nprocess.exit()\n---\n')).resolves.toMatchObject({});
  });
});
