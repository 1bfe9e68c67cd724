/** The tables that more than one agent reads. */
import type { Account, Position } from '#domain/account.ts';
import type { Signal, Spike } from '#domain/signal.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Background } from './background.ts';
import { ageSeconds, cellText, rounded, signed, table } from './evidence-table.ts';
import { sequenceTable } from './sequence-tables.ts';

export function signalTable(signals: readonly Signal[], nowMs: EpochMs): string {
  return table(
    [
      'symbol',
      'action',
      'score (points, acts at ±3)',
      'confidence (0..1)',
      'last (quote)',
      'ATR 14 (fraction of last)',
      'trend (4h)',
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
      rounded(signal.confidenceFraction, 3),
      signal.lastQuote,
      signal.atrQuote === null ? null : rounded(signal.atrQuote / signal.lastQuote, 3),
      signal.regime.trend,
      signal.regime.volatility,
      rounded(signal.regime.volatilityRatio, 3),
      rounded(signal.regime.btcCorrelation, 3),
      spikeText(signal.spikes, nowMs),
      ageSeconds(signal.atMs, nowMs),
    ]),
  );
}

/** Bitcoin as everybody's backdrop, by its base: where it is no subject, its symbol is nothing to answer with. */
export function backdropTable(
  btc: Signal | null,
  { recent }: Pick<Background, 'recent'>,
  nowMs: EpochMs,
): string {
  if (btc === null) return '(BTC is not in the universe)';
  const { score, regime, spikes, atMs } = btc;
  const facts = table(
    ['coin', 'score (points)', 'trend (4h)', 'volatility', 'spikes (robust sigmas, age)', 'age (s)'],
    [
      [
        'BTC',
        signed(score),
        regime.trend,
        regime.volatility,
        spikeText(spikes, nowMs),
        ageSeconds(atMs, nowMs),
      ],
    ],
  );
  const closes = recent(btc.symbol).filter(({ key }) => key === 'close');
  return `${facts}\n${sequenceTable(closes, [], nowMs)}`;
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
        `${timeframe} ${kind} ${direction} ${cellText(rounded(robustSigmas, 3))}σ ${ageSeconds(barOpenAtMs, nowMs)}s`,
    )
    .join(', ');
}
