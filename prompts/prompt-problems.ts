/** Everything that keeps a text from being a prompt of its name, each with its place, so that an editor can point at it. */
import { EVIDENCE_MARKER, PROMPT_VARIABLES, type PromptName, VARIABLE_PATTERN } from './prompt-variables.ts';

export interface PromptProblem {
  readonly code: 'unknown_variable' | 'marker' | 'misplaced_variable' | 'missing_variable';
  readonly message: string;
  readonly variable: string | null;
  /** Where in the text, in UTF-16 units; null for what is not in it. */
  readonly at: TextPlace | null;
}

export interface TextPlace {
  readonly from: number;
  readonly to: number;
  /** From one on. */
  readonly line: number;
  readonly column: number;
}

interface UsedVariable {
  readonly variable: string;
  readonly from: number;
  readonly to: number;
}

/** What stands wrong in the text first, in its order; then what is not there. O(length). */
export function findProblems(name: PromptName, text: string): PromptProblem[] {
  const used = usedVariables(text);
  return [
    ...unknownVariables(name, text, used),
    ...markerProblems(name, text),
    ...misplacedVariables(name, text, used),
    ...missingVariables(name, used),
  ];
}

export function usedVariables(text: string): UsedVariable[] {
  return [...text.matchAll(VARIABLE_PATTERN)].map((match) => ({
    ...{ variable: match[1] ?? '', from: match.index, to: match.index + match[0].length },
  }));
}

export function placeOf(text: string, from: number, to: number): TextPlace {
  const before = text.slice(0, from);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { from, to, line: before.split('\n').length, column: from - lineStart + 1 };
}

function unknownVariables(name: PromptName, text: string, used: readonly UsedVariable[]): PromptProblem[] {
  const { system, evidence } = PROMPT_VARIABLES[name];
  const known = [...system, ...evidence];
  return used
    .filter(({ variable }) => !known.includes(variable))
    .map(({ variable, from, to }) => ({
      code: 'unknown_variable',
      message: `{{${variable}}} is unknown; known are ${known.join(', ') || 'none'}`,
      variable,
      at: placeOf(text, from, to),
    }));
}

function markerProblems(name: PromptName, text: string): PromptProblem[] {
  if (PROMPT_VARIABLES[name].evidence.length === 0) return [];
  const [first, second] = markersIn(text);
  if (first !== undefined && second === undefined) return [];
  return [
    {
      code: 'marker',
      message: `needs one line ${EVIDENCE_MARKER} between its system half and its evidence half`,
      variable: null,
      at: second === undefined ? null : placeOf(text, second, second + EVIDENCE_MARKER.length),
    },
  ];
}

function misplacedVariables(name: PromptName, text: string, used: readonly UsedVariable[]): PromptProblem[] {
  const { evidence } = PROMPT_VARIABLES[name];
  const [marker = 0] = markersIn(text);
  return used
    .filter(({ variable, from }) => from < marker && evidence.includes(variable))
    .map(({ variable, from, to }) => ({
      code: 'misplaced_variable',
      message: `{{${variable}}} is evidence and belongs below ${EVIDENCE_MARKER}`,
      variable,
      at: placeOf(text, from, to),
    }));
}

function missingVariables(name: PromptName, used: readonly UsedVariable[]): PromptProblem[] {
  const { system, evidence } = PROMPT_VARIABLES[name];
  const standing = new Set(used.map(({ variable }) => variable));
  return [...system, ...evidence]
    .filter((variable) => !standing.has(variable))
    .map((variable) => ({
      code: 'missing_variable',
      message: `{{${variable}}} is missing`,
      variable,
      at: null,
    }));
}

function markersIn(text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(EVIDENCE_MARKER); at !== -1; at = text.indexOf(EVIDENCE_MARKER, at + 1))
    places.push(at);
  return places;
}
