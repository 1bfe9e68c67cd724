import { Link } from '../router/link.tsx';

/** The outcome of asking for a run: where to watch it. */
export function StartedRun({ runId, what }: { runId: string; what: string }) {
  return (
    <>
      {what} has started.{' '}
      <Link
        to={`/runs/${encodeURIComponent(runId)}`}
        className="font-medium text-accent underline underline-offset-2"
      >
        Watch it
      </Link>
    </>
  );
}
