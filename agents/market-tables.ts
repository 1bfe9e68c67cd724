/** The tables that more than one agent reads. */
import type { Account, Position } from '#domain/account.ts';
import type { Signal, Spike } from '#domain/signal.ts';
import type { EpochMs } from '#domain/time.ts';
import { ageSeconds, cellText, signed, table } from './evidence-table.ts';

export function signalTable(signals: readonly Signal[], nowMs: EpochMs): string {
  return table(
    [
      'symbol',
      'action',
      'score (points, acts at ±3)',
      'confidence (0..1)',
      'last (quote)',
      'ATR 14 (fraction of last)',
      'trend',
      'volatility',
      'volatility ratio (short/long)',
      'BTC correlation (-1..1)',
      'spikes (robust sigmas, age)',
      'age (s)',
    ],
    signals.map((signal) => [
      signal.symbol,
      signal.action,
      signed(signal.score),
      signal.confidenceFraction,
      signal.lastQuote,
      signal.atrQuote === null ? null : signal.atrQuote / signal.lastQuote,
      signal.regime.trend,
      signal.regime.volatility,
      signal.regime.volatilityRatio,
      signal.regime.btcCorrelation,
      spikeText(signal.spikes, nowMs),
      ageSeconds(signal.atMs, nowMs),
    ]),
  );
}

export function positionTable(positions: readonly Position[], nowMs: EpochMs): string {
  return table(
    [
      'symbol',
      'side',
      'quantity (base)',
      'entry (quote)',
      'mark (quote)',
      'leverage (x)',
      'margin (quote)',
      'unrealised (quote)',
      'funding paid (quote)',
      'liquidation (quote)',
      'held (s)',
    ],
    positions.map((position) => [
      position.symbol,
      position.side,
      Number(position.quantityBase),
      Number(position.entryPriceQuote),
      Number(position.markPriceQuote),
      position.leverage,
      Number(position.marginQuote),
      Number(position.unrealisedQuote),
      Number(position.fundingQuote),
      position.liquidationPriceQuote === null ? null : Number(position.liquidationPriceQuote),
      ageSeconds(position.openedAtMs, nowMs),
    ]),
  );
}

export function accountTable(account: Account | null, nowMs: EpochMs): string {
  if (account === null) return '(the venue could not be read)';
  return table(
    ['equity', 'balance', 'unrealised', 'margin used', 'available', 'currency', 'age (s)'],
    [
      [
        Number(account.equityQuote),
        Number(account.balanceQuote),
        Number(account.unrealisedQuote),
        Number(account.marginUsedQuote),
        Number(account.availableQuote),
        account.quote,
        ageSeconds(account.asOfMs, nowMs),
      ],
    ],
  );
}

function spikeText(spikes: readonly Spike[], nowMs: EpochMs): string {
  if (spikes.length === 0) return 'none';
  return spikes
    .map(
      ({ kind, direction, timeframe, robustSigmas, barOpenAtMs }) =>
        `${timeframe} ${kind} ${direction} ${cellText(robustSigmas)}σ ${ageSeconds(barOpenAtMs, nowMs)}s`,
    )
    .join(', ');
}
