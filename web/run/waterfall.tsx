import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { formatDuration, formatTime } from '../format/time.ts';
import { Icon } from '../ui/icons.tsx';
import type { TraceRow } from './trace-rows.ts';

const ROW_HEIGHT = 32;
const MOST_ROWS_UNSCROLLED = 20;

const FILLS: Record<TraceRow['look'], string> = {
  queue: 'fill-watch',
  tool: 'fill-muted',
  agent: 'fill-agent',
  call: 'fill-accent',
  failed: 'fill-down',
  open: 'fill-accent lamp-live',
};

export interface WaterfallScale {
  /** From a wall time of the trace to the clock that is shown. */
  readonly at: (wallMs: number) => number;
  readonly fromMs: number;
  readonly toMs: number;
}

interface WaterfallProps {
  readonly rows: readonly TraceRow[];
  readonly scale: WaterfallScale;
  /** Where an open span's bar ends; the wall time of the last reading. */
  readonly nowMs: number;
  readonly selectedId: string | null;
  readonly onSelect: (row: TraceRow) => void;
  readonly onTurn: (row: TraceRow) => void;
}

/** When each node worked, on one scale, so that what took long is seen and not searched for. */
export function Waterfall({ rows, scale, nowMs, selectedId, onSelect, onTurn }: WaterfallProps) {
  const box = useRef<HTMLElement>(null);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  });
  return (
    <section
      ref={box}
      aria-label="Spans"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="overflow-auto p-1.5"
      style={{ height: Math.min(rows.length, MOST_ROWS_UNSCROLLED) * ROW_HEIGHT + 12 }}
    >
      <div className="relative w-full" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                className="absolute left-0 flex w-full items-stretch"
                style={{ top: start, height: ROW_HEIGHT }}
              >
                <Fold row={row} onTurn={onTurn} />
                <Row
                  row={row}
                  scale={scale}
                  nowMs={nowMs}
                  isSelected={row.key === selectedId}
                  onSelect={onSelect}
                />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

const INDENTS = { 1: '', 2: 'pl-3', 3: 'pl-6' } as const;

function Fold({ row, onTurn }: { row: TraceRow; onTurn: (row: TraceRow) => void }) {
  if (row.isOpen === null) return <span className="w-6 shrink-0" />;
  return (
    <button
      type="button"
      aria-expanded={row.isOpen}
      aria-label={`${row.isOpen ? 'Fold' : 'Unfold'} ${row.label}`}
      onClick={() => onTurn(row)}
      className="flex w-6 shrink-0 items-center justify-center rounded hover:bg-hover"
    >
      <Icon
        name="next"
        className={`size-3.5 text-faint transition-transform ${row.isOpen ? 'rotate-90' : ''}`}
      />
    </button>
  );
}

interface RowProps extends Pick<WaterfallProps, 'scale' | 'nowMs' | 'onSelect'> {
  readonly row: TraceRow;
  readonly isSelected: boolean;
}

function Row({ row, scale, nowMs, isSelected, onSelect }: RowProps) {
  const wholeMs = Math.max(1, scale.toMs - scale.fromMs);
  const endMs = row.endMs ?? Math.max(nowMs, row.startMs);
  const startShare = ((scale.at(row.startMs) - scale.fromMs) / wholeMs) * 100;
  const lengthMs = scale.at(endMs) - scale.at(row.startMs);
  const lengthShare = Math.max(0.6, (lengthMs / wholeMs) * 100);
  return (
    <button
      type="button"
      onClick={() => onSelect(row)}
      aria-pressed={isSelected}
      title={`${row.label}: from ${formatTime(scale.at(row.startMs))} UTC`}
      className="grid min-w-0 grow grid-cols-[minmax(0,9.5rem)_minmax(0,1fr)_4.25rem] items-center gap-2 rounded px-1.5 text-left text-xs hover:bg-hover aria-pressed:bg-accent-soft"
    >
      <span className={`truncate ${INDENTS[row.level]} ${row.look === 'agent' ? 'text-agent' : ''}`}>
        {row.label}
        {row.note && <span className="text-muted"> {row.note}</span>}
      </span>
      <svg className="h-2.5 w-full rounded-sm bg-hover" aria-hidden="true">
        <rect
          x={`${Math.min(Math.max(0, startShare), 99.4)}%`}
          width={`${lengthShare}%`}
          height="100%"
          className={FILLS[row.look]}
        />
      </svg>
      <span className="text-right text-muted">
        {row.endMs === null ? 'running' : formatDuration(lengthMs)}
      </span>
    </button>
  );
}
