import type { TradeLineage } from '#domain/lineage.ts';
import { formatDateTime } from '../format/time.ts';
import { baseName, ENDED_BY } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { Amount } from '../ui/amount.tsx';
import { Panel } from '../ui/panel.tsx';
import { SideBadge } from '../ui/side-badge.tsx';
import { MissingLinks } from './missing-links.tsx';
import { StepList } from './step-list.tsx';
import { tradePath } from './trade-path.ts';
import { tradeSteps } from './trade-steps.ts';
import { inDirection, type Walk } from './walk-switch.tsx';

/** One trade's chain in a frame of its own. */
export function TradePanel({ lineage, walk }: { lineage: TradeLineage; walk: Walk }) {
  const { symbol, side, trade, sums, missing } = lineage;
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          {baseName(symbol)} <SideBadge side={side} />
        </span>
      }
      note={trade === null ? 'still open' : `closed by ${ENDED_BY[trade.exitReason]}`}
      actions={
        <>
          <Amount value={sums.netQuote} className="font-semibold" />
          <Link
            to={tradePath({ id: lineage.tradeId, deskId: lineage.deskId })}
            className="text-accent text-xs underline underline-offset-2"
          >
            this trade
          </Link>
        </>
      }
    >
      <MissingLinks missing={missing} />
      <StepList
        steps={inDirection(tradeSteps(lineage), walk)}
        label={`Chain of the ${baseName(symbol)} ${side}`}
      />
    </Panel>
  );
}

/** `2025-01-02 12:15 UTC to 2025-01-02 14:03 UTC` */
export function heldFor({ openedAtMs, closedAtMs }: TradeLineage): string {
  return `${formatDateTime(openedAtMs)} to ${closedAtMs === null ? 'now' : formatDateTime(closedAtMs)}`;
}
