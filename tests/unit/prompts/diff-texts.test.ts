import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTexts } from '#prompts/diff-texts.ts';

const between = (from: string, to: string) =>
  diffTexts({ title: 'version 1', text: from }, { title: 'version 2', text: to });

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

/** What `patch` does with it. */
function applied(text: string, unified: string): string {
  const source = text.split('\n');
  const result: string[] = [];
  let read = 0;
  for (const line of unified.split('\n').slice(2, -1)) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      result.push(...source.slice(read, start));
      read = start;
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(line.slice(1)).toBe(source[read]);
      if (line.startsWith(' ')) result.push(line.slice(1));
      read += 1;
    }
  }
  return [...result, ...source.slice(read)].join('\n');
}

describe('the difference of two texts', () => {
  it('is empty for the same text', () => {
    expect(between('a\nb', 'a\nb')).toEqual({ unified: '', addedLines: 0, removedLines: 0 });
  });

  it('shows what went and came with three lines around it, and where', () => {
    const lines = numbered(20);
    const changed = lines.with(9, 'line ten').toSpliced(19, 0, 'almost the last');
    expect(between(lines.join('\n'), changed.join('\n'))).toEqual({
      addedLines: 2,
      removedLines: 1,
      unified: [
        '--- version 1',
        '+++ version 2',
        '@@ -7,7 +7,7 @@',
        ' line 7',
        ' line 8',
        ' line 9',
        '-line 10',
        '+line ten',
        ' line 11',
        ' line 12',
        ' line 13',
        '@@ -17,4 +17,5 @@',
        ' line 17',
        ' line 18',
        ' line 19',
        '+almost the last',
        ' line 20',
        '',
      ].join('\n'),
    });
  });

  it('patches the one into the other, whatever they are', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (from, to) => {
        const { unified } = between(from, to);
        expect(unified === '' ? from : applied(from, unified)).toBe(to);
      }),
    );
  });

  it('tells thousands of changed lines at once as rewritten', () => {
    const [from, to] = [numbered(5_000), numbered(5_000).map((line) => `another ${line}`)];
    expect(between(from.join('\n'), to.join('\n'))).toMatchObject({ addedLines: 5_000, removedLines: 5_000 });
  });
});
