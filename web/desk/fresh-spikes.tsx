import { useQuery } from '@tanstack/react-query';
import { desksQuery, spikesQuery } from '../api/queries.ts';
import type { ToldSpike } from '../api/told-spikes.ts';
import { formatTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Panel } from '../ui/panel.tsx';

/** What just moved on this market; not there until something does. */
export function FreshSpikes() {
  const spikes = useQuery(spikesQuery).data ?? [];
  const desks = useQuery(desksQuery).data?.items ?? [];
  const own = spikes.filter((spike) => desks.some(({ deskId }) => deskId === spike.deskId));
  return (
    <div aria-live="polite" className="empty:hidden">
      {own.length > 0 && (
        <Panel title="Spikes" note="since this page is open, in market time">
          <ul className="divide-y divide-line">
            {own.map((spike) => (
              <SpikeRow key={spike.id} spike={spike} />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function SpikeRow({ spike }: { spike: ToldSpike }) {
  const { symbol, direction, kind, timeframe, robustSigmas, atMs } = spike;
  return (
    <li className="flex flex-wrap items-center gap-2 px-3 py-2">
      <strong className="font-semibold">{baseName(symbol)}</strong>
      <Badge tone={direction}>{direction}</Badge>
      <span>
        {kind === 'both' ? 'price and volume' : kind}, {robustSigmas.toFixed(1)}σ on {timeframe}
      </span>
      <span className="ml-auto text-muted text-xs">{formatTime(atMs)}</span>
    </li>
  );
}
