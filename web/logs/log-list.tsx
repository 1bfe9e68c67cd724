import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '#domain/log-line.ts';
import { useMedia } from '../shell/use-media.ts';
import { LogRow } from './log-row.tsx';

/** On a phone a line's words stand under its time. */
const ROW_PX = { wide: 29, narrow: 49 };
/** So near to the end counts as being there. */
const NEAR_PX = 40;

interface LogListProps {
  readonly lines: readonly LogLine[];
  readonly followsTail: boolean;
  /** Told when the reader scrolls away from the end, or back to it. */
  readonly onFollow: (follows: boolean) => void;
}

/** Only what is in view is on the page, however many lines there are. */
export function LogList({ lines, followsTail, onFollow }: LogListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const isWide = useMedia('(min-width: 40rem)');
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isWide ? ROW_PX.wide : ROW_PX.narrow),
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 12,
  });
  const lastId = lines.at(-1)?.id;
  const heightPx = list.getTotalSize();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line, and each measured anew, is a new end
  useEffect(() => {
    if (followsTail && lines.length > 0) list.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [followsTail, lastId, heightPx]);

  function toggle(id: number): void {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  return (
    <div
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keyboard too
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Log lines"
      onWheel={({ deltaY }) => deltaY < 0 && onFollow(false)}
      onTouchMove={() => onFollow(isNearEnd(box.current))}
      onKeyDown={({ key }) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(key)) onFollow(false);
        if (key === 'End') onFollow(true);
      }}
      className="h-[calc(100dvh-22rem)] min-h-80 overflow-y-auto overscroll-contain focus-visible:-outline-offset-2"
    >
      <div className="relative w-full" style={{ height: heightPx }}>
        {list.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={list.measureElement}
                data-index={index}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogRow line={line} isOpen={open.has(line.id)} onToggle={() => toggle(line.id)} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function isNearEnd(element: HTMLElement | null): boolean {
  if (element === null) return true;
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
}
