import {
  createContext,
  type ReactNode,
  startTransition,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { type Arrival, addressOf, type Place, type Target } from './place.ts';

interface GoOptions {
  /** No step of the browser's history of its own. */
  readonly replace?: boolean | undefined;
}

interface Way {
  readonly place: Place;
  readonly go: (to: Target, options?: GoOptions) => void;
}

const WayContext = createContext<Way | null>(null);
const ParamsContext = createContext<Readonly<Record<string, string>>>({});

/** Knows the address that is shown. A page that is gone to is shown once its code is there: until then the old one stays. */
export function Router({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState(() => placeNow('pop'));
  const [go] = useState(() => (to: Target, { replace = false }: GoOptions = {}) => {
    const address = addressOf(to, window.location);
    // The same address again is no step of the browser's history.
    const isStep = !replace && address !== addressOf('', window.location);
    if (isStep) window.history.pushState(null, '', address);
    else window.history.replaceState(null, '', address);
    startTransition(() => setPlace(placeNow(isStep ? 'push' : 'replace')));
  });
  useEffect(() => {
    const onPop = () => startTransition(() => setPlace(placeNow('pop')));
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, []);
  return <WayContext value={{ place, go }}>{children}</WayContext>;
}

/** Gives what is in it the parameters of its address. */
export function WithParams(props: { params: Readonly<Record<string, string>>; children: ReactNode }) {
  return <ParamsContext value={props.params}>{props.children}</ParamsContext>;
}

export function usePlace(): Place {
  return useWay().place;
}

/** Goes to an address, as a link does. */
export function useGo(): Way['go'] {
  return useWay().go;
}

export function useParams(): Readonly<Record<string, string>> {
  return useContext(ParamsContext);
}

type SearchChange = URLSearchParams | ((before: URLSearchParams) => URLSearchParams);

/** What the address asks for, and how to change it; each change is a step of the history unless it takes the last one's place. */
export function useSearchParams(): [URLSearchParams, (change: SearchChange, options?: GoOptions) => void] {
  const { place, go } = useWay();
  return [
    useMemo(() => new URLSearchParams(place.search), [place.search]),
    (change, options) => {
      // Two changes in a row: the second one knows of the first.
      const next =
        change instanceof URLSearchParams ? change : change(new URLSearchParams(window.location.search));
      go({ search: `?${next}` }, options);
    },
  ];
}

function useWay(): Way {
  const way = useContext(WayContext);
  if (way === null) throw new Error('links and addresses need the router around them');
  return way;
}

function placeNow(arrival: Arrival): Place {
  const { pathname, search } = window.location;
  return { pathname, search, arrival };
}
