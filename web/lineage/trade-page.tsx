import { useQuery } from '@tanstack/react-query';
import type { TradeLineage } from '#domain/lineage.ts';
import { ApiFailure } from '../api/api-failure.ts';
import { baseName, ENDED_BY, plural } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { useParams, useSearchParams } from '../router/router.tsx';
import { DESK_PARAMETER } from '../shell/use-desk.ts';
import { useTitle } from '../shell/use-title.ts';
import { Amount } from '../ui/amount.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SideBadge } from '../ui/side-badge.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { UnknownThing } from '../ui/unknown-thing.tsx';
import { tradeLineageQuery } from './lineage-queries.ts';
import { runPath } from './lineage-step.ts';
import { MissingLinks } from './missing-links.tsx';
import { StepList } from './step-list.tsx';
import { heldFor } from './trade-panel.tsx';
import { tradeSteps } from './trade-steps.ts';
import { inDirection, useWalk, WalkSwitch } from './walk-switch.tsx';

/** A trade, open or closed, from its profit back to the look at the market it came from. */
export function TradePage() {
  const { tradeId = '' } = useParams();
  const [search] = useSearchParams();
  const lineage = useQuery(tradeLineageQuery(tradeId, search.get(DESK_PARAMETER)));
  useTitle(lineage.data ? titleOf(lineage.data) : 'Trade');
  if (lineage.error instanceof ApiFailure && lineage.error.problem.status === 404)
    return <UnknownTrade tradeId={tradeId} />;
  return (
    <Loaded query={lineage} skeleton={<SkeletonRows rows={6} className="h-24" />}>
      {(found) => <TradeView lineage={found} />}
    </Loaded>
  );
}

function TradeView({ lineage }: { lineage: TradeLineage }) {
  const walk = useWalk('back');
  const { symbol, side, trade, sums, decisions, deskId, missing } = lineage;
  const runIds = [...new Set(decisions.map(({ runId }) => runId))];
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <section
        aria-label="Trade"
        className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3 shadow-[var(--shadow)]"
      >
        <h1 className="flex flex-wrap items-center gap-2 font-semibold text-lg leading-snug">
          {baseName(symbol)}
          <SideBadge side={side} {...(trade && { leverage: trade.leverage })} />
          <Amount value={sums.netQuote} />
          <span className="font-normal text-muted text-sm">after fees and funding</span>
        </h1>
        <p>
          {trade === null ? 'Still open' : `Closed by ${ENDED_BY[trade.exitReason]}`}, {heldFor(lineage)}
        </p>
        <p className="flex flex-wrap gap-x-3 gap-y-1 text-muted text-xs">
          <span>desk {deskId}</span>
          <span>
            {runIds.length === 0 ? 'no run of this desk had a hand in it' : plural(runIds.length, 'run')}
          </span>
          {runIds.map((runId) => (
            <Link key={runId} to={runPath(runId)} className="text-accent underline underline-offset-2">
              {runId}
            </Link>
          ))}
        </p>
      </section>
      <Panel title="Lineage" note="times are the market’s" actions={<WalkSwitch current={walk} />}>
        <MissingLinks missing={missing} />
        <StepList steps={inDirection(tradeSteps(lineage), walk)} label="Chain of the trade" />
      </Panel>
    </div>
  );
}

function UnknownTrade({ tradeId }: { tradeId: string }) {
  return (
    <UnknownThing what="trade" wayOut={{ to: '/', words: 'See the desk' }}>
      The books of this market’s desks know no trade or open position “{tradeId}”.
    </UnknownThing>
  );
}

function titleOf({ symbol, side, trade }: TradeLineage): string {
  return `${baseName(symbol)} ${side}, ${trade === null ? 'open' : `closed by ${ENDED_BY[trade.exitReason]}`}`;
}
