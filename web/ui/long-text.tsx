import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { lineAt, lineStarts } from './text-lines.ts';

const LINE_HEIGHT = 18;
const PADDING = 16;

/** A text of any length, broken to the width of its box. Only the lines in view are on the page. */
export function LongText({ text, label }: { text: string; label: string }) {
  const box = useRef<HTMLElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const columns = useColumns(box, probe);
  const starts = useMemo(() => lineStarts(text, columns), [text, columns]);
  const lines = useVirtualizer({
    count: starts.length - 1,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  return (
    <section
      ref={box}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="h-96 max-h-[70dvh] overflow-auto p-2 font-mono text-xs"
    >
      <span ref={probe} aria-hidden="true" className="invisible absolute">
        0000000000
      </span>
      <div className="relative w-full" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            className="absolute left-0 w-full whitespace-pre"
            style={{ top: start, height: LINE_HEIGHT, lineHeight: `${LINE_HEIGHT}px` }}
          >
            {lineAt(text, starts, index)}
          </div>
        ))}
      </div>
    </section>
  );
}

/** How many characters fit beside each other. */
function useColumns(
  box: React.RefObject<HTMLElement | null>,
  probe: React.RefObject<HTMLSpanElement | null>,
): number {
  const [columns, setColumns] = useState(80);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const characterWidth = (probe.current?.offsetWidth ?? 0) / 10;
      if (characterWidth > 0)
        setColumns(Math.max(20, Math.floor((element.clientWidth - PADDING) / characterWidth)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, probe]);
  return columns;
}
