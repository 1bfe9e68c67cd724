import { useQuery } from '@tanstack/react-query';
import type { RunLineage as Lineage, LineageDecision } from '#domain/lineage.ts';
import { baseName } from '../format/words.ts';
import type { RunViewProps } from '../run/run-view.ts';
import { isUnderWay } from '../runs/outcome.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { decisionSteps } from './decision-steps.ts';
import { runLineageQuery } from './lineage-queries.ts';
import { MissingLinks } from './missing-links.tsx';
import { StepList } from './step-list.tsx';
import { TradePanel } from './trade-panel.tsx';
import { inDirection, useWalk, type Walk, WalkSwitch } from './walk-switch.tsx';

/** Where everything this run decided has led to, and what it came from. */
export function RunLineage({ answer }: RunViewProps) {
  const { run } = answer;
  const lineage = useQuery(runLineageQuery(run.runId));
  const walk = useWalk('forwards');
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted">Each link names its span, order or fill. Times are the market’s.</p>
        <WalkSwitch current={walk} />
      </div>
      <Loaded query={lineage} skeleton={<SkeletonRows rows={6} className="h-24" />}>
        {(found) => <Chains lineage={found} walk={walk} isUnderWay={isUnderWay(run)} />}
      </Loaded>
    </>
  );
}

function Chains({
  lineage,
  walk,
  isUnderWay: isLive,
}: {
  lineage: Lineage;
  walk: Walk;
  isUnderWay: boolean;
}) {
  const { decisions, trades, missing, runId } = lineage;
  const traded = new Set(
    trades.flatMap((trade) =>
      trade.decisions.filter((one) => one.runId === runId).map(({ symbol }) => symbol),
    ),
  );
  const untraded = decisions.filter(({ symbol }) => !traded.has(symbol));
  if (decisions.length + trades.length === 0)
    return (
      <Panel title="Lineage" className="min-h-40">
        <MissingLinks missing={missing} />
        <EmptyState title={isLive ? 'The chain is written at the end' : 'There was nothing to decide'}>
          {isLive
            ? 'What the run has decided, and what became of it, appears here when it has finished.'
            : 'No symbol was a subject of this run, so nothing follows from it.'}
        </EmptyState>
      </Panel>
    );
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2 lg:gap-4 2xl:grid-cols-3">
      {trades.length === 0 && <MissingLinks missing={missing} />}
      {trades.map((trade) => (
        <TradePanel key={trade.tradeId} lineage={trade} walk={walk} />
      ))}
      {untraded.map((decision) => (
        <Untraded key={decision.symbol} decision={decision} walk={walk} isFirst={trades.length === 0} />
      ))}
    </div>
  );
}

/** A chain that ends at a refusal, or at a run that reaches no venue. */
function Untraded({ decision, walk, isFirst }: { decision: LineageDecision; walk: Walk; isFirst: boolean }) {
  const { symbol } = decision;
  return (
    <Panel title={baseName(symbol)} note={endWords(decision)}>
      <details open={isFirst}>
        <summary className="px-3 py-2 text-muted text-xs">What was seen, said and decided</summary>
        <StepList steps={inDirection(decisionSteps(decision), walk)} label={`Chain of ${baseName(symbol)}`} />
      </details>
    </Panel>
  );
}

function endWords({ kind, proposals, verdicts }: LineageDecision): string {
  if (proposals.length === 0) return 'nothing was proposed';
  const isDenied = verdicts.some(({ outcome }) => outcome === 'denied');
  if (isDenied) return 'refused';
  if (kind === 'fork' || kind === 'shadow') return `a ${kind} sends nothing`;
  return 'passed, and nothing of it filled';
}
