import type { QTableFacts, QTableScore } from '#domain/q-table.ts';
import { Q_LEAST_TRADES } from '#domain/q-table.ts';
import { isoTime } from '#domain/time.ts';

/** The facts and both scores of a table, for a terminal. */
export function scoreText(facts: Omit<QTableFacts, 'curve'>): string {
  const { symbols, timeframe, visitedStates, supportedStates, parameters } = facts;
  const { inSample, outOfSample } = facts.scores;
  return [
    `${symbols.join(', ')} on ${timeframe} bars; ${visitedStates} states seen, ${supportedStates} of them at least ${parameters.minVisits} times`,
    ...columns([
      ['', 'in sample', 'held out'],
      ['from', day(inSample.fromMs), day(outOfSample.fromMs)],
      ['to', day(inSample.toMs), day(outOfSample.toMs)],
      ...ROWS.map(([name, of]) => [name, of(inSample), of(outOfSample)]),
    ]),
    `after costs, a unit in each trade, nothing compounded; N/A is fewer than ${Q_LEAST_TRADES} trades, or nothing to divide by`,
  ].join('\n');
}

const ROWS: readonly (readonly [string, (score: QTableScore) => string])[] = [
  ['trades', ({ trades }) => String(trades)],
  ['return', ({ returnFraction }) => percent(returnFraction)],
  ['hold instead', ({ holdReturnFraction }) => percent(holdReturnFraction)],
  ['win rate', ({ winRateFraction }) => percent(winRateFraction)],
  ['profit factor', ({ profitFactor }) => profitFactor?.toFixed(2) ?? 'N/A'],
  ['Sharpe', ({ sharpe }) => sharpe?.toFixed(2) ?? 'N/A'],
  ['deepest fall', ({ maxDrawdownFraction }) => percent(maxDrawdownFraction)],
  ['costs', ({ costsFraction }) => percent(costsFraction)],
  ['funding paid', ({ fundingFraction }) => percent(fundingFraction)],
  ['time in a position', ({ exposureFraction }) => percent(exposureFraction)],
  ['bars with support', ({ supportedFraction }) => percent(supportedFraction)],
];

export function percent(fraction: number | null): string {
  return fraction === null ? 'N/A' : `${(fraction * 100).toFixed(2)}%`;
}

export function day(atMs: number): string {
  return isoTime(atMs).slice(0, 10);
}

/** Cells under each other, the first to the left and the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
