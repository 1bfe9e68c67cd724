import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';
import { ApiFailure } from '../api/api-failure.ts';
import { runQuery } from '../api/queries.ts';
import type { RunAnswer } from '../api/types.ts';
import { formatWallTime } from '../format/time.ts';
import { runTitle } from '../runs/run-words.ts';
import { useTitle } from '../shell/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { CycleGraph } from './cycle-graph.tsx';
import { mostTelling, type NodeReading, readNode } from './node-reading.ts';
import { NodeView } from './node-view.tsx';
import { RecordSections } from './record-sections.tsx';
import { RunHeader } from './run-header.tsx';
import { UnknownRun } from './unknown-run.tsx';
import { useLiveRun } from './use-live-run.ts';
import { Waterfall } from './waterfall.tsx';

const NODE_PARAMETER = 'node';

export function RunPage() {
  const { runId = '' } = useParams();
  const run = useQuery(runQuery(runId));
  useTitle(run.data ? runTitle(run.data.run) : 'Run');
  useLiveRun(run.data);
  if (run.error instanceof ApiFailure && run.error.problem.status === 404)
    return <UnknownRun runId={runId} />;
  return (
    <Loaded query={run} skeleton={<SkeletonRows rows={4} className="h-40" />}>
      {(answer) => <RunView answer={answer} readAtMs={run.dataUpdatedAt} />}
    </Loaded>
  );
}

function RunView({ answer, readAtMs }: { answer: RunAnswer; readAtMs: number }) {
  const { run, record } = answer;
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <RunHeader run={run} record={record} />
      {run.thinnedAtMs === null ? (
        <Trace answer={answer} readAtMs={readAtMs} />
      ) : (
        <Panel title="The cycle" className="min-h-40">
          <EmptyState title="The trace was dropped to save room">
            It was thinned at {formatWallTime(run.thinnedAtMs)}, by its age and because it sent no order. What
            was measured, said and decided is below.
          </EmptyState>
        </Panel>
      )}
      <RecordSections run={run} record={record} />
    </div>
  );
}

/** The drawn cycle, the chosen node, and where the time went. */
function Trace({ answer, readAtMs }: { answer: RunAnswer; readAtMs: number }) {
  const { spans, calls } = answer;
  const [search, setSearch] = useSearchParams();
  const chosen = search.get(NODE_PARAMETER);
  const selectedKey = chosen ?? mostTelling(spans);
  const select = (key: string | null) =>
    setSearch(key === null ? {} : { [NODE_PARAMETER]: key }, { replace: true, preventScrollReset: true });
  return (
    <div className="grid gap-3 md:grid-cols-[23rem_minmax(0,1fr)] lg:gap-4 xl:grid-cols-[minmax(0,1fr)_27rem]">
      <Panel
        title="The cycle"
        note="agents are rounded, tools are square"
        className="md:row-span-2 md:self-start xl:col-span-2 xl:row-span-1"
      >
        <CycleGraph spans={spans} selectedKey={selectedKey} onSelect={select} />
      </Panel>
      <NodeView
        reading={selectedKey === null ? null : readKey(selectedKey, answer)}
        calls={calls}
        isChosen={chosen !== null}
        onClose={() => select(null)}
      />
      <Panel title="Where the time went" className="self-start">
        <Waterfall spans={spans} nowMs={readAtMs} selectedKey={selectedKey} onSelect={select} />
      </Panel>
    </div>
  );
}

/** Reads a key of the address back into its node; an unknown one is a node that was not reached. */
function readKey(key: string, answer: RunAnswer): NodeReading {
  const span = answer.spans.find(
    (row) => key === (row.symbol === null ? row.name : `${row.name}:${row.symbol}`),
  );
  const name = span?.name ?? (key.split(':')[0] as NodeReading['name']);
  return readNode(name, span?.symbol ?? null, answer.spans);
}
