import { useMutation } from '@tanstack/react-query';
import type { Opinion } from '#domain/opinion.ts';
import { newPost } from '../api/client.ts';
import { tryDraft } from '../api/prompt-actions.ts';
import type { ChosenQuestion, Draft, Trial } from '../api/prompt-types.ts';
import { formatCount, formatUsd } from '../format/number.ts';
import { sentence } from '../format/words.ts';
import { OpinionCard } from '../run/opinions-section.tsx';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { FigureList } from '../ui/figure-list.tsx';
import { JsonTree } from '../ui/json-tree.tsx';
import { wordsOf } from './prompt-words.ts';

/** Asks with a draft, and keeps the last answer. */
export function useTrial(name: string) {
  return useMutation({
    // A post of its own each time: the same question again is meant to be asked again.
    mutationFn: (asked: { draft: Draft; question: ChosenQuestion }) =>
      tryDraft(newPost(), name, asked.draft, asked.question),
  });
}

export type TrialRun = ReturnType<typeof useTrial>;

interface TrialViewProps {
  readonly trying: TrialRun;
  readonly draft: Draft;
  readonly question: ChosenQuestion;
  /** Why it cannot be tried now; null when it can. */
  readonly hindrance: string | null;
}

/** Puts the question to the draft, and holds the answer against what the run decided. */
export function TrialView({ trying, draft, question, hindrance }: TrialViewProps) {
  const reason = question.runId === null ? 'A trial needs the question of a run: choose one.' : hindrance;
  const isOld = trying.variables !== undefined && !isSameTrial(trying.variables, { draft, question });
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b p-3">
        <Button
          tone="primary"
          icon="play"
          disabled={reason !== null || trying.isPending}
          onClick={() => trying.mutate({ draft, question })}
        >
          {trying.isPending ? 'Asking …' : 'Ask the model'}
        </Button>
        <p role="status" className="min-w-0 grow basis-60 text-muted text-xs">
          {reason ??
            (trying.isPending
              ? 'The model is asked; this may take a minute.'
              : 'Nothing is saved or traded. The call is recorded and counts into the day’s budget.')}
        </p>
      </div>
      {trying.error && <FailureNote error={trying.error} />}
      {isOld && trying.data && (
        <p className="px-3 pt-2 text-watch text-xs">Of an earlier text or question.</p>
      )}
      {trying.data?.items.map((trial) => (
        <TrialCard key={trial.agent} trial={trial} />
      ))}
      {!trying.data && !trying.error && (
        <EmptyState title="Not tried yet">
          The model’s answer will stand here beside what the run decided then.
        </EmptyState>
      )}
    </>
  );
}

type Asked = Pick<TrialViewProps, 'draft' | 'question'>;

function isSameTrial(left: Asked, right: Asked): boolean {
  return (
    JSON.stringify([left.draft.text, left.draft.config, left.question]) ===
    JSON.stringify([right.draft.text, right.draft.config, right.question])
  );
}

const OUTCOMES: Record<Trial['outcome'], { readonly words: string; readonly tone: BadgeTone }> = {
  passed: { words: 'has the agent’s shape', tone: 'up' },
  not_asked: { words: 'no model answered', tone: 'watch' },
  failed: { words: 'not of the agent’s shape', tone: 'down' },
};

function TrialCard({ trial }: { trial: Trial }) {
  const { agent, outcome, why, reply, decided, usage, model, promptTokens } = trial;
  const { words, tone } = OUTCOMES[outcome];
  const { symbol, decidedBy, abstention, doubts, quotes, answer } = trial;
  const said: Opinion = {
    ...{ agent, symbol, decidedBy, abstention, answer },
    ...{ doubts: [...doubts], quotes: [...quotes] },
  };
  return (
    <section
      aria-label={`Trial of the ${wordsOf(agent).title}`}
      className="flex flex-col gap-3 border-line border-t p-3 first:border-t-0"
    >
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{words}</Badge>
        {model && <span className="text-muted">{model}</span>}
      </p>
      {why && <p className="break-words text-watch">{sentence(why)}</p>}
      <FigureList
        figures={[
          ['Prompt, our count', `${formatCount(promptTokens)} tokens`],
          ['Read', tokensOf(usage.inputTokens)],
          ['Written', tokensOf(usage.outputTokens)],
          ['Cost', usage.costUsd === null ? 'unknown' : formatUsd(usage.costUsd)],
          ['Calls', String(usage.calls)],
        ]}
      />
      <div className="grid gap-3 md:grid-cols-2">
        <div className="rounded-md border border-line p-2">
          <h3 className="pb-1 text-muted text-xs">With this text</h3>
          <OpinionCard opinion={said} whyUnasked={null} />
        </div>
        <div className="rounded-md border border-line p-2">
          <h3 className="pb-1 text-muted text-xs">What the run decided then</h3>
          {decided === null ? (
            <p className="text-muted">Nothing is recorded.</p>
          ) : (
            <OpinionCard opinion={decided} whyUnasked={null} />
          )}
        </div>
      </div>
      {reply !== null && (
        <details>
          <summary className="min-h-6 text-muted text-xs">The model’s own words</summary>
          <pre className="max-h-80 overflow-auto whitespace-pre-wrap break-words rounded bg-raised p-2 font-mono text-xs">
            {reply}
          </pre>
        </details>
      )}
      <details>
        <summary className="min-h-6 text-muted text-xs">The answer as code reads it</summary>
        <JsonTree value={answer} label="The answer as code reads it" />
      </details>
    </section>
  );
}

function tokensOf(tokens: number | null): string {
  return tokens === null ? 'unknown' : `${formatCount(tokens)} tokens`;
}
