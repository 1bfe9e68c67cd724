import type { QAdvice, Signal, SignalAction } from '#domain/signal.ts';
import { formatPercent, formatPlain, formatPrice } from '../format/number.ts';
import { baseName, plural, spaced } from '../format/words.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

const ACTION_TONES: Record<SignalAction, BadgeTone> = { buy: 'up', sell: 'down', hold: 'neutral' };

export function SignalsSection({
  signals,
  qAdvice,
}: {
  signals: readonly Signal[];
  qAdvice: readonly QAdvice[];
}) {
  return (
    <Panel title="Signals" note={plural(signals.length, 'symbol')}>
      {signals.length === 0 ? (
        <EmptyState title="No signal">The market data did not get as far as the indicators.</EmptyState>
      ) : (
        <DataTable
          caption="Signals of this run"
          columns={columns(qAdvice)}
          rows={signals}
          rowKey={(signal) => signal.symbol}
        />
      )}
    </Panel>
  );
}

function columns(qAdvice: readonly QAdvice[]): Column<Signal>[] {
  return [
    {
      label: 'Symbol',
      bare: true,
      span: 2,
      cell: (signal) => (
        <span className="flex items-center gap-2">
          <strong className="font-semibold">{baseName(signal.symbol)}</strong>
          <Badge tone={ACTION_TONES[signal.action]}>{signal.action}</Badge>
        </span>
      ),
    },
    {
      label: 'Score',
      align: 'end',
      cell: ({ score, confidenceFraction }) => (
        <span className="whitespace-nowrap">
          {score > 0 ? `+${score}` : formatPlain(score)}{' '}
          <span className="text-muted text-xs">{formatPercent(confidenceFraction, { digits: 0 })}</span>
        </span>
      ),
    },
    { label: 'Last', align: 'end', cell: (signal) => formatPrice(signal.lastQuote) },
    {
      label: 'ATR 14',
      align: 'end',
      cell: ({ atrQuote }) => (atrQuote === null ? '–' : formatPrice(atrQuote)),
    },
    { label: 'Regime', cell: ({ regime }) => `${regime.trend}, ${regime.volatility}` },
    { label: 'Spikes', cell: ({ spikes }) => spikeWords(spikes) },
    {
      label: 'Q-table',
      span: 2,
      cell: ({ symbol }) => adviceWords(qAdvice.find((row) => row.symbol === symbol)),
    },
    { label: 'Why', span: 3, cell: (signal) => <Why signal={signal} /> },
  ];
}

function Why({ signal }: { signal: Signal }) {
  return (
    <details className="min-w-56">
      <summary>{signal.reason}</summary>
      <ul className="mt-1 space-y-0.5 text-muted text-xs">
        {signal.readings.map((reading) => (
          <li key={`${reading.rule}-${reading.timeframe}`}>
            {reading.points > 0 ? `+${reading.points}` : formatPlain(reading.points)} {spaced(reading.rule)},{' '}
            {reading.timeframe}: {reading.evidence}
          </li>
        ))}
      </ul>
    </details>
  );
}

function spikeWords(spikes: Signal['spikes']): string {
  if (spikes.length === 0) return 'none';
  return spikes
    .map(
      (spike) => `${spike.kind} ${spike.direction} ${spike.robustSigmas.toFixed(1)}σ on ${spike.timeframe}`,
    )
    .join('; ');
}

function adviceWords(advice: QAdvice | undefined): string {
  if (!advice?.best) return 'none';
  return `${advice.best}, ${plural(advice.visits, 'visit')}${advice.counts ? '' : ', does not count'}`;
}
