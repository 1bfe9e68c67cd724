import type { HealthStatus } from '#domain/health.ts';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icons.tsx';
import { STATUS_LOOK } from './health-words.ts';

/** A sign and a word: never colour alone. */
export function StatusBadge({ status }: { status: HealthStatus }) {
  const { tone, icon, word } = STATUS_LOOK[status];
  return (
    <Badge tone={tone}>
      <Icon name={icon} className="size-3" />
      {word}
    </Badge>
  );
}
