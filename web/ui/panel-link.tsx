import type { ReactNode } from 'react';
import { Link } from '../router/link.tsx';
import { useSearchParams } from '../router/router.tsx';
import { DESK_PARAMETER } from '../shell/use-desk.ts';

/** From a panel to the page that tells more, of the same desk. */
export function PanelLink({ to, children }: { to: string; children: ReactNode }) {
  const [search] = useSearchParams();
  const deskId = search.get(DESK_PARAMETER);
  const query = deskId === null ? '' : `?${new URLSearchParams({ [DESK_PARAMETER]: deskId })}`;
  return (
    <Link
      to={`${to}${query}`}
      className="inline-flex items-center text-accent underline underline-offset-2 pointer-coarse:min-h-10"
    >
      {children}
    </Link>
  );
}
