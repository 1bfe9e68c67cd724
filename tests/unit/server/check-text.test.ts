import { describe, expect, it } from 'vitest';
import { checkText } from '#server/prompts/check-text.ts';

const SETTINGS = { temperature: 0, maxOutputTokens: 500 };
const SECRET = 'configured-key-0123456789';
const GOOD =
  'Say how. {{rules}} {{answerSchema}}\n<!-- evidence -->\n{{proposals}} {{signals}} {{sequences}} {{menu}}';

const checked = (text: string, settings: unknown = SETTINGS) =>
  checkText({ name: 'executor', text, settings }, [SECRET]);
const problems = async (text: string, settings?: unknown) => (await checked(text, settings)).problems;

describe('a text while it is typed', () => {
  it('has its tokens counted, half by half', async () => {
    const { tokens, problems: none } = await checked(GOOD);
    expect(none).toEqual([]);
    expect(tokens.system).toBeGreaterThan(5);
    const longer = await checked(GOOD.replace('Say how.', 'Say how, and say it in a few more words.'));
    expect(longer.tokens.system).toBeGreaterThan(tokens.system);
    expect(longer.tokens.evidence).toBe(tokens.evidence);
  });

  it('has its problems placed as an editor counts, whatever ended its lines', async () => {
    const [unknown] = await problems(`one\r\ntwo {{moon}}\r\n${GOOD}`);
    expect(unknown).toMatchObject({
      location: 'text',
      variable: 'moon',
      at: { line: 2, column: 5, from: 8 },
    });
  });

  it('is told of a key without showing it', async () => {
    const found = await problems(`fine\nuse ${SECRET}\n${GOOD}`);
    expect(found).toMatchObject([{ at: { line: 2, from: 5, to: 34 } }]);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('is told what is wrong with its settings by their names', async () => {
    const found = await problems(GOOD, { temperature: 9, maxOutputTokens: 1.5, topP: 1 });
    expect(found.map(({ location }) => location)).toEqual([
      'config.temperature',
      'config.maxOutputTokens',
      'config',
    ]);
  });

  it('may be empty, too long or hold what cannot be kept: then that is said', async () => {
    expect(await problems('')).toContainEqual(expect.objectContaining({ message: 'the text is empty' }));
    expect(await problems(`${GOOD}\u202e`)).toMatchObject([
      { message: expect.stringContaining('direction') },
    ]);
    expect(await problems(`${GOOD}${' long'.repeat(12_001)}`)).toMatchObject([
      { message: expect.stringContaining('60000 characters') },
    ]);
  });
});
