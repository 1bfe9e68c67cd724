import { useEffect } from 'react';
import { usePlace } from '../router/router.tsx';

/** A page that was gone to begins at its top; one that was come back to stays where the browser puts it. */
export function useScrollToTop(): void {
  const { pathname, arrival } = usePlace();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new address is a new page
  useEffect(() => {
    if (arrival === 'push') window.scrollTo(0, 0);
  }, [pathname]);
}
