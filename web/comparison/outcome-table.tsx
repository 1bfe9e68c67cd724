import type { ComparedRun, ComparedStep, RunsBeside, StepCost } from '#domain/run-comparison.ts';
import { formatCount, formatQuantity, formatUsd } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { baseName, plural, spaced } from '../format/words.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';

interface Line {
  readonly label: string;
  readonly was: string;
  readonly is: string;
}

const COLUMNS: readonly Column<Line>[] = [
  { label: 'Of the run', bare: true, cell: ({ label }) => <span className="text-muted">{label}</span> },
  { label: 'Was', cell: ({ was }) => was },
  {
    label: 'Is',
    cell: ({ was, is }) => <span className={was === is ? '' : 'font-medium'}>{is}</span>,
  },
];

/** What both came to, and what their deciding took. */
export function OutcomeTable({ run, with: other }: RunsBeside) {
  const lines: Line[] = LINES.map(([label, read]) => ({ label, was: read(other), is: read(run) }));
  return (
    <DataTable caption="What both came to" columns={COLUMNS} rows={lines} rowKey={({ label }) => label} />
  );
}

const LINES: readonly (readonly [label: string, read: (run: ComparedRun) => string])[] = [
  [
    'Outcome',
    ({ outcome, kind }) => (outcome === 'traded' && kind !== 'cycle' ? 'would have traded' : outcome),
  ],
  [
    'To be placed (as planned, before the last gate)',
    ({ orders }) => (orders.length === 0 ? 'nothing' : orders.map(orderWords).join('; ')),
  ],
  ['Proposals', ({ tally }) => formatCount(tally.proposals)],
  ['Denied by the gate', ({ tally }) => formatCount(tally.denied)],
  ['Refused by the Risk agent', ({ tally }) => formatCount(tally.refused)],
  ['Answers not used', ({ tally }) => abstentionWords(tally.abstentions)],
];

function orderWords({ kind, side, symbol, quantityBase, style }: ComparedRun['orders'][number]): string {
  return `${kind} ${side} ${formatQuantity(quantityBase)} ${baseName(symbol)} by ${style}`;
}

function abstentionWords(abstentions: ComparedRun['tally']['abstentions']): string {
  const counted = Object.entries(abstentions);
  return counted.length === 0
    ? 'none'
    : counted.map(([reason, count]) => `${count} ${spaced(reason)}`).join(', ');
}

const STEP_COLUMNS: readonly Column<ComparedStep>[] = [
  {
    label: 'Step',
    bare: true,
    span: 3,
    cell: ({ node }) => <strong className="font-semibold">{node}</strong>,
  },
  { label: 'Time was', align: 'end', cell: ({ was }) => timeWords(was) },
  { label: 'Time is', align: 'end', cell: ({ is }) => timeWords(is) },
  { label: 'Decided by', cell: ({ was, is }) => deciderWords(was, is) },
  { label: 'Calls', align: 'end', cell: ({ was, is }) => `${callWords(was)} → ${callWords(is)}` },
  { label: 'Tokens', align: 'end', cell: ({ was, is }) => `${tokenWords(was)} → ${tokenWords(is)}` },
  { label: 'Cost', align: 'end', cell: ({ was, is }) => `${costWords(was)} → ${costWords(is)}` },
];

/** What each step took; a step that only one run came to is set against a dash. */
export function StepTable({ steps }: { steps: readonly ComparedStep[] }) {
  return (
    <DataTable
      caption="What each step took"
      columns={STEP_COLUMNS}
      rows={steps}
      rowKey={({ node }) => node}
    />
  );
}

/** Only steps both came to are held against each other: a fork has not done again what came before it. */
export function sharedWords(steps: readonly ComparedStep[]): string {
  const shared = steps.flatMap(({ was, is }) => (was === null || is === null ? [] : [{ was, is }]));
  const sum = (side: 'was' | 'is') => {
    const costs = shared.map((step) => step[side].costUsd);
    const known = costs.filter((cost) => cost !== null);
    const costUsd = known.length < costs.length ? null : known.reduce((total, cost) => total + cost, 0);
    const durationMs = shared.reduce((total, step) => total + step[side].durationMs, 0);
    return `${formatDuration(durationMs)} and ${costUsd === null ? 'an unknown cost' : formatUsd(costUsd)}`;
  };
  return `${plural(shared.length, 'step')} both came to took ${sum('was')}, and ${sum('is')} here; writing the record is left out`;
}

const timeWords = (cost: StepCost | null) => (cost === null ? '–' : formatDuration(cost.durationMs));
const callWords = (cost: StepCost | null) => (cost === null ? '–' : formatCount(cost.calls));
const tokenWords = (cost: StepCost | null) =>
  cost === null ? '–' : cost.tokens === null ? 'unknown' : formatCount(cost.tokens);
const costWords = (cost: StepCost | null) =>
  cost === null ? '–' : cost.costUsd === null ? 'unknown' : formatUsd(cost.costUsd);

function deciderWords(was: StepCost | null, is: StepCost | null): string {
  if (was === null || is === null || was.decidedBy === is.decidedBy) return (is ?? was)?.decidedBy ?? '–';
  return `${was.decidedBy} → ${is.decidedBy}`;
}
