import type { RunSummary } from '#domain/run.ts';
import { Badge } from '../ui/badge.tsx';
import { isUnderWay, VERDICT_TONES, verdictOf } from './outcome.ts';

export function VerdictBadge({ run }: { run: RunSummary }) {
  return (
    <Badge tone={VERDICT_TONES[verdictOf(run)]}>
      {isUnderWay(run) && <span aria-hidden="true" className="lamp-live size-1.5 rounded-full bg-current" />}
      {verdictOf(run)}
    </Badge>
  );
}
