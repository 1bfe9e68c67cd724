/** Figures of a study as they are printed. */
import type { PartJudgement } from '#tools/evaluation/judge-part.ts';

/** `+12.3%`; N/A where there is none. */
export function percent(fraction: number | null, places = 1): string {
  if (fraction === null) return 'N/A';
  const text = `${(fraction * 100).toFixed(places)}%`;
  return fraction > 0 ? `+${text}` : text.replace('-', '−');
}

export function ratio(value: number | null): string {
  return value === null ? 'N/A' : value.toFixed(2).replace('-', '−');
}

/** A probability; never told as 0 or 1. */
export function probability(value: number | null): string {
  if (value === null) return 'N/A';
  if (value < 0.001) return '<0.001';
  return value > 0.999 ? '>0.999' : value.toFixed(3);
}

/** `+12.3% (−4.0%…+30.1%)`, or why there is no figure. */
export function returnText({ score, range }: PartJudgement): string {
  if (score.whyNone !== null) return `N/A: ${score.whyNone}`;
  const around = range === null ? 'too few days for a range' : `${percent(range.low)}…${percent(range.high)}`;
  return `${percent(score.returnFraction)} (${around})`;
}

export function parametersText(parameters: Readonly<Record<string, number>> | undefined): string {
  if (parameters === undefined) return '';
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
