import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useMedia } from '../shell/use-media.ts';
import { RunRow } from './run-row.tsx';
import { useRowKeys } from './use-row-keys.ts';
import type { RunRows } from './use-run-list.ts';

interface RowsProps {
  readonly rows: RunRows;
  readonly hasHits: boolean;
  /** Told which places are on the screen. */
  readonly onShown: (shown: { from: number; to: number }) => void;
  /** Whether somebody is among the rows with the keyboard. */
  readonly onReading: (reads: boolean) => void;
}

const HIT_PX = 34;
const OVERSCAN = 6;

/** The rows on the screen and a few around them, however long the list is. */
export function RunRowList({ rows, hasHits, onShown, onReading }: RowsProps) {
  const isWide = useMedia('(min-width: 64rem)');
  const list = useRef<HTMLUListElement>(null);
  const heightPx = (isWide ? 72 : 108) + (hasHits ? HIT_PX : 0);
  const virtual = useWindowVirtualizer({
    count: rows.count,
    estimateSize: () => heightPx,
    overscan: OVERSCAN,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => rows.at(index)?.runId ?? index,
  });
  const visible = virtual.getVirtualItems();
  const [from, to] = [visible[0]?.index ?? 0, visible.at(-1)?.index ?? 0];
  useEffect(() => onShown({ from, to }), [from, to, onShown]);
  useRowKeys({ list, count: rows.count, show: (index) => virtual.scrollToIndex(index, { align: 'auto' }) });
  return (
    <ul
      ref={list}
      aria-label="Runs, newest first"
      className="relative"
      style={{ height: virtual.getTotalSize() }}
      onFocus={() => onReading(true)}
      onBlur={() => onReading(false)}
    >
      {visible.map(({ index, key, start }) => {
        const run = rows.at(index);
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={rows.isMore ? -1 : rows.count}
            className="absolute inset-x-0 top-0 border-line border-b last:border-b-0"
            style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
          >
            {run === undefined ? (
              <div className="p-3" style={{ height: heightPx }}>
                <div className="skeleton h-full" />
              </div>
            ) : (
              <RunRow run={run} hit={run.hit} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
