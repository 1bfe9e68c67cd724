import { Link } from '../router/link.tsx';

interface RunLinkProps {
  readonly runId: string;
  readonly words?: string;
  /** Read out after the words, so that links of one table differ. */
  readonly of: string;
}

export function RunLink({ runId, words = 'Its run', of }: RunLinkProps) {
  return (
    <Link
      to={`/runs/${encodeURIComponent(runId)}`}
      className="relative whitespace-nowrap text-accent hover:underline"
    >
      {words}
      <span className="sr-only"> of {of}</span>
    </Link>
  );
}
