import { useQuery } from '@tanstack/react-query';
import { desksQuery } from '../api/queries.ts';
import { type FilterName, readFilter } from '../api/run-list.ts';
import { useSearchParams } from '../router/router.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Panel } from '../ui/panel.tsx';
import { senselessFilter } from './filter-fields.ts';
import { NothingFits } from './no-runs.tsx';
import { RunFilters } from './run-filters.tsx';
import { RunList } from './run-list.tsx';

/** All runs, newest first, live. The filter lives in the address, so a view can be kept and shared. */
export function RunsPage() {
  useTitle('Runs');
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  const fault = senselessFilter(filter);
  const desks = useQuery(desksQuery).data?.items ?? [];

  function change(name: FilterName, value: string) {
    // Each choice is a step of the browser's history: Back takes it away again.
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    });
  }

  const clear = () => setSearch(new URLSearchParams());

  return (
    <>
      <h1 className="sr-only">Runs</h1>
      <Panel title="Runs" note="newest first, told live">
        <RunFilters filter={filter} desks={desks} onChange={change} onClear={clear} />
        {fault === null ? (
          <RunList
            key={JSON.stringify(filter)}
            filter={filter}
            desks={desks}
            onDrop={(name) => change(name, '')}
            onClear={clear}
          />
        ) : (
          <NothingFits onClear={clear}>{fault}</NothingFits>
        )}
      </Panel>
    </>
  );
}
