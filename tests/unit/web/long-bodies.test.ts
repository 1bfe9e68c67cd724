import { describe, expect, test } from 'vitest';
import { markQuotes } from '../../../web/run/mark-quotes.ts';
import { jsonRows } from '../../../web/ui/json-rows.ts';
import { lineAt, lineStarts } from '../../../web/ui/text-lines.ts';

const linesOf = (text: string, columns: number) => {
  const starts = lineStarts(text, columns);
  return Array.from({ length: starts.length - 1 }, (_, line) => lineAt(text, starts, line));
};

describe('the lines of a long text', () => {
  test('break at its own ends of line and where the box ends', () => {
    expect(linesOf('abcdefgh\nij\r\n\nk', 3)).toEqual(['abc', 'def', 'gh', 'ij', '', 'k']);
    expect(linesOf('abc\nd\n', 3)).toEqual(['abc', 'd', '']);
    expect(linesOf('', 3)).toEqual([]);
  });

  test('never cut a character in half', () => {
    expect(linesOf('ab😀cd', 3)).toEqual(['ab', '😀c', 'd']);
  });

  test('of two million characters are found whole again', () => {
    const text = 'x'.repeat(2_000_000);
    expect(linesOf(text, 100).join('')).toBe(text);
  });
});

describe('the lines of a folded value', () => {
  test('tell what is folded by its size, and do not look into it', () => {
    const hidden = {};
    Object.defineProperty(hidden, 'inside', { enumerable: true, get: () => expect.unreachable() });
    const rows = jsonRows({ a: [1, 2], 'a.b': hidden, empty: {} }, (_path, depth) => depth === 0);
    expect(rows.map(({ name, depth, isOpen, size }) => [name, depth, isOpen, size])).toEqual([
      [null, 0, true, 3],
      ['a', 1, false, 2],
      ['a.b', 1, false, 1],
      ['empty', 1, null, 0],
    ]);
  });

  test('have a path of their own each, whatever their names are', () => {
    const rows = jsonRows({ a: { b: 1 }, 'a.b': 2, '': 3 }, () => true);
    expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
  });
});

describe('the checked numbers of a reply', () => {
  const quote = (said: string, isGrounded: boolean) => ({ field: 'summary', said, isGrounded });

  test('are marked where they stand, and not inside of other numbers', () => {
    const marked = markQuotes('RSI 61.4 and 161.45, then 92%.', [quote('61.4', true), quote('92%', false)]);
    expect(marked).toEqual([
      { words: 'RSI ', isGrounded: null },
      { words: '61.4', isGrounded: true },
      { words: ' and 161.45, then ', isGrounded: null },
      { words: '92%', isGrounded: false },
      { words: '.', isGrounded: null },
    ]);
  });

  test('count as from nowhere as soon as one of them is', () => {
    expect(markQuotes('5', [quote('5', true), quote('5', false)])).toEqual([
      { words: '5', isGrounded: false },
    ]);
    expect(markQuotes('no numbers', [])).toEqual([{ words: 'no numbers', isGrounded: null }]);
  });
});
