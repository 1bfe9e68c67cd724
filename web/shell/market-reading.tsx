import type { SystemState } from '#domain/desk-event.ts';
import { formatCount } from '../format/number.ts';
import { formatDate, formatTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { SyntheticBadge } from '../ui/synthetic-badge.tsx';
import { ModelReading } from './model-reading.tsx';
import { useConnection } from './use-connection.ts';
import { useMarketNow } from './use-market-now.ts';

/** Which market this is, whether its prices are made up, its time and speed, and who thinks. */
export function MarketReading({ state, readAtMs }: { state: SystemState; readAtMs: number }) {
  const { market, mode, model } = state;
  const nowMs = useMarketNow(market, readAtMs) ?? market.nowMs;
  const isLost = useConnection().lostSinceMs !== null;
  return (
    <div className="flex min-w-0 flex-col justify-center gap-0.5 px-3 py-2 max-md:border-line max-md:border-t">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <time dateTime={new Date(nowMs).toISOString()} className="whitespace-nowrap font-medium">
          {formatDate(nowMs)} {formatTime(nowMs)} UTC
        </time>
        <span className="text-muted text-xs">
          market time, {isLost ? 'stopped' : market.finished ? 'ended' : speedWords(market.speed)}
        </span>
      </p>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-xs">
        <Badge tone={mode === 'live' ? 'down' : 'neutral'}>{mode === 'live' ? 'LIVE MONEY' : 'PAPER'}</Badge>
        <span>{market.source.name}</span>
        {market.source.synthetic && <SyntheticBadge />}
        <ModelReading model={model} />
      </p>
    </div>
  );
}

function speedWords(speed: number): string {
  return speed === 1 ? 'real time' : `${formatCount(speed)}× speed`;
}
