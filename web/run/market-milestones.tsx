import { formatDate, formatDuration, formatTime } from '../format/time.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import type { Milestone } from './run-clock.ts';

/** What happened when on the market's own time, each with how long after the one before. */
export function MarketMilestones({ milestones }: { milestones: readonly Milestone[] }) {
  const [first] = milestones;
  if (!first) return <EmptyState title="The market was not looked at" />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <ol className="max-h-96 divide-y divide-line overflow-auto text-xs" tabIndex={0}>
      {milestones.map(({ key, label, atMs, note }, index) => (
        <li key={key} className="grid grid-cols-[minmax(0,1fr)_auto_5.5rem] items-center gap-3 px-3 py-1.5">
          <span>
            {label}
            {note && <span className="text-muted"> {note}</span>}
          </span>
          <time dateTime={new Date(atMs).toISOString()} className="text-muted">
            {formatDate(atMs)} {formatTime(atMs)} UTC
          </time>
          <span className="text-right">
            {index === 0 ? '' : `+${formatDuration(atMs - (milestones[index - 1]?.atMs ?? atMs))}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
