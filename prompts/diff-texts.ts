/** Line by line, what a text has lost and what it has gained: the unified form that `diff -u` prints. */
import { type StructuredPatchHunk, structuredPatch } from 'diff';

export interface TextDiff {
  /** Empty when nothing differs. */
  readonly unified: string;
  readonly addedLines: number;
  readonly removedLines: number;
}

export interface TitledText {
  readonly title: string;
  readonly text: string;
}

/** Lines around a change that are shown with it. */
const CONTEXT_LINES = 3;
/** Changed lines beyond which the whole counts as rewritten: finding less would take seconds. */
const MOST_EDITS = 2_000;

export function diffTexts(from: TitledText, to: TitledText): TextDiff {
  const hunks = hunksBetween(from.text, to.text);
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const addedLines = lines.filter((line) => line.startsWith('+')).length;
  const removedLines = lines.filter((line) => line.startsWith('-')).length;
  if (hunks.length === 0) return { unified: '', addedLines, removedLines };
  const shown = hunks.flatMap((hunk) => [rangesOf(hunk), ...hunk.lines]);
  const unified = [`--- ${from.title}`, `+++ ${to.title}`, ...shown, ''].join('\n');
  return { unified, addedLines, removedLines };
}

function hunksBetween(from: string, to: string): StructuredPatchHunk[] {
  // Both end their last line, so that nothing is said of a missing newline.
  const [before, after] = [`${from}\n`, `${to}\n`];
  const options = { context: CONTEXT_LINES, maxEditLength: MOST_EDITS };
  const patch = structuredPatch('', '', before, after, '', '', options);
  return patch?.hunks ?? [rewritten(from.split('\n'), to.split('\n'))];
}

function rewritten(from: readonly string[], to: readonly string[]): StructuredPatchHunk {
  return {
    ...{ oldStart: 1, oldLines: from.length, newStart: 1, newLines: to.length },
    lines: [...from.map((line) => `-${line}`), ...to.map((line) => `+${line}`)],
  };
}

function rangesOf({ oldStart, oldLines, newStart, newLines }: StructuredPatchHunk): string {
  return `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;
}
