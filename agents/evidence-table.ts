/** How evidence looks in a prompt: compact tables, the unit in every heading, ages instead of clock times. */
import type { EpochMs } from '#domain/time.ts';

export type Cell = string | number | null | undefined;

/** Rows under one heading, `|` between cells. Nothing to show says so, so that silence is never read as calm. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '(none)';
  return [headings, ...rows].map((row) => row.map(cellText).join(' | ')).join('\n');
}

/** A number at this many significant digits: sequences tell a shape, and each digit is paid for. */
export function rounded(value: number | null | undefined, digits: number): number | null {
  return value === null || value === undefined ? null : Number(value.toPrecision(digits));
}

/** An amount of money to the hundredth, or to four digits where it is less than one. */
export function amount(quote: string | null): number | null {
  if (quote === null) return null;
  const value = Number(quote);
  return Math.abs(value) >= 1 ? Number(value.toFixed(2)) : rounded(value, 4);
}

/** A fence in a cell would close the one around a stranger's words, or open one of its own. */
const FENCE_IN_CELL = /<(?=\s*\/?\s*untrusted)/gi;

/** Six significant digits, plain notation; an absent value is a dash. Text is of one line, without a fence. */
export function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '-';
  if (typeof cell === 'string')
    return cell.replaceAll(/[|\r\n\u2028\u2029]+/g, ' ').replaceAll(FENCE_IN_CELL, '‹');
  return Number.isFinite(cell) ? plainNumber(cell) : '-';
}

export function signed(value: number): string {
  return value > 0 ? `+${plainNumber(value)}` : plainNumber(value);
}

/** Seconds between an instant and now, never negative. */
export function ageSeconds(atMs: EpochMs, nowMs: EpochMs): number {
  return Math.max(0, Math.round((nowMs - atMs) / 1_000));
}

const MAX_UNTRUSTED_LENGTH = 2_000;
/** Who wrote a question that somebody asks in an analysis. */
export const PERSON_SOURCE = 'a person’s question';

/** Text that a person or the web wrote, as data: it cannot close its own fence, and it is cut at 2,000 characters. */
export function fenced(source: string, text: string): string {
  const harmless = text.slice(0, MAX_UNTRUSTED_LENGTH).replaceAll('<', '‹').replaceAll('>', '›');
  return `<untrusted source="${source}">\n${harmless}\n</untrusted>`;
}

function plainNumber(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return Math.abs(rounded) < 1e-6 && rounded !== 0 ? rounded.toFixed(12).replace(/0+$/, '') : String(rounded);
}
