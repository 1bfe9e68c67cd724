import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { quietReply } from '#tests/support/agent-replies.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { TRADING_FROM } from '#tests/support/test-desk.ts';

let home: Home;
let test: TestDatabase;
let model: ScriptedModel;
let runId: string;
const folder = mkdtempSync(join(tmpdir(), 'vigil-prompt-files-'));
const scannerFile = join(folder, 'scanner.md');

beforeAll(async () => {
  [home, test, model] = await Promise.all([openHome(), createTestDatabase(), startScriptedModel()]);
  model.follow((request) => say.answer(quietReply(request)));
  // Seeds the prompts, and leaves a run in which agents were asked.
  const record = JSON.parse(await done(['cycle', '--json'], withModel()));
  runId = record.runId;
});
afterAll(async () => {
  await home?.remove();
  await model?.close();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const withModel = () => ({ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' });
const market = { VIGIL_FROM: TRADING_FROM, VIGIL_SEED: '7' };

const run = (words: string[], env: Record<string, string> = {}) =>
  home.run(words, { DATABASE_URL: test.url, ...market, ...env });

async function done(words: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(words, env);
  expect({ code, stderr }, words.join(' ')).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const json = async (words: string[], env: Record<string, string> = {}) =>
  JSON.parse(await done([...words, '--json'], env));

const contents = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );

describe('`prompts`', () => {
  it('come as files and go back as they came: nothing is new, no model is asked', async () => {
    const { files } = await json(['prompts', 'pull', folder]);
    expect(files).toHaveLength(6);
    const pulled = contents();
    expect(loadPrompts(folder)).toEqual(loadPrompts('prompts'));
    const asked = model.requests.length;
    const pushed = await json(['prompts', 'push', folder], withModel());
    expect(pushed).toMatchObject({ saved: [], unchanged: expect.arrayContaining(['rules', 'scanner']) });
    expect(model.requests.length).toBe(asked);
    await done(['prompts', 'pull', folder]);
    expect(contents()).toEqual(pulled);
  });

  it('differ from edited files, are pushed with a label, shown, and rolled back', async () => {
    writeFileSync(scannerFile, `${readFileSync(scannerFile, 'utf8').trim()}\nBe brief.\n`);
    expect(await done(['prompts', 'diff', '--dir', folder])).toMatch(
      /^--- scanner version 1\n\+\+\+ .*scanner\.md\n@@ [^@]* @@\n[\s\S]*\n\+Be brief\.\n$/,
    );
    const pushed = await json(
      ['prompts', 'push', folder, '--message', 'shorter', '--label', 'production'],
      withModel(),
    );
    expect(pushed.saved).toMatchObject([
      { name: 'scanner', version: 2, isNew: true, label: 'production', dryRun: { outcome: 'passed' } },
    ]);
    expect(await done(['prompts', 'show', 'scanner'])).toMatch(
      /^# scanner version 2 of 2, production 2\n# .* by command line: shorter\n---\nagent: scanner\n[\s\S]*Be brief\.\n$/,
    );
    expect(await done(['prompts', 'diff', 'scanner', '1', '2'])).toContain('+Be brief.');

    const back = await done(['prompts', 'rollback', 'scanner'], { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' });
    expect(back).toMatch(/^scanner: production is version 1 \(before: 2; dry run: baseline\): takes effect/);
    expect(await done(['prompts', 'list'])).toMatch(/^scanner +version 2, production 1$/m);
    const again = await run(['prompts', 'rollback', 'scanner']);
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('prompts label scanner production'),
    });
  });

  it('are labelled for a reason', async () => {
    const asked = model.requests.length;
    const words = ['prompts', 'label', 'scanner', 'candidate', '2'];
    expect(await run(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('--message') });
    expect(await json([...words, '--message', 'a trial'], withModel())).toMatchObject({
      ...{ from: null, to: 2, changed: true, dryRun: { outcome: 'passed' } },
    });
    expect(model.requests.length).toBe(asked);
    expect(await done(['prompts', 'unlabel', 'scanner', 'candidate'])).toContain('removed from version 2');
    const pushed = await json(['prompts', 'push', folder, '--label', 'candidate'], withModel());
    expect(pushed.saved).toMatchObject([{ name: 'scanner', version: 2, isNew: false, label: 'candidate' }]);
    expect(pushed.unchanged).toContain('risk');
    await done(['prompts', 'unlabel', 'scanner', 'candidate']);
  });

  it('are tried on a past run', async () => {
    const { items } = await json(
      ['prompts', 'try', 'scanner', '--run', runId, '--file', scannerFile, '--model', 'scripted-9'],
      withModel(),
    );
    expect(items).toMatchObject([
      { agent: 'scanner', runId, outcome: 'passed', model: 'scripted-9', promptTokens: expect.any(Number) },
    ]);
    expect(items[0].promptTokens).toBeGreaterThan(500);
    const said = await done(['prompts', 'try', 'scanner', '--run', runId]);
    expect(said).toMatch(/^== scanner, as asked in run .*\n-- system\n/);
    expect(said).toContain('nobody was asked: not_asked (no model is configured)');
    const about = await run(['prompts', 'try', 'scanner', '--run', runId, '--symbol', 'BTC']);
    expect(about.stderr).toContain('was not asked about BTC/USDT:USDT');
  });

  it.each([
    [['prompts', 'show', 'poet'], /^not_found: there is no prompt "poet"; there are context, /],
    [['prompts', 'show', 'scanner', '9'], /^not_found: .*no version or label "9": versions are 1 to 2/],
    [
      ['prompts', 'push', '/no/such/folder'],
      /^prompt_invalid: prompt folder \/no\/such\/folder cannot be read/,
    ],
    [['prompts', 'try', 'scanner', '--run', 'run_nobodys'], /^not_found: there is no run run_nobodys/],
    [['prompts', 'rollback', 'risk'], /^not_found: prompt "risk" has no version below 1/],
  ])('say what is wrong with %j', async (words, says) => {
    const { code, stdout, stderr } = await run(words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
  });

  it('that lack a production version are told by doctor and to who asks; cycles go on and open nothing', async () => {
    await test.database.sql`delete from prompt_labels where name = 'risk'`;
    const says =
      /no version is labelled production of the prompts risk: .*vigil prompts label risk production/;
    const doctor = await run(['doctor', '--json']);
    const { checks } = JSON.parse(doctor.stdout);
    expect(checks).toContainEqual({ name: 'prompts', status: 'failed', detail: expect.stringMatching(says) });
    const asked = await run(['analyze', 'BTC']);
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringMatching(says) });
    const cycle = await run(['cycle', '--json'], withModel());
    expect(JSON.parse(cycle.stdout)).toMatchObject({
      outcome: 'denied',
      llm: { abstentions: { prompt_unusable: expect.any(Number) } },
    });
    await done(['prompts', 'label', 'risk', 'production', '1', '--message', 'it was gone']);
    const mended = JSON.parse((await run(['doctor', '--json'])).stdout);
    expect(mended.checks).toContainEqual(expect.objectContaining({ name: 'prompts', status: 'ok' }));
  });

  it('save none of a folder when one of its files is refused, and name it', async () => {
    writeFileSync(scannerFile, `${readFileSync(scannerFile, 'utf8').trim()}\nAnother line.\n`);
    const riskFile = join(folder, 'risk.md');
    const risk = readFileSync(riskFile, 'utf8');
    writeFileSync(riskFile, `${risk.trim()}\nsk-abcdefghij0123456789\n`);
    const { code, stderr } = await run(['prompts', 'push', folder], withModel());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^prompt_invalid: prompt .*risk\.md: line \d+ holds what looks like a key/);
    expect(await done(['prompts', 'list'])).toMatch(/^scanner +version 2, production 1$/m);
  });
});
