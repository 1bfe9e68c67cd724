import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CloseTarget } from '../api/actions.ts';
import { positionsQuery } from '../api/queries.ts';
import { inQuote } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { useDeskState } from '../shell/use-desk-state.ts';
import { useMarketNow } from '../shell/use-market-now.ts';
import { useQuote } from '../shell/use-quote.ts';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ClosePositionsDialog } from './close-positions-dialog.tsx';
import { EntriesAtWork } from './entries-at-work.tsx';
import { positionColumns } from './position-columns.tsx';

export function PositionsPanel() {
  const { deskId } = useDesk();
  const positions = useQuery(positionsQuery(deskId));
  const state = useDeskState();
  const nowMs = useMarketNow(state.data?.market, state.dataUpdatedAt);
  const quote = useQuote();
  const [closing, setClosing] = useState<CloseTarget | null>(null);
  const open = positions.data?.items ?? [];
  return (
    <Panel
      title="Positions"
      note={inQuote('net of fees and funding', quote)}
      actions={
        open.length > 1 &&
        deskId !== null && (
          <Button tone="danger" onClick={() => setClosing({ deskId })}>
            Close all ({open.length})
          </Button>
        )
      }
    >
      <EntriesAtWork />
      <div className="flex min-h-40 flex-col">
        <Loaded query={positions} skeleton={<SkeletonRows rows={3} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No open position">
                The desk opens one when a proposal passes the gate and the Risk agent.
              </EmptyState>
            ) : (
              <DataTable
                caption="Open positions"
                rows={items}
                rowKey={(position) => position.positionId}
                columns={positionColumns(nowMs, ({ deskId, symbol, side, positionId }) =>
                  setClosing({ deskId, symbol, side, positionId }),
                )}
              />
            )
          }
        </Loaded>
      </div>
      {closing && <ClosePositionsDialog target={closing} open={open} onClose={() => setClosing(null)} />}
    </Panel>
  );
}
