/** How evidence looks in a prompt: compact tables, the unit in every heading, ages instead of clock times. */
import type { EpochMs } from '#domain/time.ts';

export type Cell = string | number | null | undefined;

/** Rows under one heading, `|` between cells. Nothing to show says so, so that silence is never read as calm. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '(none)';
  return [headings, ...rows].map((row) => row.map(cellText).join(' | ')).join('\n');
}

/** Six significant digits, plain notation; an absent value is a dash. */
export function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '-';
  if (typeof cell === 'string') return cell.replaceAll(/[|\r\n]+/g, ' ');
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

/** Text that a person or the web wrote, as data: it cannot close its own fence, and it is cut at 2,000 characters. */
export function fenced(source: string, text: string): string {
  const harmless = text.slice(0, MAX_UNTRUSTED_LENGTH).replaceAll('<', '‹').replaceAll('>', '›');
  return `<untrusted source="${source}">\n${harmless}\n</untrusted>`;
}

function plainNumber(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return Math.abs(rounded) < 1e-6 && rounded !== 0 ? rounded.toFixed(12).replace(/0+$/, '') : String(rounded);
}
