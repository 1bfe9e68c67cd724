/** What the list of runs can be narrowed by, in the words of the page. */

import type { AgentName } from '#domain/opinion.ts';
import type { CycleOutcome, Desk, RunKind, RunStatus } from '#domain/run.ts';
import type { FilterName, RunListFilter } from '../api/run-list.ts';
import { baseName, sentence, spaced } from '../format/words.ts';
import { shownInstant, typedInstant } from '../ui/instant-text.ts';
import { DENIAL_CODES } from './denial-codes.ts';

export interface ChoiceOf {
  readonly name: FilterName;
  readonly label: string;
  readonly values: readonly string[];
  readonly word: (value: string) => string;
}

export interface TypedOf {
  readonly name: FilterName;
  readonly label: string;
  readonly type: 'number' | 'datetime-local';
}

const KINDS: readonly string[] = ['cycle', 'analysis', 'fork', 'shadow'] satisfies RunKind[];
const OUTCOMES: readonly string[] = ['traded', 'held', 'denied', 'halted', 'failed'] satisfies CycleOutcome[];
const STATUSES: readonly string[] = [
  'queued',
  'running',
  'finished',
  'failed',
  'cancelled',
  'lost',
] satisfies RunStatus[];
const AGENTS: readonly string[] = [
  'scanner',
  'guardian',
  'context',
  'risk',
  'executor',
] satisfies AgentName[];
const code = (text: string) => sentence(spaced(text));

export function choicesOf(desks: readonly Desk[]): readonly ChoiceOf[] {
  const nameOf = (deskId: string) => desks.find((desk) => desk.deskId === deskId)?.name ?? deskId;
  const symbols = [...new Set(desks.flatMap((desk) => desk.symbols))];
  return [
    { name: 'outcome', label: 'Outcome', values: OUTCOMES, word: sentence },
    { name: 'status', label: 'Status', values: [...STATUSES, 'waiting'], word: sentence },
    { name: 'kind', label: 'Kind', values: KINDS, word: sentence },
    { name: 'symbol', label: 'Symbol', values: symbols, word: baseName },
    { name: 'deskId', label: 'Desk', values: desks.map(({ deskId }) => deskId), word: nameOf },
    { name: 'agent', label: 'Model asked by', values: AGENTS, word: sentence },
    { name: 'abstained', label: 'Model failed', values: AGENTS, word: sentence },
    { name: 'denial', label: 'Denied for', values: DENIAL_CODES, word: code },
    { name: 'forks', label: 'Forks', values: ['false'], word: () => 'Left out' },
  ];
}

export const TYPED: readonly TypedOf[] = [
  { name: 'minCostUsd', label: 'Cost from, $', type: 'number' },
  { name: 'maxCostUsd', label: 'Cost to, $', type: 'number' },
  { name: 'from', label: 'Begun from (wall time, UTC)', type: 'datetime-local' },
  { name: 'to', label: 'Begun to (wall time, UTC)', type: 'datetime-local' },
];

/** `Outcome: Traded` */
export function filterWords(name: FilterName, value: string, desks: readonly Desk[]): string {
  if (name === 'q') return `“${value}”`;
  const choice = choicesOf(desks).find((field) => field.name === name);
  if (choice !== undefined) return `${choice.label}: ${choice.word(value)}`;
  return `${TYPED.find((field) => field.name === name)?.label ?? name}: ${value.replace('T', ' ').replace('Z', '')}`;
}

/** What of an address no run can ever be; null when all of it makes sense. */
export function senselessFilter(filter: RunListFilter): string | null {
  const known: Partial<Record<FilterName, readonly string[]>> = {
    ...{ outcome: OUTCOMES, status: [...STATUSES, 'waiting'], kind: KINDS },
    ...{ agent: AGENTS, abstained: AGENTS, denial: DENIAL_CODES, forks: ['false', 'true'] },
  };
  for (const [name, values] of Object.entries(known)) {
    const value = filter[name as FilterName];
    if (value !== undefined && !values.includes(value))
      return `“${value}” is no ${name}: there are ${values.join(', ')}.`;
  }
  return null;
}

export function shownValue({ type }: TypedOf, value: string | undefined): string {
  return type === 'number' ? (value ?? '') : shownInstant(value);
}

export function typedValue({ type }: TypedOf, text: string): string {
  return type === 'number' ? text : typedInstant(text);
}
