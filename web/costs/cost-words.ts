import type { CostGroup, CostItem, CostReport } from '#domain/costs.ts';
import { formatCount, formatUsd } from '../format/number.ts';
import { formatDateTime } from '../format/time.ts';
import { baseName, plural } from '../format/words.ts';
import type { FigureCell } from '../ui/figure-grid.tsx';

export const GROUPS: readonly { readonly value: CostGroup; readonly label: string }[] = [
  { value: 'day', label: 'Day' },
  { value: 'agent', label: 'Agent' },
  { value: 'model', label: 'Model' },
  { value: 'symbol', label: 'Symbol' },
  { value: 'trade', label: 'Trade' },
];

/** What nobody told is unknown, never nothing. */
export function usdWords(usd: number | null): string {
  return usd === null ? 'unknown' : formatUsd(usd);
}

export function countWords(count: number | null): string {
  return count === null ? 'unknown' : formatCount(count);
}

export function unknownWords(calls: number): string | null {
  return calls === 0 ? null : `+ ${plural(calls, 'call')} unknown`;
}

export function itemName({ key, trade }: CostItem): string {
  if (trade !== null) return `${trade.side === 'buy' ? 'Long' : 'Short'} ${baseName(trade.symbol)}`;
  return key === null ? 'several symbols' : key.includes('/') ? baseName(key) : key;
}

export function itemTime({ trade }: CostItem): string | null {
  return trade === null ? null : formatDateTime(trade.placedAtMs);
}

export function totalFigures({ total, accepted }: CostReport): FigureCell[] {
  const { entries, cycles, usdPerEntry, unknownCalls } = accepted;
  return [
    { label: 'Known cost', value: usdWords(total.costUsd), note: unknownWords(total.unknown.costUsd) },
    {
      label: 'Charged for unknown prices',
      value: formatUsd(total.charged.usd),
      note:
        total.charged.calls === 0
          ? 'no such call in the last 31 days of it'
          : `the budget’s guess for ${plural(total.charged.calls, 'call')}; kept for 31 days`,
    },
    {
      label: 'Calls',
      value: formatCount(total.calls),
      note: `${plural(total.cachedAnswers, 'answer')} taken again at no cost`,
    },
    {
      label: 'Tokens in, out',
      value: `${countWords(total.inputTokens)}, ${countWords(total.outputTokens)}`,
      note: unknownWords(total.unknown.inputTokens),
    },
    { label: 'Abstentions', value: formatCount(total.abstentions), note: 'answers the rules gave instead' },
    {
      label: 'For an entry placed',
      value: entries === 0 ? 'N/A' : usdWords(usdPerEntry),
      note: `${plural(entries, 'entry', 'entries')} of ${plural(cycles, 'cycle')}${unknownCalls > 0 ? `, ${unknownWords(unknownCalls)}` : ''}`,
    },
  ];
}
