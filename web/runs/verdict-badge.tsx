import type { RunSummary } from '#domain/run.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { isUnderWay, type RunVerdict, verdictOf, verdictWords } from './outcome.ts';

const VERDICT_TONES: Record<RunVerdict, BadgeTone> = {
  traded: 'accent',
  held: 'neutral',
  denied: 'watch',
  halted: 'down',
  failed: 'down',
  queued: 'neutral',
  running: 'accent',
  waiting: 'watch',
  finished: 'neutral',
  cancelled: 'neutral',
  lost: 'down',
};

export function VerdictBadge({ run }: { run: RunSummary }) {
  return (
    <Badge tone={VERDICT_TONES[verdictOf(run)]}>
      {isUnderWay(run) && <span aria-hidden="true" className="lamp-live size-1.5 rounded-full bg-current" />}
      {verdictWords(run)}
    </Badge>
  );
}
