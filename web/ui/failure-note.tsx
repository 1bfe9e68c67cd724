import { ApiFailure } from '../api/api-failure.ts';
import { Button } from './button.tsx';

/** What went wrong in the server's words, with the code and id to look it up, and a way to try again. */
export function FailureNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiFailure ? error.problem : null;
  return (
    <div role="alert" className="m-3 rounded-md border border-down/45 bg-down-soft p-3">
      <p className="font-semibold text-down">
        {problem?.title ?? (error instanceof Error ? error.message : String(error))}
      </p>
      {problem?.detail && <p className="mt-0.5">{problem.detail}</p>}
      {problem && (
        <p className="mt-1 font-mono text-muted text-xs">
          {problem.code}
          {problem.correlationId && ` · ${problem.correlationId}`}
        </p>
      )}
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
