import { Link } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

export function UnknownRun({ runId }: { runId: string }) {
  return (
    <Panel title="Run" className="min-h-60">
      <EmptyState
        title="There is no such run"
        action={
          <Link to="/runs" className="text-accent underline underline-offset-2">
            See all runs
          </Link>
        }
      >
        The server knows no run “{runId}”. The address may be mistyped, or the run is kept in another
        database.
      </EmptyState>
    </Panel>
  );
}
