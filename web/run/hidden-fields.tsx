import { plural } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';

/** Says that something was left out on purpose, where anything was. */
export function HiddenFields({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <Badge tone="watch" title="What looks like a key or a password was hidden before it was stored">
      {plural(count, 'field')} hidden
    </Badge>
  );
}
