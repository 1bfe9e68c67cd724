import type { ReactNode } from 'react';
import { Link } from '../router/link.tsx';
import { EmptyState } from './empty-state.tsx';
import { Panel } from './panel.tsx';

interface UnknownThingProps {
  /** In the singular, such as `run`. */
  readonly what: string;
  readonly wayOut: { readonly to: string; readonly words: string };
  readonly children: ReactNode;
}

/** In place of a page whose address names nothing. */
export function UnknownThing({ what, wayOut, children }: UnknownThingProps) {
  return (
    <Panel title={`${what.charAt(0).toUpperCase()}${what.slice(1)}`} className="min-h-60">
      <EmptyState
        title={`There is no such ${what}`}
        action={
          <Link to={wayOut.to} className="text-accent underline underline-offset-2">
            {wayOut.words}
          </Link>
        }
      >
        {children}
      </EmptyState>
    </Panel>
  );
}
