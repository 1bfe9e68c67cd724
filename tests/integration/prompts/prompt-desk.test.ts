import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '#server/config.ts';
import { type Container, createContainer } from '#server/container.ts';
import { openPromptDesk } from '#server/prompts/open-prompt-desk.ts';
import type { PromptDesk } from '#server/prompts/prompt-desk.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { askerOf, quietReply } from '#tests/support/agent-replies.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment, makeRun, recordOf } from '#tests/support/test-desk.ts';

const KEY = 'configured-key-0123456789';
const NEXT_CYCLE_AT_MS = 1_763_690_400_000;
const by = { author: 'a person', message: 'sharper words' };

let test: TestDatabase;
let server: ScriptedModel;
let container: Container;
let desk: PromptDesk;
let runId: string;

const quiet = () => server.follow((request) => say.answer(quietReply(request)));

beforeAll(async () => {
  [test, server] = await Promise.all([createTestDatabase(), startScriptedModel()]);
  const environment = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.baseUrl, LLM_MODEL: 'scripted-1' };
  const config = readConfig({ ...deskEnvironment(test.url), ...environment });
  container = await createContainer({ config, logger: SILENT_LOGGER, clock: 'fixed' });
  desk = openPromptDesk(container, async () => NEXT_CYCLE_AT_MS);
  quiet();
  ({ runId } = await makeRun(container, 'recorded'));
  await container.engine.execute(runId);
});
beforeEach(quiet);
afterAll(async () => {
  await container?.close();
  await server?.close();
  await test?.drop();
});

async function textOf(name: string): Promise<string> {
  return (await desk.get(name))?.versions[0]?.text ?? '';
}

const saving = async (text: string, over: object = {}) =>
  desk.save([{ name: 'scanner', text, ...over }], null, by);

async function latest(name = 'scanner'): Promise<number> {
  return (await desk.get(name))?.latestVersion ?? 0;
}

const intentCount = async () =>
  (await test.database.sql<{ n: number }[]>`select count(*)::int as n from order_intents`)[0]?.n;

describe('saving a prompt', () => {
  it('tries it on the question of the newest run first, and keeps what came of it', async () => {
    const asked = server.requests.length;
    const [saved] = await saving(`${await textOf('scanner')}\n\nBe brief.`);
    expect(saved).toMatchObject({ name: 'scanner', isNew: true, label: null, takesEffectAtMs: null });
    expect(saved?.dryRun).toMatchObject({
      outcome: 'passed',
      details: { trials: [{ agent: 'scanner', runId, outcome: 'passed', model: 'scripted-1' }] },
    });
    const [request, ...others] = server.requests.slice(asked);
    expect(others).toEqual([]);
    expect(request?.body.messages[1]?.content).toContain('Be brief.');
    const then = (await container.rows.calls.ofRun(runId)).find(({ agent }) => agent === 'scanner');
    // The question is the run's own, number by number: the words of the draft are all that differs.
    expect(request?.body.messages[1]?.content.replace('\n\nBe brief.', '')).toBe(then?.messages[1]?.content);
  });

  it('asks nobody for the text that is the newest already', async () => {
    const asked = server.requests.length;
    expect(await saving(await textOf('scanner'))).toMatchObject([{ isNew: false, dryRun: null }]);
    expect(server.requests.length).toBe(asked);
  });

  it('is refused when the answers no longer have the shape of the agent, and nothing is stored', async () => {
    const before = await latest();
    server.follow(() => say.prose());
    await expect(saving(`${await textOf('scanner')}\nAnswer in verse.`)).rejects.toMatchObject({
      code: 'prompt_invalid',
      message: expect.stringMatching(
        new RegExp(
          `dry run on run ${runId} gave no answer of the scanner's shape .*I would rather wait`,
          's',
        ),
      ),
    });
    expect(await latest()).toBe(before);
  });

  it('goes on without an answer when the model fails, and says so', async () => {
    server.follow(() => say.status(400));
    const [saved] = await saving(`${await textOf('scanner')}\nOne more line.`);
    expect(saved?.dryRun).toMatchObject({
      outcome: 'not_asked',
      details: { trials: [{ outcome: 'not_asked', why: expect.stringContaining('scripted 400') }] },
    });
  });

  it.each([
    [
      'an unknown variable, with its line',
      (text: string) => `{{moon}}\n${text}`,
      /\{\{moon\}\} is unknown/,
      'body.text:1',
    ],
    [
      'a missing one',
      (text: string) => text.replace('{{shortlist}}', ''),
      /\{\{shortlist\}\} is missing/,
      'body.text',
    ],
    [
      'evidence in the system half, with its line',
      (text: string) => `Look:\n{{shortlist}}\n${text}`,
      /\{\{shortlist\}\} is evidence and belongs below/,
      'body.text:2',
    ],
    ['a configured secret', (text: string) => `${text}\nUse ${KEY}.`, /looks like a key/, /^body\.text:\d+$/],
    [
      'an api key',
      (text: string) => `sk-abcdefghij0123456789\n${text}`,
      /line 1 holds what looks like a key/,
      'body.text:1',
    ],
  ])('is refused for %s', async (_what, change, says, location) => {
    const asked = server.requests.length;
    const failure = await saving(change(await textOf('scanner'))).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'prompt_invalid', message: expect.stringMatching(says) });
    expect(failure).toMatchObject({ context: { errors: [{ location: expect.stringMatching(location) }] } });
    expect(String(failure)).not.toContain(KEY);
    expect(server.requests.length).toBe(asked);
  });

  it.each(['author', 'message'] as const)('is refused for a configured secret as its %s', async (place) => {
    const [asked, before] = [server.requests.length, await latest()];
    const leaking = { ...by, [place]: `for ${KEY}` };
    const text = `${await textOf('scanner')}\nHarmless.`;
    const failure = await desk.save([{ name: 'scanner', text }], null, leaking).catch((thrown) => thrown);
    expect(failure).toMatchObject({
      code: 'prompt_invalid',
      context: { errors: [{ location: `body.${place}` }] },
    });
    expect(String(failure)).not.toContain(KEY);
    expect([server.requests.length, await latest()]).toEqual([asked, before]);
    const move = { name: 'scanner', label: 'candidate', version: 1 };
    await expect(desk.moveLabel(move, leaking)).rejects.toMatchObject({ code: 'prompt_invalid' });
    await expect(desk.moveLabel({ ...move, label: KEY }, by)).rejects.toMatchObject({
      code: 'prompt_invalid',
    });
  });

  it('tries the shared rules with every agent that reads them', async () => {
    const asked = server.requests.length;
    const text = `${await textOf('rules')}\nMind the gap.`;
    const [saved] = await desk.save([{ name: 'rules', text }], null, by);
    expect(saved?.dryRun?.outcome).toBe('passed');
    const requests = server.requests.slice(asked);
    expect(new Set(requests.map(askerOf)).size).toBe(5);
    for (const { body } of requests) expect(body.messages[0]?.content).toContain('Mind the gap.');
  });
});

describe('moving a label', () => {
  it('tries a version again whose dry run asked nobody, and refuses it when it fails', async () => {
    server.follow(() => say.status(400));
    const [saved] = await saving(`${await textOf('scanner')}\nUnproved.`);
    const move = { name: 'scanner', label: 'production', version: saved?.version ?? 0 };
    server.follow(() => say.prose());
    await expect(desk.moveLabel(move, by)).rejects.toMatchObject({ code: 'prompt_invalid' });
    quiet();
    expect(await desk.moveLabel(move, by)).toMatchObject({
      from: 1,
      changed: true,
      dryRun: { outcome: 'passed' },
      takesEffectAtMs: NEXT_CYCLE_AT_MS,
    });
  });

  it('asks nobody to go back, so that it can be done while the model is away', async () => {
    server.follow(() => say.status(500));
    const asked = server.requests.length;
    const move = { name: 'scanner', label: 'production', version: 1 };
    expect(await desk.moveLabel(move, by)).toMatchObject({ to: 1, dryRun: { outcome: 'baseline' } });
    expect(server.requests.length).toBe(asked);
  });

  it.each([999, 3_000_000_000])('to version %d is refused, as there is none', async (version) => {
    const move = { name: 'scanner', label: 'candidate', version };
    await expect(desk.moveLabel(move, by)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('versions are 1 to'),
    });
  });

  it('of another name than production takes effect on no cycle', async () => {
    const move = { name: 'scanner', label: 'candidate', version: 2 };
    expect(await desk.moveLabel(move, by)).toMatchObject({ changed: true, takesEffectAtMs: null });
  });
});

describe('comparing versions', () => {
  it('takes numbers and labels, and shows settings too', async () => {
    const config = { temperature: 0.7, maxOutputTokens: 900 };
    const [saved] = await saving(`${await textOf('scanner')}\nWarmer.`, { config });
    const { unified, from, to } = await desk.diff('scanner', 'production', String(saved?.version));
    expect([from, to]).toEqual([1, saved?.version]);
    expect(unified).toMatch(/^--- scanner version 1\n\+\+\+ scanner version \d+\n/);
    expect(unified).toContain('+  temperature: 0.7');
    expect(unified).toContain('+Warmer.');
    await expect(desk.diff('scanner', 'nightly', '1')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/no version or label "nightly".*candidate, production/),
    });
  });
});

describe('trying a draft', () => {
  it('shows what was asked, said and doubted beside what the run decided, and writes no intent', async () => {
    const [before, version] = [await intentCount(), await latest('context')];
    server.follow((request) =>
      say.answer({
        ...(quietReply(request) as object),
        evidence: [{ key: 'rsi', value: 999, note: 'made up' }],
      }),
    );
    const text = `${await textOf('context')}\nDraft words.`;
    const [trial] = await desk.try({ name: 'context', text, runId });
    const then = (await recordOf(container, runId)).opinions.find(
      ({ agent, symbol }) => agent === 'context' && symbol === trial?.symbol,
    );
    expect(trial).toMatchObject({
      ...{
        agent: 'context',
        runId,
        outcome: 'passed',
        model: 'scripted-1',
        decidedBy: 'rules',
        decided: then,
      },
      reply: expect.stringContaining('made up'),
      doubts: [expect.stringContaining('rsi')],
    });
    expect(trial?.messages[1]?.content).toContain('Draft words.');
    const calls = await container.rows.calls.ofRun(trial?.callsOf ?? '');
    expect(calls.map(({ agent, status }) => [agent, status])).toEqual([['context', 'ok']]);
    expect([await intentCount(), await latest('context')]).toEqual([before, version]);
  });

  it('asks another model when one is named', async () => {
    const text = await textOf('scanner');
    const [trial] = await desk.try({ name: 'scanner', text, runId, model: 'scripted-9' });
    expect(trial?.model).toBe('scripted-9');
    expect(server.requests.at(-1)?.body.model).toBe('scripted-9');
  });

  it('is refused for a run in which the agent was not asked, and for one that is not there', async () => {
    const text = await textOf('guardian');
    await expect(desk.try({ name: 'guardian', text, runId })).rejects.toMatchObject({ code: 'conflict' });
    await expect(desk.try({ name: 'guardian', text, runId: 'run_nobodys' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('asks nobody once the budget of the day is spent', async () => {
    const { purse, ...budget } = container.budget;
    const limits = { ...purse.limits, usdPerDay: 0 };
    const broke = openPromptDesk(
      { ...container, budget: { ...budget, purse: { ...purse, limits } } },
      async () => null,
    );
    const asked = server.requests.length;
    const [trial] = await broke.try({ name: 'scanner', text: await textOf('scanner'), runId });
    expect(trial).toMatchObject({
      outcome: 'not_asked',
      why: expect.stringContaining('budget'),
      reply: null,
    });
    expect(trial?.messages).toHaveLength(2);
    expect(server.requests.length).toBe(asked);
  });
});
