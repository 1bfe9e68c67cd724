import { type ReactNode, Suspense, useEffect } from 'react';
import { readSession } from '../api/client.ts';
import { sessionUntold } from '../api/session.ts';
import { useEventStream } from '../api/use-event-stream.ts';
import { usePlace } from '../router/router.tsx';
import { FailureBoundary } from '../ui/failure-boundary.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { Toaster } from '../ui/toaster.tsx';
import { ConnectionLight } from './connection-light.tsx';
import { LogInPage } from './log-in-page.tsx';
import { LostBanner } from './lost-banner.tsx';
import { Navigation } from './navigation.tsx';
import { SessionControls } from './session-controls.tsx';
import { SessionEnded } from './session-ended.tsx';
import { StatusBar } from './status-bar.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { useConnection } from './use-connection.ts';
import { useScrollToTop } from './use-scroll-to-top.ts';
import { useSession } from './use-session.ts';

/** The log-in alone while there is no session, else the pages with their frame; a session that ends asks over them. */
export function AppShell({ children }: { children: ReactNode }) {
  const { status } = useSession();
  useEffect(() => {
    if (status === 'unknown') readSession().catch(sessionUntold);
  }, [status]);
  if (status === 'unknown') return null;
  if (status === 'wanted') return <LogInPage />;
  return (
    <>
      <Frame>{children}</Frame>
      {status === 'ended' && <SessionEnded />}
    </>
  );
}

/** What is around every page: the way about, and whether we may trade, why, and on which market's time. */
function Frame({ children }: { children: ReactNode }) {
  useEventStream('/api/events');
  useScrollToTop();
  const { pathname } = usePlace();
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
        <div className="mx-auto flex h-12 max-w-[104rem] items-center gap-3 px-3 sm:gap-4 sm:px-5">
          <span className="flex items-center gap-2 font-semibold text-base tracking-tight">
            <img src="/vigil.svg" alt="" width="22" height="22" />
            <span className="max-[26rem]:sr-only">Vigil</span>
          </span>
          <Navigation />
          <div className="ml-auto flex items-center gap-2">
            <ConnectionLight />
            <SessionControls />
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
          <FailureBoundary of={pathname}>
            <Suspense fallback={<SkeletonRows rows={8} className="h-16" />}>{children}</Suspense>
          </FailureBoundary>
        </main>
      </div>
      <LostBanner />
      <Toaster />
    </>
  );
}
