import { useSearchParams } from '../router/router.tsx';

/** One word of the address and how to change it; null takes it away. A change is no step of the browser's history. */
export function useParameter(name: string): [string | null, (value: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (value: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [search.get(name), change];
}
