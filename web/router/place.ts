/** Where the browser is, and how addresses are read and written. Pure but for what it is given. */

/** How one came to a place: by a link, by the browser's own back and forward, or with the address changed under the page. */
export type Arrival = 'push' | 'pop' | 'replace';

export interface Place {
  readonly pathname: string;
  /** With its question mark; empty where there is none. */
  readonly search: string;
  readonly arrival: Arrival;
}

/** An address, or the parts of the one that is shown that change: without a pathname the page stays. */
export type Target = string | { readonly pathname?: string; readonly search?: string };

/** The address a target stands for while `place` is shown. */
export function addressOf(to: Target, { pathname, search }: Pick<Place, 'pathname' | 'search'>): string {
  // Two slashes at its front would name another host.
  const here = pathname.replace(/^\/+/, '/');
  if (typeof to !== 'string') return (to.pathname ?? here) + questionOf(to.search);
  if (to === '') return here + search;
  return to.startsWith('/') ? to : here + to;
}

/** The parameters of the first pattern such as `/runs/:runId` that fits, with that pattern's entry. */
export function matchOf<Entry extends { readonly path: string }>(
  entries: readonly Entry[],
  pathname: string,
): { readonly entry: Entry; readonly params: Readonly<Record<string, string>> } | null {
  for (const entry of entries) {
    const params = paramsOf(entry.path, pathname);
    if (params !== null) return { entry, params };
  }
  return null;
}

/** The page of an address, or one below it. */
export function isWithin(pathname: string, page: string): boolean {
  return pathname === page || (page !== '/' && pathname.startsWith(`${page}/`));
}

function paramsOf(pattern: string, pathname: string): Readonly<Record<string, string>> | null {
  const [wanted, found] = [segmentsOf(pattern), segmentsOf(pathname)];
  if (wanted.length !== found.length) return null;
  const params: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const text = decoded(found[at] ?? '');
    if (segment.startsWith(':')) params[segment.slice(1)] = text;
    else if (segment !== text) return null;
  }
  return params;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** What a person typed may be no encoding at all. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function questionOf(search: string | undefined): string {
  return search === undefined || search === '?' ? '' : search;
}
