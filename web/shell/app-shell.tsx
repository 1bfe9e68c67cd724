import { Suspense, useSyncExternalStore } from 'react';
import { NavLink, Outlet } from 'react-router';
import { keyState, onKeyChange } from '../api/api-key.ts';
import { useEventStream } from '../api/use-event-stream.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { Toaster } from '../ui/toaster.tsx';
import { ApiKeyPage } from './api-key-page.tsx';
import { ConnectionLight } from './connection-light.tsx';
import { LostBanner } from './lost-banner.tsx';
import { StatusBar } from './status-bar.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { useConnection } from './use-connection.ts';
import { useScrollToTop } from './use-scroll-to-top.ts';

const LINKS = [
  { to: '/', label: 'Desk' },
  { to: '/runs', label: 'Runs' },
];

const LINK_LOOK =
  'flex items-center border-transparent border-b-2 px-2.5 font-medium text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';

/** The key form alone while the server wants a key, else the pages with their frame. */
export function AppShell() {
  const { wanted } = useSyncExternalStore(onKeyChange, keyState);
  return wanted ? <ApiKeyPage /> : <Frame />;
}

/** What is around every page: the way about, and whether we may trade, why, and on which market's time. */
function Frame() {
  useEventStream('/api/events');
  useScrollToTop();
  const isOld = useConnection().lostSinceMs !== null;
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-20 focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <div className="border-line border-b bg-surface">
        <div className="mx-auto flex h-12 max-w-[104rem] items-center gap-4 px-3 sm:px-5">
          <span className="flex items-center gap-2 font-semibold text-base tracking-tight">
            <img src="/vigil.svg" alt="" width="22" height="22" />
            Vigil
          </span>
          <nav aria-label="Pages" className="flex h-full items-stretch gap-1">
            {LINKS.map(({ to, label }) => (
              <NavLink key={to} to={to} end={to === '/'} className={LINK_LOOK}>
                {label}
              </NavLink>
            ))}
            <a href="/docs" className={LINK_LOOK}>
              API
            </a>
          </nav>
          <div className="ml-auto flex items-center gap-2">
            <ConnectionLight />
            <ThemeToggle />
          </div>
        </div>
      </div>
      <div className={isOld ? 'is-old' : ''}>
        <StatusBar />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto max-w-[104rem] px-3 py-3 outline-none sm:px-5 sm:py-4"
        >
          <Suspense fallback={<SkeletonRows rows={8} className="h-16" />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <LostBanner />
      <Toaster />
    </>
  );
}
