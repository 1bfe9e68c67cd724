import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTexts } from '#prompts/diff-texts.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { findProblems } from '#prompts/prompt-problems.ts';
import { PROMPT_VARIABLES } from '#prompts/prompt-variables.ts';
import { promptFileText as serverFileText } from '#prompts/write-prompt.ts';
import { diffRows } from '../../../web/prompts/diff-rows.ts';
import { createDraftStore, type KeptTexts } from '../../../web/prompts/draft-store.ts';
import { markLines, variablesIn } from '../../../web/prompts/mark-text.ts';
import { promptFileText } from '../../../web/prompts/prompt-file.ts';

const BASELINE = loadPrompts('prompts');

describe('the marks of a text', () => {
  test('are faults exactly where the server finds one', () => {
    const piece = fc.constantFrom(
      '{{menu}}',
      '{{ rules }}',
      '{{moon}}',
      '<!-- evidence -->',
      'words',
      '\n',
      '{{',
      '}}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const variables = PROMPT_VARIABLES.executor;
        const lines = markLines(text, variables);
        expect(lines.map((parts) => parts.map((part) => part.text).join('')).join('\n')).toBe(text);
        const faulty = lines.flatMap((parts, index) =>
          parts.some(({ kind }) => kind === 'fault') ? [index + 1] : [],
        );
        const found = findProblems('executor', text).flatMap(({ code, at }) =>
          at === null || code === 'marker' || text.slice(at.from, at.to).includes('evidence -->')
            ? []
            : text
                .slice(at.from, at.to)
                .split('\n')
                .map((_, index) => at.line + index),
        );
        // An empty line within a fault has nothing to mark.
        const written = text.split('\n').flatMap((line, index) => (line === '' ? [] : [index + 1]));
        expect(faulty).toEqual(written.filter((line) => found.includes(line)));
      }),
    );
  });

  test('name the variables of the baseline in the order of their use', () => {
    for (const { text, variables } of BASELINE) expect(variablesIn(text)).toEqual(variables);
  });
});

test('a prompt is the same file from the browser and from the command line', () => {
  for (const prompt of BASELINE)
    expect(promptFileText(prompt.name, { text: prompt.text, config: prompt.settings })).toBe(
      serverFileText(prompt),
    );
});

describe('the rows of a difference', () => {
  const rowsOf = (from: string, to: string) =>
    diffRows(diffTexts({ title: 'a', text: from }, { title: 'b', text: to }).unified);

  test('stand side by side with the words that differ', () => {
    expect(rowsOf('one\nthe old words\nend', 'one\nthe new words\nend\nmore')).toEqual([
      { kind: 'same', left: side(1, ['one']), right: side(1, ['one']) },
      {
        kind: 'changed',
        left: side(2, ['the ', '*old', ' words']),
        right: side(2, ['the ', '*new', ' words']),
      },
      { kind: 'same', left: side(3, ['end']), right: side(3, ['end']) },
      { kind: 'changed', left: null, right: side(4, ['*more']) },
    ]);
  });

  test('say where lines are left out, and are none where nothing differs', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const rows = rowsOf(lines.join('\n'), lines.with(20, 'other').join('\n'));
    expect(rows[0]).toEqual({ kind: 'gap' });
    expect(rows.filter(({ kind }) => kind === 'changed')).toHaveLength(1);
    expect(rowsOf('a', 'a')).toEqual([]);
  });

  test('hold every line of both sides, whatever the texts are', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '-c', '+d', ''), { maxLength: 20 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (from, to) => {
        const rows = rowsOf(from, to);
        for (const [name, whole] of [
          ['left', from],
          ['right', to],
        ] as const)
          for (const row of rows) {
            const shown = row.kind === 'gap' ? null : row[name];
            if (shown === null) continue;
            expect(shown.parts.map((part) => part.text).join('')).toBe(whole.split('\n')[shown.line - 1]);
          }
      }),
    );
  });

  /** A leading star marks a part that changed. */
  function side(line: number, parts: readonly string[]) {
    return {
      line,
      parts: parts.map((part) => ({ text: part.replace(/^\*/, ''), isChanged: part.startsWith('*') })),
    };
  }
});

describe('unsaved texts', () => {
  const draft = (changedAtMs: number) => ({
    ...{
      text: `text ${changedAtMs}`,
      config: { temperature: 0, maxOutputTokens: 100 },
      basedOn: 2,
      changedAtMs,
    },
  });

  test('are there again after a reload, the last touched first', () => {
    const storage = memoryStorage();
    const store = createDraftStore(storage);
    store.put('scanner', 1, draft(10));
    store.put('scanner', 2, draft(5));
    store.put('scan', 12, draft(20));
    expect(createDraftStore(storage).versions('scanner')).toEqual([1, 2]);
    expect(createDraftStore(storage).get('scanner', 1)).toEqual(draft(10));
    store.drop('scanner', 1);
    expect(createDraftStore(storage).versions('scanner')).toEqual([2]);
    expect(createDraftStore(storage).get('scanner', 1)).toBeNull();
  });

  test('are kept for the page where the storage is full, and left alone where it holds nonsense', () => {
    const storage = memoryStorage();
    storage.setItem('vigil.prompt-draft.scanner.1', '{"text": 5}');
    storage.setItem('vigil.prompt-draft.scanner.2', 'no json');
    const store = createDraftStore(storage);
    expect(store.versions('scanner')).toEqual([]);
    storage.setItem = () => {
      throw new Error('full');
    };
    let heard = 0;
    store.onChange(() => heard++);
    store.put('scanner', 3, draft(1));
    expect([store.get('scanner', 3)?.text, store.versions('scanner'), heard]).toEqual(['text 1', [3], 1]);
    expect(store.versions('scanner')).toBe(store.versions('scanner'));
  });

  function memoryStorage(): KeptTexts {
    const items = new Map<string, string>();
    return {
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    };
  }
});
