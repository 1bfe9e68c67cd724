import { useSearchParams } from '../router/router.tsx';

/** Some names of the address as a filter: what is empty is left out, and each choice is a step of the browser's history. */
export function useFilter(names: readonly string[]) {
  const [search, setSearch] = useSearchParams();
  const filter: Record<string, string> = {};
  for (const name of names) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  return {
    filter,
    isEmpty: Object.keys(filter).length === 0,
    change(name: string, value: string) {
      setSearch((before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      });
    },
  };
}
