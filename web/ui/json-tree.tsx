import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { formatDateTime } from '../format/time.ts';
import { Icon } from './icons.tsx';
import { firstDepth, type JsonRow, jsonRows, MOST_CHILDREN } from './json-rows.ts';

const LINE_HEIGHT = 20;
const MOST_LINES_UNSCROLLED = 22;
/** Of a text in a line; the whole of it stands in the text view. */
const MOST_CHARACTERS = 600;
/** Numbers of milliseconds above this are instants, below it durations. */
const FIRST_INSTANT_MS = Date.UTC(2010);

/** Any JSON value, folded. Only the lines in view are on the page, so a body of megabytes opens at once. */
export function JsonTree({ value, label }: { value: unknown; label: string }) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    const openDepth = firstDepth(value);
    return jsonRows(value, (path, depth) => depth < openDepth !== turned.has(path));
  }, [value, turned]);
  const box = useRef<HTMLElement>(null);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => rows[index]?.path ?? index,
    overscan: 20,
  });
  function turn(path: string) {
    const next = new Set(turned);
    if (!next.delete(path)) next.add(path);
    setTurned(next);
  }
  return (
    <section
      ref={box}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="overflow-auto p-2 font-mono text-xs leading-5"
      style={{ height: Math.min(rows.length, MOST_LINES_UNSCROLLED) * LINE_HEIGHT + 20 }}
    >
      <div className="relative w-full" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                ref={lines.measureElement}
                data-index={index}
                className="absolute left-0 w-full"
                style={{ top: start, paddingLeft: `${row.depth * 0.9}rem` }}
              >
                <Line row={row} onTurn={() => turn(row.path)} />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

function Line({ row, onTurn }: { row: JsonRow; onTurn: () => void }) {
  const { name, value, isOpen, size } = row;
  if (isOpen === null)
    return (
      <div className="pl-4">
        <Name name={name} />
        <Leaf name={name} value={value} />
      </div>
    );
  const [left, right] = Array.isArray(value) ? '[]' : '{}';
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onTurn}
      className="flex min-h-5 items-center gap-0.5 rounded text-left hover:bg-hover"
    >
      <Icon name="next" className={`size-3.5 text-muted transition-transform ${isOpen ? 'rotate-90' : ''}`} />
      <span>
        <Name name={name} />
        <span className="text-muted">{isOpen ? left : `${left} ${size} ${right}`}</span>
        {isOpen && size > MOST_CHILDREN && (
          <span className="text-muted">
            {' '}
            the first {MOST_CHILDREN} of {size}; the text view has all
          </span>
        )}
      </span>
    </button>
  );
}

function Name({ name }: { name: string | null }) {
  return name === null ? null : <span className="text-muted">{name}: </span>;
}

function Leaf({ name, value }: { name: string | null; value: unknown }) {
  if (typeof value === 'string')
    return (
      <span className="whitespace-pre-wrap break-words">
        “{value.slice(0, MOST_CHARACTERS)}
        {value.length > MOST_CHARACTERS ? `… ${value.length - MOST_CHARACTERS} more characters` : '”'}
      </span>
    );
  if (typeof value === 'number')
    return (
      <>
        <span className="text-accent">{String(value)}</span>
        {name?.endsWith('Ms') && value > FIRST_INSTANT_MS && (
          <span className="text-muted"> {formatDateTime(value)}</span>
        )}
      </>
    );
  if (typeof value === 'object' && value !== null)
    return <span className="text-muted">{Array.isArray(value) ? '[]' : '{}'}</span>;
  return <span className="text-agent">{String(value)}</span>;
}
