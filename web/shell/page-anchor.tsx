import { Link } from '../router/link.tsx';
import { isWithin } from '../router/place.ts';
import { usePlace, useSearchParams } from '../router/router.tsx';
import type { PageLink } from './page-links.ts';
import { DESK_PARAMETER } from './use-desk.ts';

/** Keeps the desk that is shown from page to page. */
export function PageAnchor({ link, className }: { link: PageLink; className: string }) {
  const [search] = useSearchParams();
  const { pathname } = usePlace();
  if (link.isOutside)
    return (
      <a href={link.to} className={className}>
        {link.label}
      </a>
    );
  const deskId = search.get(DESK_PARAMETER);
  return (
    <Link
      to={{
        pathname: link.to,
        search: deskId === null ? '' : `?${new URLSearchParams({ [DESK_PARAMETER]: deskId })}`,
      }}
      aria-current={isWithin(pathname, link.to) ? 'page' : undefined}
      className={className}
    >
      {link.label}
    </Link>
  );
}
