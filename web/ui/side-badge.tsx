import type { PositionSide } from '#domain/account.ts';
import { Badge } from './badge.tsx';

export function SideBadge({ side, leverage }: { side: PositionSide; leverage?: number }) {
  return (
    <Badge>
      <span aria-hidden="true">{side === 'long' ? '▲' : '▼'}</span>
      {side}
      {leverage !== undefined && ` ${leverage}×`}
    </Badge>
  );
}
