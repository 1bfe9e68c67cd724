import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '../api/queries.ts';
import { sentence } from '../format/words.ts';
import { summary, worstFirst } from '../health/health-words.ts';
import { StatusBadge } from '../health/status-badge.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { PanelLink } from '../ui/panel-link.tsx';

/** Each dependency in a word, the worst first. */
export function HealthPanel() {
  const health = useQuery(healthQuery);
  return (
    <Panel
      title="Health"
      note={health.data ? summary(health.data) : ''}
      actions={
        <>
          <PanelLink to="/logs">Log</PanelLink>
          <PanelLink to="/health">Details</PanelLink>
        </>
      }
    >
      <div className="min-h-44 p-3 sm:min-h-36">
        <Loaded query={health} skeleton={<div className="skeleton h-36 sm:h-28" />}>
          {({ items }) => (
            <ul className="grid grid-cols-2 gap-x-3 gap-y-1.5 sm:grid-cols-3">
              {worstFirst(items).map(({ name, status, detail }) => (
                <li key={name} title={detail} className="flex items-center justify-between gap-2">
                  <span className="truncate">{sentence(name)}</span>
                  <StatusBadge status={status} />
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </div>
    </Panel>
  );
}
