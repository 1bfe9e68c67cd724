import { useEffect } from 'react';
import { useLocation, useNavigationType } from 'react-router';

/** A page that was gone to begins at its top; one that was come back to stays where the browser puts it. */
export function useScrollToTop(): void {
  const { pathname } = useLocation();
  const navigation = useNavigationType();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new address is a new page
  useEffect(() => {
    if (navigation === 'PUSH') window.scrollTo(0, 0);
  }, [pathname]);
}
