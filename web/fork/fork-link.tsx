import type { NodeName, RunSummary } from '#domain/run.ts';
import { Link } from '../router/link.tsx';
import { NODE_PARAMETER } from '../run/run-view.ts';
import { isUnderWay } from '../runs/outcome.ts';
import { forkNodesOf } from './fork-choices.ts';

/** The way to a fork from this node, where there can be one. */
export function ForkLink({ run, node }: { run: RunSummary; node: NodeName }) {
  const isForkable = run.kind === 'cycle' && !isUnderWay(run) && run.thinnedAtMs === null;
  if (!isForkable || forkNodesOf([node]).length === 0) return null;
  const search = new URLSearchParams({ [NODE_PARAMETER]: node });
  return (
    <p className="px-3 pb-3 text-xs">
      <Link
        to={`/runs/${encodeURIComponent(run.runId)}/fork?${search}`}
        className="text-accent underline underline-offset-2"
      >
        Decide again from here
      </Link>{' '}
      <span className="text-muted">with other words or another model; sends nothing</span>
    </p>
  );
}
