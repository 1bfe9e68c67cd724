import { MoreMenu } from './more-menu.tsx';
import { PageAnchor } from './page-anchor.tsx';
import { PAGE_LINKS } from './page-links.ts';

const LINK_LOOK =
  'items-center border-transparent border-b-2 px-2.5 font-medium text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';

/** Links to every page: as many in the bar as its width takes, the others under More. */
export function Navigation() {
  return (
    <nav aria-label="Pages" className="flex h-full items-stretch gap-1">
      {PAGE_LINKS.filter(({ place }) => place !== 'more').map((link) => (
        <PageAnchor
          key={link.to}
          link={link}
          className={`${link.place === 'bar' ? 'flex' : 'hidden lg:flex'} ${LINK_LOOK}`}
        />
      ))}
      <MoreMenu links={PAGE_LINKS.filter(({ place }) => place !== 'bar')} />
    </nav>
  );
}
