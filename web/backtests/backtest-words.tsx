import type { Backtest, BacktestStatus } from '#domain/backtest.ts';
import { formatPercent } from '../format/number.ts';
import { baseName } from '../format/words.ts';
import { TONE_TEXT } from '../ui/amount.tsx';
import { Badge, type BadgeTone } from '../ui/badge.tsx';

const TONES: Record<BacktestStatus, BadgeTone> = {
  ...{ queued: 'neutral', running: 'accent', finished: 'up', failed: 'down', cancelled: 'watch' },
};

export function StatusOf({ backtest: { status, doneFraction } }: { backtest: Backtest }) {
  return (
    <Badge tone={TONES[status]}>
      {status}
      {status === 'running' && ` ${formatPercent(doneFraction, { digits: 0 })}`}
    </Badge>
  );
}

export function backtestTitle({ strategy, symbols }: Pick<Backtest, 'strategy' | 'symbols'>): string {
  return `${strategy} on ${symbols.map(baseName).join(', ')}`;
}

/** A share gained or lost; losses in the same weight as gains, and never by colour alone. */
export function Change({ fraction }: { fraction: number | null }) {
  if (fraction === null) return <span className="text-muted">N/A</span>;
  const tone = Math.abs(fraction) < 0.00005 ? 'flat' : fraction < 0 ? 'down' : 'up';
  return (
    <span className={`whitespace-nowrap ${TONE_TEXT[tone]}`}>
      {formatPercent(fraction, { signed: true })}
    </span>
  );
}
