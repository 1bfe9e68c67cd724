import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { formatTime } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { DroppedTrace } from './dropped-trace.tsx';
import { filterLog, LOG_KINDS, type LogKind, type LogLine, logLines } from './log-lines.ts';
import { type RunViewProps, SPAN_PARAMETER } from './run-view.ts';
import { SpanView } from './span-view.tsx';
import { useParameter } from './use-parameter.ts';

const LINE_HEIGHT = 46;
const MOST_LINES_UNSCROLLED = 14;

/** The spans and calls of a run as they began, one below the other, to be searched and filtered. */
export function RunLog(props: RunViewProps) {
  const { thinnedAtMs } = props.answer.run;
  if (thinnedAtMs !== null) return <DroppedTrace title="Log" thinnedAtMs={thinnedAtMs} />;
  return <SearchedLog {...props} />;
}

function SearchedLog({ answer }: RunViewProps) {
  const { spans, calls } = answer;
  const [spanId, chooseSpan] = useParameter(SPAN_PARAMETER);
  const [kind, setKind] = useState<LogKind | null>(null);
  const [onlyFaults, setOnlyFaults] = useState(false);
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const lines = useMemo(() => logLines(spans, calls), [spans, calls]);
  const shown = useMemo(
    () => filterLog(lines, { kind, onlyFaults, text: wanted }),
    [lines, kind, onlyFaults, wanted],
  );
  return (
    <div className="grid gap-3 lg:gap-4 xl:grid-cols-2">
      <Panel
        title="Log"
        note={
          shown.length === lines.length
            ? plural(lines.length, 'line')
            : `${shown.length} of ${plural(lines.length, 'line')}`
        }
        className="self-start"
      >
        <div className="grid grid-cols-2 items-end gap-2 border-line border-b p-3 sm:grid-cols-[minmax(0,1fr)_9rem_auto]">
          <div className="col-span-2 sm:col-span-1">
            <TextField
              label="Search"
              value={text}
              onChange={({ currentTarget }) => setText(currentTarget.value)}
            />
          </div>
          <ChoiceField
            label="Kind"
            value={kind ?? ''}
            onChange={({ currentTarget }) =>
              setKind(LOG_KINDS.find((one) => one === currentTarget.value) ?? null)
            }
            choices={[
              { value: '', label: 'All' },
              { value: 'agent', label: 'Agents' },
              { value: 'tool', label: 'Tools' },
              { value: 'call', label: 'Model calls' },
            ]}
          />
          <Button
            aria-pressed={onlyFaults}
            className="aria-pressed:bg-down-soft aria-pressed:text-down"
            onClick={() => setOnlyFaults(!onlyFaults)}
          >
            Only failures
          </Button>
        </div>
        {shown.length === 0 ? (
          <EmptyState title={lines.length === 0 ? 'Nothing has begun yet' : 'No line fits'}>
            {lines.length === 0
              ? 'Each node appears here when it begins.'
              : 'The search reads names, states, errors and how outputs begin.'}
          </EmptyState>
        ) : (
          <Lines lines={shown} selectedId={spanId} onSelect={(line) => chooseSpan(line.spanId)} />
        )}
      </Panel>
      <SpanView
        answer={answer}
        spanId={spanId ?? shown[0]?.spanId ?? null}
        isChosen={spanId !== null}
        onClose={() => chooseSpan(null)}
      />
    </div>
  );
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly selectedId: string | null;
  readonly onSelect: (line: LogLine) => void;
}

function Lines({ lines, selectedId, onSelect }: LinesProps) {
  const box = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  });
  return (
    <section
      ref={box}
      aria-label="Lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="overflow-auto"
      style={{ height: Math.min(lines.length, MOST_LINES_UNSCROLLED) * LINE_HEIGHT }}
    >
      <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const line = lines[index];
          return (
            line && (
              <button
                key={key}
                type="button"
                aria-pressed={line.spanId === selectedId}
                onClick={() => onSelect(line)}
                className="absolute left-0 grid w-full grid-cols-[auto_auto_minmax(0,1fr)] content-center gap-x-2 border-line border-b px-3 text-left text-xs hover:bg-hover aria-pressed:bg-accent-soft focus-visible:-outline-offset-2"
                style={{ top: start, height: LINE_HEIGHT }}
              >
                <time dateTime={new Date(line.atMs).toISOString()} className="font-mono text-muted">
                  {clockWithMs(line.atMs)}
                </time>
                <Badge tone={toneOf(line)}>{line.kind}</Badge>
                <span className="truncate">
                  <span className="font-medium">{line.what}</span>{' '}
                  <span className="text-muted">{line.state}</span>
                </span>
                <span
                  className={`col-span-3 truncate font-mono text-2xs ${line.isFault ? 'text-down' : 'text-muted'}`}
                >
                  {line.words}
                </span>
              </button>
            )
          );
        })}
      </div>
    </section>
  );
}

function toneOf({ isFault, kind }: LogLine): BadgeTone {
  if (isFault) return 'down';
  return kind === 'call' ? 'accent' : kind === 'agent' ? 'agent' : 'neutral';
}

/** `12:04:31.207` */
function clockWithMs(atMs: number): string {
  return `${formatTime(atMs)}.${String(Math.floor(atMs) % 1_000).padStart(3, '0')}`;
}
