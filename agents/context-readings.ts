/** What the Context agent is shown of one symbol, under the keys it may quote: one list for the prompt and the check. */
import type { Signal } from '#domain/signal.ts';
import type { ContextQuestion } from './agent-desk.ts';
import { type Cell, rounded, table } from './evidence-table.ts';
import type { Readings } from './grounding.ts';
import { digitsOf } from './sequence-tables.ts';

interface Fact {
  readonly key: string;
  readonly value: number | null;
  readonly unit: string;
  /** As it is shown; six significant ones when absent. */
  readonly digits?: number;
}

/** Every measured value by its key: facts by name, indicators as `key@timeframe`. Warm-up has no entry. */
export function contextReadings(question: ContextQuestion): Readings {
  const indicators = question.signal.indicators.map(({ key, timeframe, value }) => ({
    key: `${key}@${timeframe}`,
    value,
  }));
  const measured = new Map<string, number>();
  for (const { key, value } of [...factsOf(question), ...indicators])
    if (value !== null && Number.isFinite(value)) measured.set(key, value);
  return measured;
}

/** The facts, then the indicators with one column for each timeframe. */
export function readingsTable(question: ContextQuestion): string {
  const facts = table(
    ['key', 'value', 'unit'],
    factsOf(question).map(({ key, value, unit, digits = 6 }) => [key, rounded(value, digits), unit]),
  );
  return `${facts}\n\n${indicatorTable(question.signal)}`;
}

function indicatorTable({ indicators }: Signal): string {
  const timeframes = [...new Set(indicators.map(({ timeframe }) => timeframe))];
  const values = new Map(indicators.map(({ key, timeframe, value }) => [`${key}@${timeframe}`, value]));
  const keys = [...new Set(indicators.map(({ key }) => key))];
  return table(
    ['indicator', ...timeframes],
    keys.map((key): Cell[] => [
      key,
      ...timeframes.map((timeframe) => rounded(values.get(`${key}@${timeframe}`), digitsOf(key))),
    ]),
  );
}

function factsOf({
  signal,
  btc,
  fundingRateFraction,
  openInterestQuote,
  qAdvice,
  position,
}: ContextQuestion): Fact[] {
  return [
    { key: 'last', value: signal.lastQuote, unit: 'quote' },
    { key: 'atr', value: signal.atrQuote, unit: 'quote, ATR 14' },
    { key: 'score', value: signal.score, unit: 'points, acts at ±3' },
    { key: 'confidence', value: signal.confidenceFraction, unit: '0..1', digits: 3 },
    {
      key: 'volatility_ratio',
      value: signal.regime.volatilityRatio,
      unit: 'short over long; volatile over 1.5, calm under 0.7',
      digits: 3,
    },
    { key: 'btc_correlation', value: signal.regime.btcCorrelation, unit: '-1..1', digits: 3 },
    { key: 'btc_score', value: btc?.score ?? null, unit: 'points, acts at ±3' },
    {
      key: 'funding_rate',
      value: fundingRateFraction,
      unit: 'fraction of notional; positive: longs pay shorts',
      digits: 3,
    },
    { key: 'open_interest', value: openInterestQuote, unit: 'quote' },
    { key: 'q_visits', value: qAdvice?.visits ?? null, unit: 'visits of the table’s state' },
    {
      key: 'position_unrealised',
      value: position === null ? null : Number(position.unrealisedQuote),
      unit: 'quote; a dash where no position is open',
    },
  ];
}
