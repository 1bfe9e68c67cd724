import { NavLink, useSearchParams } from 'react-router';
import type { PageLink } from './page-links.ts';
import { DESK_PARAMETER } from './use-desk.ts';

/** Keeps the desk that is shown from page to page. */
export function PageAnchor({ link, className }: { link: PageLink; className: string }) {
  const [search] = useSearchParams();
  if (link.isOutside)
    return (
      <a href={link.to} className={className}>
        {link.label}
      </a>
    );
  const deskId = search.get(DESK_PARAMETER);
  return (
    <NavLink
      to={{
        pathname: link.to,
        search: deskId === null ? '' : `?${new URLSearchParams({ [DESK_PARAMETER]: deskId })}`,
      }}
      end={link.to === '/'}
      className={className}
    >
      {link.label}
    </NavLink>
  );
}
