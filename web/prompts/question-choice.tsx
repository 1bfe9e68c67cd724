import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { questionsQuery } from '../api/prompt-queries.ts';
import type { AskedRun, ChosenQuestion } from '../api/prompt-types.ts';
import { formatMarketTime, formatWallTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { ChoiceField } from '../ui/field.tsx';

const NO_RUN: ChosenQuestion = { runId: null, symbol: null };

/**
 * The question a draft is looked at with: the newest when the page was opened until another one is chosen, and the
 * sample while there is none.
 */
export function useQuestion(name: string) {
  const { data, error } = useQuery(questionsQuery(name));
  const [chosen, choose] = useState<ChosenQuestion | null>(null);
  const [newest] = data?.items ?? [];
  if (chosen === null && newest !== undefined) choose({ runId: newest.runId, symbol: null });
  const isKnown = data !== undefined;
  return {
    runs: data?.items ?? [],
    isKnown,
    error: isKnown ? null : error,
    question: chosen ?? NO_RUN,
    choose,
  };
}

export type Question = ReturnType<typeof useQuestion>;

interface QuestionChoiceProps {
  readonly name: string;
  readonly runs: readonly AskedRun[];
  readonly question: ChosenQuestion;
  readonly onChoose: (question: ChosenQuestion) => void;
}

const SAMPLE = { value: '', label: 'Sample question on made-up prices' };

/** Which past run of the agent, and which of its subjects. */
export function QuestionChoice({ name, runs, question, onChoose }: QuestionChoiceProps) {
  const run = runs.find(({ runId }) => runId === question.runId);
  const symbols = [...new Set((run?.asked ?? []).flatMap(({ symbol }) => symbol ?? []))];
  return (
    <div className="grid grid-cols-1 items-end gap-2 border-line border-b p-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <ChoiceField
        label="Question of the run"
        value={question.runId ?? ''}
        onChange={({ target }) => onChoose({ runId: target.value || null, symbol: null })}
        choices={[...choicesOf(runs, question), SAMPLE]}
      />
      {symbols.length > 0 && (
        <ChoiceField
          label="About"
          value={question.symbol ?? ''}
          onChange={({ target }) => onChoose({ ...question, symbol: target.value || null })}
          choices={[
            { value: '', label: 'The first asked' },
            ...symbols.map((symbol) => ({ value: symbol, label: baseName(symbol) })),
          ]}
        />
      )}
      <p className="min-h-5 text-muted text-xs sm:col-span-2">
        {run ? (
          <RunNote run={run} name={name} />
        ) : (
          'Every agent’s question as a calm market would put it; no run is needed.'
        )}
      </p>
    </div>
  );
}

function RunNote({ run, name }: { run: AskedRun; name: string }) {
  const byModel = run.asked.filter(({ decidedBy }) => decidedBy === 'model').length;
  return (
    <>
      {run.version === null ? 'Asked' : `Asked with version ${run.version} of ${name}`}; {byModel} of{' '}
      {run.asked.length} answered by a model.{' '}
      <Link
        to={`/runs/${encodeURIComponent(run.runId)}`}
        className="text-accent underline underline-offset-2"
      >
        Open the run
      </Link>
    </>
  );
}

/** A run that is chosen stays in the list when newer ones push it out. */
function choicesOf(runs: readonly AskedRun[], { runId }: ChosenQuestion) {
  const choices = runs.map((run) => ({ value: run.runId, label: instantOf(run) }));
  if (runId === null || runs.some((run) => run.runId === runId)) return choices;
  return [...choices, { value: runId, label: runId }];
}

function instantOf({ marketAsOfMs, startedAtMs }: AskedRun): string {
  return marketAsOfMs === null ? formatWallTime(startedAtMs) : formatMarketTime(marketAsOfMs);
}
