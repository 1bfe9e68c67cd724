import { useQuery } from '@tanstack/react-query';
import { approvalOfRunQuery } from '../api/queries.ts';
import type { RunAnswer } from '../api/types.ts';
import { ApprovalSection } from '../approvals/approval-section.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { CycleGraph } from './cycle-graph.tsx';
import { DetailView } from './detail-view.tsx';
import { DroppedTrace } from './dropped-trace.tsx';
import { NodePanel, nodeTitle } from './node-panel.tsx';
import { mostTelling, readKey } from './node-reading.ts';
import { RecordSections } from './record-sections.tsx';
import { NODE_PARAMETER, type RunViewProps } from './run-view.ts';
import { useParameter } from './use-parameter.ts';

/** What happened and why: the cycle lit by it, then what was proposed, refused, said and sent. */
export function RunStory({ answer }: RunViewProps) {
  const { run } = answer;
  // What a person was asked stands above all else: it must not come later and push that down.
  const { isPending } = useQuery(approvalOfRunQuery(run.runId));
  if (isPending) return <SkeletonRows rows={4} className="h-40" />;
  return (
    <>
      <ApprovalSection runId={run.runId} />
      {run.thinnedAtMs === null ? (
        <LitCycle answer={answer} />
      ) : (
        <DroppedTrace title="The cycle" thinnedAtMs={run.thinnedAtMs} />
      )}
      <RecordSections answer={answer} />
    </>
  );
}

/** The drawn cycle and the chosen node. */
function LitCycle({ answer }: { answer: RunAnswer }) {
  const { spans } = answer;
  const [chosenKey, choose] = useParameter(NODE_PARAMETER);
  const selectedKey = chosenKey ?? mostTelling(spans);
  const reading = selectedKey === null ? null : readKey(selectedKey, spans);
  return (
    <div className="grid gap-3 md:grid-cols-[23rem_minmax(0,1fr)] lg:gap-4 xl:grid-cols-1">
      <Panel title="The cycle" note="agents are rounded, tools are square" className="md:self-start">
        <CycleGraph spans={spans} selectedKey={selectedKey} onSelect={choose} />
      </Panel>
      <DetailView title={reading && nodeTitle(reading)} chosenKey={chosenKey} onClose={() => choose(null)}>
        {reading && <NodePanel key={reading.key} reading={reading} answer={answer} />}
      </DetailView>
    </div>
  );
}
