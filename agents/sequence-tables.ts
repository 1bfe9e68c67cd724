/** Sequences of the newest closed bars, oldest first: where an indicator comes from, and not only where it stands. */
import type { RecentValues } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { Background, SettledFunding } from './background.ts';
import { ageSeconds, cellText, rounded, table } from './evidence-table.ts';

/** What each series is measured in, and the digits it is worth. */
const SERIES: Readonly<Record<string, { readonly unit: string; readonly digits: number }>> = {
  close: { unit: 'quote', digits: 6 },
  rsi14: { unit: '0..100', digits: 3 },
  rsi7: { unit: '0..100', digits: 3 },
  macdHistogram: { unit: 'quote', digits: 3 },
  volumeSurge: { unit: '× usual', digits: 3 },
};

/** A value is told with the same digits wherever it stands. */
export function digitsOf(key: string): number {
  return SERIES[key]?.digits ?? 6;
}

/** Every series of one symbol, by the key it may be quoted under, and the settled funding where there is any. */
export function sequenceTable(
  recent: readonly RecentValues[],
  fundings: readonly SettledFunding[],
  nowMs: EpochMs,
): string {
  const rows = recent.map(({ key, timeframe, values, newestAtMs }) => [
    `${key}@${timeframe}`,
    SERIES[key]?.unit,
    ageSeconds(newestAtMs, nowMs),
    sequenceText(key, values),
  ]);
  const settled = fundings.at(-1);
  if (settled !== undefined)
    rows.push([
      'settled funding',
      'fraction of notional',
      ageSeconds(settled.atMs, nowMs),
      fundings.map(({ rateFraction }) => cellText(rounded(rateFraction, 3))).join(' '),
    ]);
  return table(['series', 'unit', 'newest (s ago)', 'values, oldest → newest'], rows);
}

export interface Shown {
  readonly key: string;
  /** `fast` is the finest there is. */
  readonly timeframe: Timeframe | 'fast';
}

/** A few series of many symbols, one line for each. */
export function sequencesOf(
  symbols: readonly MarketSymbol[],
  { recent }: Pick<Background, 'recent'>,
  shown: readonly Shown[],
): string {
  const known = [...new Set(symbols)].map((symbol) => [symbol, recent(symbol)] as const);
  const fast = known
    .flatMap(([, series]) => series.map(({ timeframe }) => timeframe))
    .reduce<Timeframe>((finest, one) => (TIMEFRAME_MS[one] < TIMEFRAME_MS[finest] ? one : finest), '1d');
  const columns = shown.map(({ key, timeframe }) => ({
    key,
    timeframe: timeframe === 'fast' ? fast : timeframe,
  }));
  return table(
    ['symbol', ...columns.map(({ key, timeframe }) => `${key}@${timeframe} (${SERIES[key]?.unit})`)],
    known.map(([symbol, series]) => [
      symbol,
      ...columns.map(({ key, timeframe }) => {
        const found = series.find((one) => one.key === key && one.timeframe === timeframe);
        return found === undefined ? null : sequenceText(key, found.values);
      }),
    ]),
  );
}

function sequenceText(key: string, values: RecentValues['values']): string {
  return values.map((value) => cellText(rounded(value, digitsOf(key)))).join(' ');
}
