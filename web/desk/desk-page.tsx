import { WaitingApprovals } from '../approvals/waiting-approvals.tsx';
import { BoardPanel } from '../board/board-panel.tsx';
import { ChartPanel } from '../chart/chart-panel.tsx';
import { useTitle } from '../shell/use-title.ts';
import { AccountStrip } from './account-strip.tsx';
import { CostsPanel } from './costs-panel.tsx';
import { DeskPanel } from './desk-panel.tsx';
import { EquityPanel } from './equity-panel.tsx';
import { FreshSpikes } from './fresh-spikes.tsx';
import { HealthPanel } from './health-panel.tsx';
import { OrdersPanel } from './orders-panel.tsx';
import { PerformancePanel } from './performance-panel.tsx';
import { PositionsPanel } from './positions-panel.tsx';
import { RunStrip } from './run-strip.tsx';
import { TradesPanel } from './trades-panel.tsx';

/** What the desk holds, what it just did, and the levers. On a phone the money comes first. */
export function DeskPage() {
  useTitle('Desk');
  return (
    <>
      <h1 className="sr-only">Desk</h1>
      <WaitingApprovals />
      <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,27rem)] lg:grid-rows-[auto_1fr] lg:gap-4">
        <div className="flex min-w-0 flex-col gap-3 lg:gap-4">
          <AccountStrip />
          <EquityPanel />
          <PositionsPanel />
          <div id="chart" className="scroll-mt-3">
            <ChartPanel />
          </div>
          <OrdersPanel />
        </div>
        <div className="flex min-w-0 flex-col gap-3 lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:gap-4">
          <DeskPanel />
          <FreshSpikes />
          <RunStrip />
        </div>
        <div className="min-w-0 lg:col-start-1 lg:row-start-2">
          <TradesPanel />
        </div>
      </div>
      <div className="mt-3 lg:mt-4">
        <BoardPanel />
      </div>
      <div className="mt-3 grid gap-3 lg:mt-4 lg:grid-cols-3 lg:gap-4">
        <PerformancePanel />
        <CostsPanel />
        <HealthPanel />
      </div>
    </>
  );
}
