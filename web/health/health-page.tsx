import { useQuery } from '@tanstack/react-query';
import type { HealthItem, HealthReport } from '#domain/health.ts';
import { healthQuery } from '../api/queries.ts';
import { formatWallTime, withPageTimes } from '../format/time.ts';
import { sentence } from '../format/words.ts';
import { useTitle } from '../shell/use-title.ts';
import { Badge } from '../ui/badge.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { sinceWords, summary, worstFirst } from './health-words.ts';
import { StatusBadge } from './status-badge.tsx';

/** Every dependency as the server finds it now, the worst first. */
export function HealthPage() {
  useTitle('Health');
  const health = useQuery(healthQuery);
  return (
    <>
      <h1 className="sr-only">Health</h1>
      <Panel
        title="Health"
        note={
          health.data
            ? `${health.data.ready ? 'ready' : 'NOT READY'}: ${summary(health.data)}; looked ${formatWallTime(health.data.atMs)}`
            : ''
        }
        className="max-sm:*:[header]:min-h-[4.75rem]"
      >
        <Loaded query={health} skeleton={<SkeletonRows rows={11} className="h-[4.75rem]" />}>
          {(report) => (
            <ul className="divide-y divide-line">
              {worstFirst(report.items).map((item) => (
                <HealthRow key={item.name} item={item} report={report} />
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
      <p className="mt-3 text-muted text-xs">
        As the process that serves this page finds them, every few seconds. Probes read /readyz, where a
        required one that is down answers 503.
      </p>
    </>
  );
}

function HealthRow({ item, report }: { item: HealthItem; report: HealthReport }) {
  return (
    <li className="grid gap-x-4 gap-y-1 p-3 sm:min-h-[4.75rem] sm:grid-cols-[11rem_minmax(0,1fr)]">
      <div className="flex flex-wrap content-start items-center gap-2 sm:flex-col sm:items-start sm:gap-1">
        <strong className="font-semibold">{sentence(item.name)}</strong>
        <span className="flex flex-wrap items-center gap-2">
          <StatusBadge status={item.status} />
          {item.required && <Badge>required</Badge>}
        </span>
        <span className="text-muted text-xs">{sinceWords(item, report)}</span>
      </div>
      <div className="min-w-0 break-words">
        <p>{withPageTimes(item.detail)}</p>
        <p className="text-muted text-xs">{item.meaning}</p>
        {item.wayOut !== null && (
          <p className="mt-1">
            <span className="font-medium">Way out: </span>
            {item.wayOut}
          </p>
        )}
      </div>
    </li>
  );
}
