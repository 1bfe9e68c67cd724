/** The way about, in its order. A page that is added gets a line here and one in `web/app.tsx`. */
export interface PageLink {
  readonly to: string;
  readonly label: string;
  /** In the bar on every screen, in the bar where it is wide, or always under More. */
  readonly place: 'bar' | 'wide-bar' | 'more';
  /** Served by the API itself, outside of the pages. */
  readonly isOutside?: boolean;
}

export const PAGE_LINKS: readonly PageLink[] = [
  { to: '/', label: 'Desk', place: 'bar' },
  { to: '/runs', label: 'Runs', place: 'bar' },
  { to: '/trades', label: 'Trades', place: 'wide-bar' },
  { to: '/signals', label: 'Signals', place: 'more' },
  { to: '/performance', label: 'Performance', place: 'wide-bar' },
  { to: '/backtests', label: 'Backtests', place: 'more' },
  { to: '/qtables', label: 'Q-tables', place: 'more' },
  { to: '/prompts', label: 'Prompts', place: 'wide-bar' },
  { to: '/costs', label: 'Model costs', place: 'more' },
  { to: '/health', label: 'Health', place: 'more' },
  { to: '/audit', label: 'Audit', place: 'more' },
  { to: '/logs', label: 'Log', place: 'more' },
  { to: '/docs', label: 'API reference', place: 'more', isOutside: true },
];
