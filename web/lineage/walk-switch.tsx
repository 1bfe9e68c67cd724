import { Link } from '../router/link.tsx';
import { useSearchParams } from '../router/router.tsx';

const WALK_PARAMETER = 'walk';

const WALKS = { forwards: 'Snapshot to profit', back: 'Profit to snapshot' } as const;
export type Walk = keyof typeof WALKS;

/** Which way the chain is read, kept in the address. */
export function useWalk(first: Walk): Walk {
  const [search] = useSearchParams();
  const asked = search.get(WALK_PARAMETER);
  return asked === 'forwards' || asked === 'back' ? asked : first;
}

export function WalkSwitch({ current }: { current: Walk }) {
  const [search] = useSearchParams();
  const searchOf = (walk: string) => {
    const next = new URLSearchParams(search);
    next.set(WALK_PARAMETER, walk);
    return `?${next}`;
  };
  return (
    <nav
      aria-label="Direction of the chain"
      className="flex overflow-hidden rounded-md border border-line-strong"
    >
      {Object.entries(WALKS).map(([walk, label]) => (
        <Link
          key={walk}
          to={{ search: searchOf(walk) }}
          replace
          aria-current={walk === current ? 'true' : undefined}
          className="flex min-h-8 items-center px-2.5 text-muted text-xs hover:bg-hover aria-[current=true]:bg-accent-soft aria-[current=true]:font-medium aria-[current=true]:text-accent pointer-coarse:min-h-10"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

export function inDirection<Step>(steps: readonly Step[], walk: Walk): Step[] {
  return walk === 'back' ? steps.toReversed() : [...steps];
}
