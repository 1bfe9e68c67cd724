import { Link } from '../router/link.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useTitle } from './use-title.ts';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <EmptyState
      title="There is no such page"
      action={
        <Link to="/" className="text-accent underline underline-offset-2">
          Go to the desk
        </Link>
      }
    >
      The address may be mistyped.
    </EmptyState>
  );
}
