import { useMemo, useState } from 'react';
import type { LogLine } from '#domain/log-line.ts';
import { formatCount } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { useSearchParams } from '../router/router.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { isFiltered, matches, readFilter } from './log-filter.ts';
import { LogFilters } from './log-filters.tsx';
import { LogList } from './log-list.tsx';
import { type LogStream, useLogStream } from './use-log-stream.ts';

/** The log of every process, live. The filter lives in the address. */
export function LogsPage() {
  useTitle('Log');
  const stream = useLogStream();
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => readFilter(search), [search]);
  /** What stood when the reader paused; null while it runs. */
  const [paused, setPaused] = useState<readonly LogLine[] | null>(null);
  const [followsTail, setFollows] = useState(true);
  const lines = paused ?? stream.lines;
  const shown = useMemo(
    () => (isFiltered(filter) ? lines.filter((line) => matches(line, filter)) : lines),
    [lines, filter],
  );
  const roles = useMemo(() => [...new Set(stream.lines.map(({ role }) => role))].sort(), [stream.lines]);
  const lastShownId = paused?.at(-1)?.id ?? 0;
  const waiting = paused === null ? 0 : stream.lines.filter(({ id }) => id > lastShownId).length;

  return (
    <>
      <h1 className="sr-only">Log</h1>
      <Panel
        title="Log"
        note={`${countWords(shown.length, lines.length)}, wall time UTC, newest last`}
        className="max-sm:*:[header]:min-h-[4.75rem]"
        actions={
          <div className="flex flex-wrap justify-end gap-2">
            <Button
              icon={paused === null ? 'pause' : 'play'}
              onClick={() => setPaused(paused === null ? stream.lines : null)}
            >
              {paused === null ? 'Pause' : `Resume${waiting === 0 ? '' : ` (${formatCount(waiting)} new)`}`}
            </Button>
            <Button aria-pressed={followsTail} onClick={() => setFollows(!followsTail)}>
              {followsTail ? 'Following' : 'Follow the end'}
            </Button>
          </div>
        }
      >
        <LogFilters
          filter={filter}
          roles={roles}
          onChange={(name, value) =>
            setSearch(
              (before) => {
                const next = new URLSearchParams(before);
                if (value === '') next.delete(name);
                else next.set(name, value);
                return next;
              },
              { replace: true },
            )
          }
        />
        <Missing stream={stream} />
        <div className="border-line border-t">
          {shown.length > 0 ? (
            <LogList lines={shown} followsTail={followsTail && paused === null} onFollow={setFollows} />
          ) : (
            <div className="flex h-[calc(100dvh-22rem)] min-h-80">
              <NoLines stream={stream} onClear={() => setSearch(new URLSearchParams(), { replace: true })} />
            </div>
          )}
        </div>
      </Panel>
      <p className="mt-3 text-muted text-xs">
        Lines of every process of this database, the newest 20,000 of all; secrets are hidden before a line is
        kept. The whole log is what each process writes out.
      </p>
    </>
  );
}

function countWords(shown: number, all: number): string {
  const lines = `${formatCount(all)} ${all === 1 ? 'line' : 'lines'}`;
  return shown === all ? lines : `${formatCount(shown)} of ${lines}`;
}

/** What a reader would look for in vain. */
function Missing({ stream: { lost, dropped, status } }: { stream: LogStream }) {
  const words = [
    ...(status === 'waiting' ? ['The stream is broken: it resumes by itself where it was.'] : []),
    ...(lost > 0
      ? [`${plural(lost, 'line')} were forgotten by the server before this page had read them.`]
      : []),
    ...(dropped > 0 ? [`${plural(dropped, 'older line')} left this page to make room.`] : []),
  ];
  return (
    <p role="status" className="px-3 pb-2 text-watch text-xs empty:hidden">
      {words.join(' ')}
    </p>
  );
}

function NoLines({ stream, onClear }: { stream: LogStream; onClear: () => void }) {
  if (stream.lines.length > 0)
    return (
      <EmptyState title="No line fits" action={<Button onClick={onClear}>Show every line</Button>}>
        New lines that fit appear by themselves.
      </EmptyState>
    );
  if (stream.status !== 'live')
    return (
      <div className="grow">
        <SkeletonRows rows={8} className="h-6" />
      </div>
    );
  return (
    <EmptyState title="Nothing was logged yet">A line appears as soon as a process writes one.</EmptyState>
  );
}
