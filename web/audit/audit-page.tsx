import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry } from '#domain/audit.ts';
import { formatDateTime } from '../format/time.ts';
import { sentence } from '../format/words.ts';
import { useTitle } from '../shell/use-title.ts';
import type { Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FilterRow } from '../ui/filter-row.tsx';
import { JsonTree } from '../ui/json-tree.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Panel } from '../ui/panel.tsx';
import { useFilter } from '../ui/use-filter.ts';
import { auditQuery } from './audit-query.ts';

const FAMILIES: Readonly<Record<string, string>> = {
  'trading.': 'Halts and armings',
  'positions.': 'Closes by hand',
  'desk.': 'Desks',
  'entry.': 'Entries',
  'approval.': 'Approvals',
  'prompt.': 'Prompts',
  'backtest.': 'Backtests',
  'session.': 'Log-ins',
};

const COLUMNS: readonly Column<AuditEntry>[] = [
  { label: 'When (wall)', cell: ({ atMs }) => formatDateTime(atMs) },
  { label: 'Who', cell: ({ actor }) => actor },
  { label: 'Did', span: 2, cell: ({ action }) => <strong className="font-semibold">{action}</strong> },
  { label: 'To', span: 3, cell: ({ subject }) => <span className="break-all">{subject}</span> },
  { label: 'From', span: 3, cell: ({ origin }) => originWords(origin) },
  { label: 'Details', span: 3, cell: (entry) => <Details entry={entry} /> },
];

/** Who did what, when and from where. */
export function AuditPage() {
  useTitle('Audit');
  const { filter, isEmpty, change } = useFilter(['action', 'actor', 'from', 'to']);
  const entries = useInfiniteQuery(auditQuery(filter));
  return (
    <>
      <h1 className="sr-only">Audit</h1>
      <Panel title="Audit" note="every change, newest first">
        <FilterRow
          filter={filter}
          onChange={change}
          choices={[
            {
              name: 'action',
              label: 'What',
              values: Object.keys(FAMILIES),
              word: (value) => FAMILIES[value] ?? value,
            },
            {
              name: 'actor',
              label: 'Who',
              values: ['a person', 'command line', 'start-up', 'breaker:'],
              word: (value) => sentence(value.replace(/:$/, '')),
            },
          ]}
          instants={[
            { name: 'from', label: 'From (wall time, UTC)' },
            { name: 'to', label: 'To (wall time, UTC)' },
          ]}
        />
        <PagedTable
          caption="Audit"
          query={entries}
          columns={COLUMNS}
          rowKey={({ auditId }) => String(auditId)}
          empty={
            <EmptyState title={isEmpty ? 'Nothing yet' : 'Nothing fits'}>
              {isEmpty ? 'Whatever is changed leaves a row here.' : 'Choose less to see more.'}
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}

function originWords(origin: AuditEntry['origin']): string {
  if (origin === null) return '–';
  const via = origin.via === 'page' ? 'page' : 'API';
  const by = origin.by === 'this machine' ? 'without a key' : `by ${origin.by}`;
  return `${via}, ${by}, ${origin.address}`;
}

function Details({ entry }: { entry: AuditEntry }) {
  const { details, origin, action } = entry;
  return (
    <details className="lg:open:w-[26rem]">
      <summary className="cursor-pointer text-muted" aria-label={`Details of ${action}`}>
        Details
      </summary>
      <JsonTree value={{ details, origin }} label={`Details of ${action}`} />
    </details>
  );
}
