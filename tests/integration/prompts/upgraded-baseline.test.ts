import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { askerOf, quietReply } from '#tests/support/agent-replies.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { makeRun, openContainer, recordOf } from '#tests/support/test-desk.ts';

let test: TestDatabase;
let server: ScriptedModel;
beforeAll(async () => {
  [test, server] = await Promise.all([createTestDatabase(), startScriptedModel()]);
  server.follow((request) => say.answer(quietReply(request)));
});
afterAll(async () => {
  await server?.close();
  await test?.drop();
});

const OLD_SCANNER =
  '{{rules}} {{answerSchema}} <!-- evidence --> Old: {{shortlist}} {{positions}} {{maxSubjects}}';
const OWN_CONTEXT = `{{rules}} {{answerSchema}} <!-- evidence --> Symbol: {{symbol}} Own words.
{{readings}} {{votes}} {{backdrop}} {{advice}} {{position}} {{question}}`;

it('brings a database of an earlier version up to date, and asks a person’s own text as it is', async () => {
  const environment = {
    OPENAI_API_KEY: 'test-key',
    OPENAI_BASE_URL: server.baseUrl,
    LLM_MODEL: 'scripted-1',
  };
  const first = await openContainer(test.url, { environment });
  await first.close();
  const { sql } = test.database;
  // The database as an earlier version of the code had seeded it, with one prompt that a person has edited.
  await sql`update prompt_versions set text = ${OLD_SCANNER}, sha256 = 'earlier' where name = 'scanner'`;
  await sql`insert into prompt_versions
    select name, 2, ${OWN_CONTEXT}, config, variables, 'anna', 'my own', 'own', 1
    from prompt_versions where name = 'context'`;
  await sql`update prompt_labels set version = 2, moved_by = 'anna' where name = 'context'`;

  const container = await openContainer(test.url, { environment });
  try {
    const listed = await container.rows.prompts.list();
    const versions = Object.fromEntries(listed.map(({ name, labels }) => [name, labels.production]));
    expect(versions).toEqual({ context: 2, executor: 1, guardian: 1, risk: 1, rules: 1, scanner: 2 });
    const scanner = await container.rows.prompts.get('scanner');
    const baseline = loadPrompts('prompts').find(({ name }) => name === 'scanner');
    expect(scanner?.versions[0]).toMatchObject({ text: baseline?.text, author: 'start-up' });

    const { runId } = await makeRun(container, 'upgraded');
    await container.engine.execute(runId);
    const said = (agent: string) =>
      server.requests
        .filter((request) => askerOf(request) === agent)
        .map(({ body }) => body.messages[1]?.content ?? '');
    expect(said('scanner')[0]).toContain('Sequences, oldest → newest:');
    expect(said('context')[0]).toMatch(/^Symbol: \S+ Own words\.\nkey \| value \| unit/);
    expect(said('context')[0]).not.toContain('your conviction');
    const { opinions } = await recordOf(container, runId);
    expect(opinions.map(({ abstention }) => abstention)).not.toContain('prompt_unusable');
  } finally {
    await container.close();
  }
});
