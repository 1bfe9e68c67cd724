/** A comparison in words. */
import type { Compared, ComparedField, Difference, RunsBeside } from '#domain/run-comparison.ts';
import { formatPlain } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { baseName, plural, spaced } from '../format/words.ts';

const FIELDS: Readonly<Partial<Record<ComparedField, string>>> = {
  tradingMode: 'trading state',
  quantityBase: 'size',
  entryPriceQuote: 'entry price',
  stopPriceQuote: 'stop price',
  targetPriceQuote: 'target price',
  deadlineMs: 'deadline',
};

export function fieldWords(field: ComparedField): string {
  return FIELDS[field] ?? field;
}

export function valueWords(field: ComparedField, value: Compared): string {
  if (value === null) return 'none';
  if (field === 'deadlineMs' && typeof value === 'number') return formatDuration(value);
  if (typeof value === 'number') return formatPlain(value);
  if (typeof value === 'string') return spaced(value);
  return value.length === 0 ? 'none' : value.map((part) => spaced(baseName(part))).join(', ');
}

/** How far a number moved, where both are numbers. */
export function changeWords({ was, is }: Difference): string | null {
  if (typeof was !== 'number' || typeof is !== 'number' || was === 0) return null;
  const share = ((is - was) / Math.abs(was)) * 100;
  return `${share > 0 ? '+' : '−'}${Math.abs(share).toFixed(1)}%`;
}

export function verdictOf({ firstDifference, differences }: RunsBeside): string {
  if (firstDifference === null) return 'Both decided the same';
  return `They differ from ${firstDifference} on, in ${plural(differences.length, 'thing')}`;
}
