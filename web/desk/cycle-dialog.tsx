import type { TradingMode } from '#domain/trading-state.ts';
import { startCycle } from '../api/actions.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { StartedRun } from './started-run.tsx';

const REACH: Record<TradingMode, string> = {
  active: 'It may open and close positions within the risk limits.',
  reducing: 'The desk is reducing: it may close positions and protects what is open, and opens nothing.',
  halted:
    'Trading is halted: it opens nothing and decides nothing, cancels entries and protects what is open. A position can still be closed by hand.',
};

interface CycleDialogProps {
  readonly deskId: string;
  /** Undefined until the trading state was read. */
  readonly mode: TradingMode | undefined;
  readonly onClose: () => void;
}

export function CycleDialog({ deskId, mode, onClose }: CycleDialogProps) {
  return (
    <ActionDialog
      title="Run a cycle now?"
      description={`A whole cycle outside the schedule. ${mode === undefined ? '' : REACH[mode]}`}
      confirmLabel="Run a cycle"
      act={async (_form, post) => {
        const { runId } = await startCycle(post, deskId);
        return { words: <StartedRun runId={runId} what="The cycle" /> };
      }}
      onClose={onClose}
    />
  );
}
