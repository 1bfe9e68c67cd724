/** A unified difference as rows of two sides, with the words that differ told apart within a changed line. */
import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  readonly text: string;
  readonly isChanged: boolean;
}

export interface DiffSide {
  readonly line: number;
  readonly parts: readonly DiffPart[];
}

export type DiffRow =
  | { readonly kind: 'gap' }
  | { readonly kind: 'same'; readonly left: DiffSide; readonly right: DiffSide }
  /** Null: there is no such line on that side. */
  | { readonly kind: 'changed'; readonly left: DiffSide | null; readonly right: DiffSide | null };

/** Beyond this a line is not looked at word by word: that would take seconds. */
const LONGEST_LINE = 4_000;

export function diffRows(unified: string): DiffRow[] {
  const rows: DiffRow[] = [];
  let [oldLine, newLine] = [0, 0];
  let [removed, added]: [string[], string[]] = [[], []];

  function flush() {
    for (let index = 0; index < Math.max(removed.length, added.length); index++)
      rows.push(changedRow(at(oldLine, removed, index), at(newLine, added, index)));
    oldLine += removed.length;
    newLine += added.length;
    [removed, added] = [[], []];
  }

  for (const line of unified.split('\n').slice(2, -1)) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk) {
      flush();
      if (rows.length > 0 || hunk[1] !== '1') rows.push({ kind: 'gap' });
      [oldLine, newLine] = [Number(hunk[1]), Number(hunk[2])];
    } else if (line.startsWith('-')) removed.push(line.slice(1));
    else if (line.startsWith('+')) added.push(line.slice(1));
    else if (line.startsWith(' ')) {
      flush();
      const parts = whole(line.slice(1), false);
      rows.push({ kind: 'same', left: { line: oldLine++, parts }, right: { line: newLine++, parts } });
    }
  }
  flush();
  return rows;
}

interface NumberedText {
  readonly line: number;
  readonly text: string;
}

function at(from: number, lines: readonly string[], index: number): NumberedText | null {
  const text = lines[index];
  return text === undefined ? null : { line: from + index, text };
}

function changedRow(left: NumberedText | null, right: NumberedText | null): DiffRow {
  const sideOf = (side: NumberedText | null): DiffSide | null =>
    side && { line: side.line, parts: whole(side.text, true) };
  if (left === null || right === null || Math.max(left.text.length, right.text.length) > LONGEST_LINE)
    return { kind: 'changed', left: sideOf(left), right: sideOf(right) };
  const words = diffWordsWithSpace(left.text, right.text);
  const of = (leaveOut: 'added' | 'removed'): DiffPart[] =>
    words
      .filter((word) => !word[leaveOut])
      .map(({ value, added, removed }) => ({ text: value, isChanged: added || removed }));
  return {
    kind: 'changed',
    left: { line: left.line, parts: of('added') },
    right: { line: right.line, parts: of('removed') },
  };
}

function whole(text: string, isChanged: boolean): DiffPart[] {
  return text === '' ? [] : [{ text, isChanged }];
}
