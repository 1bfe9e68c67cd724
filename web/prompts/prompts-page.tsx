import { useQuery } from '@tanstack/react-query';
import { promptsQuery, resultsQuery } from '../api/prompt-queries.ts';
import type { PromptSummary } from '../api/prompt-types.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { formatWallTime } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { useTitle } from '../shell/use-title.ts';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { CANDIDATE, PRODUCTION, PROMPT_ORDER, wordsOf } from './prompt-words.ts';

/** What the agents are asked with: each prompt, where its labels stand and who changed it last. */
export function PromptsPage() {
  useTitle('Prompts');
  const prompts = useQuery(promptsQuery);
  return (
    <>
      <h1 className="sr-only">Prompts</h1>
      <Panel title="Prompts" note="a cycle takes its versions once, when it starts">
        <Loaded query={prompts} skeleton={<SkeletonRows rows={6} className="h-14" />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No prompt is stored yet">
                The baseline comes in with the first start.
              </EmptyState>
            ) : (
              <PromptTable prompts={inOrder(items)} />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

function PromptTable({ prompts }: { prompts: readonly PromptSummary[] }) {
  return (
    <DataTable
      caption="Prompts of the agents"
      rows={prompts}
      rowKey={({ name }) => name}
      columns={[
        { label: 'Prompt', bare: true, span: 3, cell: ({ name }) => <PromptLink name={name} /> },
        { label: 'Production', cell: ({ labels }) => versionWords(labels[PRODUCTION]) },
        { label: 'Candidate', cell: ({ labels }) => versionWords(labels[CANDIDATE]) },
        { label: 'Newest', cell: ({ latestVersion }) => versionWords(latestVersion) },
        { label: 'Last change', span: 3, cell: (prompt) => <LastChange prompt={prompt} /> },
        { label: 'Beside production, simulated', span: 3, cell: ({ name }) => <Numbers name={name} /> },
      ]}
    />
  );
}

function PromptLink({ name }: { name: string }) {
  const { title, task } = wordsOf(name);
  return (
    <>
      <Link
        to={`/prompts/${encodeURIComponent(name)}`}
        className="font-semibold text-accent underline underline-offset-2"
      >
        {title}
      </Link>
      <span className="block text-muted text-xs">{task}</span>
    </>
  );
}

/** The newest version or the last move of a label, whichever came later. */
function LastChange({ prompt: { newest, moves, latestVersion } }: { prompt: PromptSummary }) {
  const [moved] = moves.toSorted((left, right) => (right.movedAtMs ?? 0) - (left.movedAtMs ?? 0));
  const isMove = moved !== undefined && (moved.movedAtMs ?? 0) > newest.createdAtMs;
  const [what, who, atMs] = isMove
    ? [`${moved.label} to version ${moved.version}`, moved.movedBy ?? 'nobody known', moved.movedAtMs ?? 0]
    : [`version ${latestVersion}: ${newest.message}`, newest.author, newest.createdAtMs];
  return (
    <>
      <span className="line-clamp-2" title={what}>
        {what}
      </span>
      <span className="block text-muted text-xs">
        by {who}, {formatWallTime(atMs)}
      </span>
    </>
  );
}

/** Of the newest version that ran beside production. */
function Numbers({ name }: { name: string }) {
  const { data, error } = useQuery(resultsQuery(name));
  if (error) return <span className="text-muted">not known: {error.message}</span>;
  if (data === undefined) return <span className="text-faint">…</span>;
  const [newest] = data.items;
  if (newest === undefined) return <span className="text-muted">none has run</span>;
  const { version, runs, agreementFraction, run } = newest;
  return (
    <>
      version {version}, {plural(runs, 'run')}
      {agreementFraction !== null && `: ${formatPercent(agreementFraction, { digits: 0 })} same orders`}
      <span className="block text-muted text-xs">
        {run.simulatedNetQuote === null
          ? 'profit not yet known'
          : `${formatQuote(run.simulatedNetQuote, { signed: true })} in ${plural(run.simulatedTrades, 'trade')}`}
      </span>
    </>
  );
}

function versionWords(version: number | undefined): string {
  return version === undefined ? '–' : `version ${version}`;
}

function inOrder(prompts: readonly PromptSummary[]): PromptSummary[] {
  const placeOf = ({ name }: PromptSummary) => PROMPT_ORDER.indexOf(name) + 1 || PROMPT_ORDER.length + 1;
  return prompts.toSorted((left, right) => placeOf(left) - placeOf(right));
}
