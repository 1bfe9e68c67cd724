import { useQuery } from '@tanstack/react-query';
import type { RunsBeside } from '#domain/run-comparison.ts';
import { ApiFailure } from '../api/api-failure.ts';
import { runQuery } from '../api/queries.ts';
import type { RunAnswer } from '../api/types.ts';
import { Link } from '../router/link.tsx';
import { useParams } from '../router/router.tsx';
import { CycleGraph } from '../run/cycle-graph.tsx';
import { nodeKey } from '../run/node-reading.ts';
import { NODE_PARAMETER } from '../run/run-view.ts';
import { UnknownRun } from '../run/unknown-run.tsx';
import { useLiveRun } from '../run/use-live-run.ts';
import { useParameter } from '../run/use-parameter.ts';
import { isUnderWay } from '../runs/outcome.ts';
import { runTitle } from '../runs/run-words.ts';
import { VerdictBadge } from '../runs/verdict-badge.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { comparisonQuery } from './comparison-queries.ts';
import { verdictOf } from './comparison-words.ts';
import { DifferenceTable } from './difference-table.tsx';
import { OutcomeTable, StepTable, sharedWords } from './outcome-table.tsx';
import { PromptDiffs } from './prompt-diffs.tsx';

/** Two runs beside each other; a fork is followed here until it has ended. */
export function ComparisonPage() {
  const { runId = '', otherId = '' } = useParams();
  const [run, other] = [useQuery(runQuery(runId)), useQuery(runQuery(otherId))];
  useLiveRun(run.data);
  useLiveRun(other.data);
  useTitle('Two runs compared');
  for (const [id, { error }] of [[runId, run] as const, [otherId, other] as const])
    if (error instanceof ApiFailure && error.problem.status === 404) return <UnknownRun runId={id} />;
  const skeleton = <SkeletonRows rows={5} className="h-40" />;
  return (
    <Loaded query={run} skeleton={skeleton}>
      {(is) => (
        <Loaded query={other} skeleton={skeleton}>
          {(was) => <Beside is={is} was={was} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface Sides {
  readonly is: RunAnswer;
  readonly was: RunAnswer;
}

function Beside({ is, was }: Sides) {
  const isWritten = [is, was].every(({ run, record }) => !isUnderWay(run) || record !== null);
  const comparison = useQuery(comparisonQuery(is.run.runId, was.run.runId, isWritten));
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <Heading is={is} was={was} comparison={comparison.data ?? null} />
      <Graphs is={is} was={was} first={comparison.data?.differences[0] ?? null} />
      {isWritten ? (
        <Loaded query={comparison} skeleton={<SkeletonRows rows={5} className="h-24" />}>
          {(found) => <Findings comparison={found} />}
        </Loaded>
      ) : (
        <Panel title="What differs" className="min-h-40">
          <EmptyState title="One of the two is under way">
            It is held against the other as soon as it has ended.
          </EmptyState>
        </Panel>
      )}
    </div>
  );
}

function Heading({ is, was, comparison }: Sides & { comparison: RunsBeside | null }) {
  const waiting = isUnderWay(is.run) || isUnderWay(was.run) ? 'Under way' : 'Comparing …';
  const isFork = is.run.forkOf === was.run.runId;
  return (
    <section
      aria-label="Comparison"
      className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3 shadow-[var(--shadow)]"
    >
      <h1 className="font-semibold text-lg leading-snug">
        {comparison === null ? waiting : verdictOf(comparison)}
      </h1>
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
        <RunLine term="Was" answer={was} />
        <RunLine term="Is" answer={is} />
      </dl>
      {isFork && (
        <p className="text-muted">
          The second decides the first again from {is.run.forkFrom}, on the market it saw. Nothing of it was
          sent.
        </p>
      )}
      {comparison !== null && !comparison.isSameMarket && (
        <p className="text-watch">They saw different markets: what differs may be the market’s doing.</p>
      )}
    </section>
  );
}

function RunLine({ term, answer: { run } }: { term: string; answer: RunAnswer }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-2">
        <Link
          to={`/runs/${encodeURIComponent(run.runId)}`}
          className="text-accent underline underline-offset-2"
        >
          {runTitle(run)}
        </Link>
        <VerdictBadge run={run} />
      </dd>
    </>
  );
}

function Graphs({ is, was, first }: Sides & { first: RunsBeside['differences'][number] | null }) {
  const [chosenKey, choose] = useParameter(NODE_PARAMETER);
  const litKey = first === null ? null : nodeKey(first.node, first.node === 'context' ? first.symbol : null);
  const toggle = (key: string) => choose(key === chosenKey ? null : key);
  return (
    <div className="grid gap-3 md:grid-cols-2 lg:gap-4 xl:grid-cols-1">
      {[
        { title: 'As it was', answer: was },
        { title: 'As it is', answer: is },
      ].map(({ title, answer }) => (
        <Panel key={title} title={title} note={litKey === null ? '' : 'the first difference is framed'}>
          {answer.run.thinnedAtMs === null ? (
            <CycleGraph spans={answer.spans} selectedKey={chosenKey} litKey={litKey} onSelect={toggle} />
          ) : (
            <EmptyState title="Its trace was dropped to save room" />
          )}
        </Panel>
      ))}
    </div>
  );
}

function Findings({ comparison }: { comparison: RunsBeside }) {
  const { differences, steps, prompts } = comparison;
  const [chosenKey, choose] = useParameter(NODE_PARAMETER);
  const [node, symbol] = chosenKey?.split(/:(.*)/s) ?? [];
  const shown = differences.filter(
    (row) => node === undefined || (row.node === node && (symbol === undefined || row.symbol === symbol)),
  );
  return (
    <>
      <Panel
        title="What differs"
        note={node === undefined ? '' : `at ${node} alone`}
        actions={node !== undefined && <Button onClick={() => choose(null)}>Show all</Button>}
        className="min-h-24"
      >
        {shown.length === 0 ? (
          <EmptyState title={node === undefined ? 'Nothing differs' : `Nothing differs at ${node}`} />
        ) : (
          <DifferenceTable differences={shown} />
        )}
      </Panel>
      <div className="grid gap-3 lg:gap-4 xl:grid-cols-2">
        <Panel title="What both came to">
          <OutcomeTable {...comparison} />
        </Panel>
        <Panel title="Time and cost" note={sharedWords(steps)}>
          <StepTable steps={steps} />
        </Panel>
      </div>
      <PromptDiffs prompts={prompts} />
    </>
  );
}
