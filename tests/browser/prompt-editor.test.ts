import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { quietReply } from '../support/agent-replies.ts';
import { type ScriptedModel, say, startScriptedModel } from '../support/scripted-model.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the editor of a prompt${skipped}`, { timeout: 180_000 }, () => {
  let stage: WebStage;
  let model: ScriptedModel;
  let vigil: StagedVigil;

  beforeAll(async () => {
    [stage, model] = await Promise.all([setStage(), startScriptedModel()]);
    model.follow((request) => say.answer(quietReply(request)));
    vigil = await stage.startVigil({
      ...{ OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' },
    });
  }, 180_000);
  beforeEach(() => model.follow((request) => say.answer(quietReply(request))));
  afterEach(() => stage?.clear());
  afterAll(async () => {
    await stage?.close();
    await model?.close();
  });

  const editor = (page: Page) => page.getByRole('textbox', { name: /^Text of the prompt/ });
  /** The value of an expression about the text field. */
  const inField = (page: Page, expression: string) =>
    page.evaluate(
      `(() => { const field = document.querySelector('.prompt-editor textarea'); return ${expression}; })()`,
    );
  const sound = (page: Page) => page.getByText('Every variable is in its place').waitFor();
  const saving = (page: Page) => page.getByRole('dialog');
  const promptOf = async (name: string) => {
    const detail = await vigil.running.container.rows.prompts.get(name);
    if (detail === null) throw new Error(`there is no prompt ${name}`);
    return detail;
  };

  async function open(name: string, options: object = {}) {
    const opened = await stage.open(vigil, `/prompts/${name}`, options);
    // A desk's first cycles keep a slow machine busy.
    opened.page.setDefaultTimeout(120_000);
    await sound(opened.page);
    return opened;
  }

  async function typeAtEnd(page: Page, words: string): Promise<void> {
    await editor(page).focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(words);
  }

  /** As another process would: by the API, without a browser. */
  async function saveElsewhere(name: string, words: string, message: string): Promise<number> {
    const { versions } = await promptOf(name);
    const response = await fetch(`${vigil.url}/api/prompts/${name}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `${versions[0]?.text}\n${words}`, message }),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { version: number }).version;
  }

  test('finds what is wrong while it is typed, points at it and takes it back by undo', async () => {
    const { page, complaints } = await open('scanner');
    const before = await editor(page).inputValue();
    await inField(page, '(field.focus(), field.setSelectionRange(0, 0))');
    await page.keyboard.type('{{moon}} ');
    const wrong = page.getByRole('button', { name: /^Line 1: \{\{moon\}\} is unknown/ });
    await wrong.waitFor();
    expect(await page.getByText('1 problem to solve').count()).toBe(1);
    expect(await page.locator('.prompt-editor-line').first().getAttribute('data-fault')).toBe('true');
    expect(await editor(page).getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('button', { name: 'Save version' }).isDisabled()).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'prompt-problem-desktop-dark');
    await page.keyboard.press('Control+End');
    await wrong.press('Enter');
    expect(await inField(page, '[field.selectionStart, field.selectionEnd]')).toEqual([0, 8]);
    // A browser takes back what was typed in steps of its own.
    for (let step = 0; step < 9 && (await editor(page).inputValue()) !== before; step++)
      await page.keyboard.press('Control+Z');
    expect(await editor(page).inputValue()).toBe(before);
    await sound(page);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('opens on a %s without a jump, and breaks its lines as its marks do', async (_name, size) => {
    const { page } = await open('scanner', { size });
    await page.getByRole('region', { name: 'system message' }).waitFor();
    expect(await stage.layoutShift(page)).toBeLessThan(0.05);
    const odd = `${'a'.repeat(200)} \tafter a tab   \n   \n{{rules}}${'漢'.repeat(90)} e\u0301 👩‍👩‍👧 ${'word '.repeat(60)}\n\n`;
    await typeAtEnd(page, odd);
    await page.getByText('unsaved changes').first().waitFor();
    const heights = `(() => {
      const layer = field.previousElementSibling.offsetHeight;
      field.style.height = '0';
      const own = field.scrollHeight;
      field.style.height = '';
      return own - layer;
    })()`;
    expect(await inField(page, heights)).toBe(0);
  });

  test('puts in a variable that is missing, counts tokens, and is left by Tab', async () => {
    const { page } = await open('scanner');
    const counted = page.getByText(/tokens as written/);
    const before = await counted.innerText();
    const text = await editor(page).inputValue();
    await editor(page).fill(text.replace('{{menu}}', ''));
    await page.getByText('{{menu}} is missing').waitFor();
    await page.getByRole('button', { name: 'Insert {{menu}}' }).click();
    await sound(page);
    await typeAtEnd(page, ' and a few more words to count');
    await page.getByText('unsaved changes').first().waitFor();
    await counted.filter({ hasNotText: before }).waitFor();
    await editor(page).focus();
    await page.keyboard.press('Tab');
    expect(await inField(page, 'field === document.activeElement')).toBe(false);
    await page.getByLabel('Temperature').fill('hot');
    await page.getByText(/^Temperature: /).waitFor();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await sound(page);
    expect(await editor(page).inputValue()).toBe(text);
  });

  test('saves by keyboard alone after a dry run, and keeps an unsaved text over a reload and another page', async () => {
    const { page, complaints } = await open('executor');
    await typeAtEnd(page, '\nBe brief.');
    await sound(page);
    await page.reload();
    await page.getByText('with unsaved changes').waitFor();
    expect(await editor(page).inputValue()).toContain('Be brief.');
    await page.getByRole('link', { name: 'All prompts' }).click();
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText('unsaved changes of Executor are kept')
      .waitFor();
    await page.getByRole('link', { name: 'Executor', exact: true }).click();
    await sound(page);
    await editor(page).focus();
    await page.keyboard.press('Control+s');
    await saving(page).waitFor();
    await page.keyboard.type('shorter answers');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Messages' }).getByText('Version 2 is saved.').waitFor();
    await page.getByRole('heading', { name: 'Version 2' }).waitFor();
    expect(await page.getByText('with unsaved changes').count()).toBe(0);
    const [saved] = (await promptOf('executor')).versions;
    expect(saved).toMatchObject({ version: 2, author: 'a person', message: 'shorter answers' });
    expect(saved?.text.endsWith('Be brief.')).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('shows the refusal of a dry run in full, and keeps the text', async () => {
    const { page } = await open('scanner');
    await typeAtEnd(page, '\nAnswer in verse.');
    await sound(page);
    model.follow(() => say.prose());
    await page.getByRole('button', { name: 'Save version' }).click();
    await saving(page).getByLabel('Message').fill('poetry');
    await saving(page).getByRole('button', { name: 'Save version' }).click();
    await saving(page)
      .getByText(/gave no answer of the scanner's shape .*I would rather wait/)
      .waitFor();
    await saving(page).getByRole('button', { name: 'Not now' }).click();
    expect(await editor(page).inputValue()).toContain('Answer in verse.');
    expect((await promptOf('scanner')).latestVersion).toBe(1);
  });

  test('hears of somebody else’s version, and asks with the difference before it saves on top', async () => {
    const { page, complaints } = await open('context', { size: PHONE, theme: 'light' });
    await typeAtEnd(page, '\nMind the funding.');
    await sound(page);
    const version = await saveElsewhere('context', 'Mind the spread.', 'spreads matter');
    await page.getByText(`Version ${version} was saved since you began`).waitFor();
    expect(await editor(page).inputValue()).toContain('Mind the funding.');
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save version' }).click();
    const dialog = page.getByRole('dialog', { name: `Save on top of version ${version}?` });
    await dialog.locator('del', { hasText: 'spread' }).waitFor();
    await dialog.locator('ins', { hasText: 'funding' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, 'prompt-conflict-phone-light');
    await dialog.getByLabel('Message').fill('funding rather');
    // One more comes while the question is open: that one was not agreed to.
    const last = await saveElsewhere('context', 'Mind the hour.', 'hours matter');
    await page.getByRole('dialog', { name: `Save on top of version ${last}?` }).waitFor();
    await page.getByRole('button', { name: `Save on top of version ${last}` }).click();
    await page.getByRole('alert').getByText('was changed since version').waitFor();
    expect(await saving(page).getByLabel('Message').inputValue()).toBe('funding rather');
    await page.getByRole('button', { name: `Save on top of version ${last}` }).click();
    await page.getByRole('heading', { name: `Version ${last + 1}` }).waitFor();
    expect((await promptOf('context')).versions[0]?.text).toContain('Mind the funding.');
    expect(complaints.filter((words) => !words.includes('409'))).toEqual([]);
  });

  test('follows the newest version where nothing is unsaved', async () => {
    const { page } = await open('guardian');
    const version = await saveElsewhere('guardian', 'Mind the breadth.', 'breadth');
    await page.getByRole('heading', { name: `Version ${version}` }).waitFor();
    expect(await editor(page).inputValue()).toContain('Mind the breadth.');
  });

  test('gives a file and takes it back, and says what is wrong with another one', async () => {
    const { page, complaints } = await open('risk');
    const text = await editor(page).inputValue();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download .md' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('risk.md');
    const file = await readFile(await download.path(), 'utf8');
    expect(file).toBe(await readFile('prompts/risk.md', 'utf8'));
    const upload = (content: string) =>
      page
        .getByLabel('File to put into the editor')
        .setInputFiles({ name: 'risk.md', mimeType: 'text/markdown', buffer: Buffer.from(content) });
    await upload(
      file.replace('maxOutputTokens: 1500', 'maxOutputTokens: 900').replace('{{menu}}', '{{moon}}'),
    );
    await page.getByRole('button', { name: /\{\{moon\}\} is unknown/ }).waitFor();
    expect(await editor(page).inputValue()).toBe(text.replace('{{menu}}', '{{moon}}'));
    await editor(page).focus();
    await page.keyboard.press('Control+Z');
    await expect.poll(() => editor(page).inputValue(), { timeout: 30_000 }).toBe(text);
    await upload(file.replace('agent: risk', 'agent: scanner'));
    await page.getByRole('alert').getByText('is of the agent "scanner", and this is "risk"').waitFor();
    expect(complaints.filter((words) => !words.includes('422') && !words.includes('400'))).toEqual([]);
  });
});
