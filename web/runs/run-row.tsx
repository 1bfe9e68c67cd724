import type { RunHit, RunSummary } from '#domain/run.ts';
import { formatUsd } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { HitLine } from './hit-line.tsx';
import { runInstant, runReason, runSubject } from './run-words.ts';
import { VerdictBadge } from './verdict-badge.tsx';

interface RunRowProps {
  readonly run: RunSummary;
  readonly isNarrow?: boolean;
  /** What a search found in it. */
  readonly hit?: RunHit | null;
}

/** One run as a link: what it came to, about what, why, when on the market's time, and what it cost. */
export function RunRow({ run, isNarrow = false, hit = null }: RunRowProps) {
  const columns = isNarrow ? '' : 'lg:grid-cols-[minmax(5.25rem,auto)_minmax(0,1fr)_auto]';
  return (
    <Link
      to={`/runs/${encodeURIComponent(run.runId)}`}
      className={`grid min-h-16 grid-cols-[minmax(5.25rem,auto)_minmax(0,1fr)] items-center gap-x-3 gap-y-0.5 px-3 py-2 hover:bg-hover focus-visible:-outline-offset-2 ${columns}`}
    >
      <span className="self-start pt-0.5">
        <VerdictBadge run={run} />
      </span>
      <span className="min-w-0">
        <span className="block font-medium">{runSubject(run)}</span>
        <span className="line-clamp-2 text-muted" title={runReason(run)}>
          {runReason(run)}
        </span>
        {hit && <HitLine hit={hit} />}
      </span>
      <span
        className={`col-start-2 text-muted text-xs ${isNarrow ? '' : 'lg:col-start-3 lg:text-right lg:*:block'}`}
      >
        <span>{runInstant(run)}</span>
        <span className={isNarrow ? '' : 'lg:hidden!'}> · </span>
        <span>{costLine(run)}</span>
      </span>
    </Link>
  );
}

function costLine(run: RunSummary): string {
  const parts = [
    run.finishedAtMs === null ? null : `took ${formatDuration(run.finishedAtMs - run.startedAtMs)}`,
    run.orders > 0 ? plural(run.orders, 'order') : null,
    run.costUsd === null ? 'cost unknown' : run.costUsd > 0 ? formatUsd(run.costUsd) : null,
  ];
  return parts.filter((part) => part !== null).join(' · ') || 'not finished';
}
