import type { QAction } from '#domain/signal.ts';
import type { QTableSummary } from '../api/q-table-types.ts';
import { formatPlain } from '../format/number.ts';
import { formatDate } from '../format/time.ts';
import { baseName } from '../format/words.ts';

/** What each bucket is called on the page; docs/qtable.md says what it is made of. */
const BUCKET_LABELS: Readonly<Record<string, string>> = {
  trend: 'Trend',
  btc: 'Trend of BTC',
  macd: 'MACD',
  rsi: 'RSI',
  bollinger: 'Bollinger band',
  vwap: 'VWAP',
  volatility: 'Volatility',
  position: 'Position',
};

export function bucketLabel(name: string): string {
  return BUCKET_LABELS[name] ?? name;
}

/** The role of the colour that stands for an action. */
export const ACTION_COLOURS: Record<QAction, string> = {
  hold: 'var(--accent)',
  long: 'var(--up)',
  short: 'var(--down)',
  close: 'var(--watch)',
};

export function versionWords(version: number | null): string {
  return version === null ? 'no table' : `version ${version}`;
}

/** A value in the table's own unit: fractions of a trade's notional, after costs. */
export function valueWords(value: number | null, digits = 4): string {
  if (value === null) return '–';
  const text = formatPlain(Number(value.toPrecision(digits)));
  return value > 0 ? `+${text}` : text;
}

/** `BTC, ETH on 15m, 2025-01-01 to 2025-02-24` */
export function spanWords({ symbols, timeframe, fromMs, toMs }: QTableSummary['facts']): string {
  return `${symbols.map(baseName).join(', ')} on ${timeframe}, ${formatDate(fromMs)} to ${formatDate(toMs)}`;
}
