import { useEffect, useId, useRef, useState } from 'react';
import { isWithin } from '../router/place.ts';
import { usePlace } from '../router/router.tsx';
import { Icon } from '../ui/icons.tsx';
import { PageAnchor } from './page-anchor.tsx';
import type { PageLink } from './page-links.ts';

const LINK_LOOK =
  'flex min-h-10 items-center border-transparent border-l-2 px-4 font-medium text-muted hover:bg-hover hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';

/** The pages the bar has no room for. Escape, going elsewhere and going to a page put it away. */
export function MoreMenu({ links }: { links: readonly PageLink[] }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const { pathname } = usePlace();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new address is a new page
  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => {
    if (!isOpen) return;
    const onElsewhere = ({ target }: Event) => {
      if (target instanceof Node && !box.current?.contains(target)) setOpen(false);
    };
    const onKey = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', onElsewhere);
    document.addEventListener('focusin', onElsewhere);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onElsewhere);
      document.removeEventListener('focusin', onElsewhere);
      document.removeEventListener('keydown', onKey);
    };
  }, [isOpen]);
  return (
    <div ref={box} className="relative flex items-stretch">
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpen(!isOpen)}
        className={`flex items-center gap-1 border-b-2 px-2.5 font-medium hover:text-ink ${currentLook(links, pathname)}`}
      >
        More
        <Icon name="next" className={`size-3 transition-transform ${isOpen ? '-rotate-90' : 'rotate-90'}`} />
      </button>
      <ul
        id={listId}
        hidden={!isOpen}
        className="absolute top-full right-0 z-20 sm:right-auto sm:left-0 mt-1 min-w-48 rounded-lg border border-line-strong bg-surface py-1 shadow-xl"
      >
        {links.map((link) => (
          <li key={link.to} className={link.place === 'wide-bar' ? 'lg:hidden' : ''}>
            <PageAnchor link={link} className={LINK_LOOK} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Marks the button while the page that is shown is one of its own. */
function currentLook(links: readonly PageLink[], pathname: string): string {
  const shown = links.find(({ to }) => isWithin(pathname, to));
  if (shown === undefined) return 'border-transparent text-muted';
  return shown.place === 'more'
    ? 'border-accent text-ink'
    : 'border-accent text-ink lg:border-transparent lg:text-muted';
}
