import type { SystemState } from '#domain/desk-event.ts';
import { formatPercent, formatPlain } from '../format/number.ts';
import { plural, spaced } from '../format/words.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';

type Reason = SystemState['breaker']['reasons'][number];

export const LEVEL_TONES: Record<SystemState['breaker']['level'], BadgeTone> = {
  clear: 'up',
  watch: 'watch',
  tripped: 'down',
};

/** The circuit breaker's level, with its reasons folded behind it. */
export function BreakerReading({ breaker }: { breaker: SystemState['breaker'] }) {
  const { level, reasons } = breaker;
  return (
    <div className="flex flex-col justify-center gap-0.5 px-3 py-2 max-md:border-line max-md:border-t">
      <p className="flex items-center gap-2">
        <span className="text-muted text-xs">Breaker</span>
        <Badge tone={LEVEL_TONES[level]}>{level}</Badge>
      </p>
      {reasons.length === 0 ? (
        <p className="text-muted text-xs">
          {level === 'clear' ? 'No trigger is near its limit' : 'No reason was recorded'}
        </p>
      ) : (
        <details className="relative text-xs">
          <summary className="text-muted underline decoration-dotted underline-offset-2">
            {plural(reasons.length, 'reason')}
          </summary>
          <ul className="absolute z-10 mt-1 w-72 space-y-1.5 rounded-md border border-line-strong bg-surface p-3 shadow-xl">
            {reasons.map((reason) => (
              <li key={reason.trigger}>
                <span className="font-medium">{spaced(reason.trigger)}</span>: {reason.message}{' '}
                <span className="text-muted">
                  ({measured(reason, reason.value)} of {measured(reason, reason.limit)})
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Every trigger measures a fall or a loss as a fraction, but for those that count. */
const COUNTED: ReadonlySet<string> = new Set(['market_blind', 'market_recovery', 'liquidations_1h']);

function measured({ trigger }: Reason, value: number | null): string {
  return value === null || COUNTED.has(trigger) ? formatPlain(value) : formatPercent(value);
}
