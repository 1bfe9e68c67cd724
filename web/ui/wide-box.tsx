import { type ReactNode, useEffect, useRef, useState } from 'react';

/** Scrolls sideways what is wider than its place, by keys too: only then is it a stop on the way of Tab. */
export function WideBox({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const seen = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth));
    for (const one of [element, ...element.children]) seen.observe(one);
    return () => seen.disconnect();
  }, []);
  const asStop = isWide ? { tabIndex: 0, role: 'group', 'aria-label': label } : {};
  return (
    <div ref={box} className="overflow-x-auto" {...asStop}>
      {children}
    </div>
  );
}
