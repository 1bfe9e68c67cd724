/** Where variables stand in a text, line by line, and which of them are wrong there. */
import type { PromptVariables } from '../api/prompt-types.ts';

export const EVIDENCE_MARKER = '<!-- evidence -->';
const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

export type MarkKind = 'words' | 'variable' | 'fault' | 'marker';

export interface MarkedPart {
  readonly text: string;
  readonly kind: MarkKind;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly kind: MarkKind;
}

/** As the server will see it: unknown variables, and evidence above its marker, are faults. */
export function markLines(text: string, variables: PromptVariables): readonly MarkedPart[][] {
  const lines: MarkedPart[][] = [[]];
  for (const { from, to, kind } of stretchesOf(text, variables)) {
    const [first = '', ...rest] = text.slice(from, to).split('\n');
    if (first !== '') lines.at(-1)?.push({ text: first, kind });
    for (const line of rest) lines.push(line === '' ? [] : [{ text: line, kind }]);
  }
  return lines;
}

/** The whole text in stretches of one kind. */
function stretchesOf(text: string, variables: PromptVariables): Stretch[] {
  const marker = text.indexOf(EVIDENCE_MARKER);
  const marked: Stretch[] = [...variableStretches(text, marker, variables)];
  if (marker !== -1) marked.push({ from: marker, to: marker + EVIDENCE_MARKER.length, kind: 'marker' });
  marked.sort((left, right) => left.from - right.from);
  const stretches: Stretch[] = [];
  let read = 0;
  for (const stretch of marked) {
    stretches.push({ from: read, to: stretch.from, kind: 'words' }, stretch);
    read = stretch.to;
  }
  return [...stretches, { from: read, to: text.length, kind: 'words' }];
}

function* variableStretches(text: string, marker: number, { system, evidence }: PromptVariables) {
  const known = new Set([...system, ...evidence]);
  const ofEvidence = new Set(evidence);
  for (const { 0: whole, 1: variable = '', index: from } of text.matchAll(VARIABLE)) {
    // Around the marker there is no variable, only braces: the server says so.
    if (whole.includes(EVIDENCE_MARKER)) continue;
    const isWrong = !known.has(variable) || (from < marker && ofEvidence.has(variable));
    const kind: MarkKind = isWrong ? 'fault' : 'variable';
    yield { from, to: from + whole.length, kind };
  }
}

/** The variables a text uses, in the order of their first use. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ''))];
}
