import { useEffect, useRef } from 'react';
import { Link } from '../router/link.tsx';
import { useSearchParams } from '../router/router.tsx';

const LOOK =
  'flex min-h-10 shrink-0 items-center whitespace-nowrap border-transparent border-b-2 px-3 font-medium text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';

interface ViewTabsProps {
  readonly label: string;
  /** Names the view in the address, but for the first. */
  readonly parameter: string;
  readonly views: readonly { readonly name: string; readonly label: string }[];
  readonly current: string;
}

/** The ways to look at one thing; each has an address of its own. */
export function ViewTabs({ label, parameter, views, current }: ViewTabsProps) {
  const [search] = useSearchParams();
  const bar = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new view is another tab to be seen
  useEffect(() => {
    if (bar.current) showCurrent(bar.current);
  }, [current]);
  function searchOf(name: string): string {
    const next = new URLSearchParams(search);
    if (name === views[0]?.name) next.delete(parameter);
    else next.set(parameter, name);
    return `?${next}`;
  }
  return (
    <nav ref={bar} aria-label={label} className="overflow-x-auto border-line border-b">
      <ul className="flex">
        {views.map((view) => (
          <li key={view.name}>
            <Link
              to={{ search: searchOf(view.name) }}
              aria-current={view.name === current ? 'page' : undefined}
              className={LOOK}
            >
              {view.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Scrolls the bar sideways and nothing else: the page stays where it is. */
function showCurrent(bar: HTMLElement): void {
  const tab = bar.querySelector('[aria-current=page]')?.getBoundingClientRect();
  const box = bar.getBoundingClientRect();
  if (tab === undefined) return;
  bar.scrollLeft += Math.min(0, tab.left - box.left) + Math.max(0, tab.right - box.right);
}
