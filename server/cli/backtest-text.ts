import type { BacktestArming } from '#domain/backtest.ts';
import { percentText } from '#domain/percent.ts';
import { quoteOf } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import type { ReckonedBacktest } from '../backtest/backtest-result.ts';
import type { BacktestState } from '../backtest/walk-backtest.ts';

/** What a backtest came to, for a person. */
export function resultText({ result, sharpe, hold }: ReckonedBacktest, { outcomes }: BacktestState): string {
  const percent = (fraction: number) => percentText(fraction);
  const quote = quoteOf(result.symbols[0] ?? '');
  const money = (amount: number) => `${amount.toFixed(2)} ${quote}`;
  const cycles = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const held = hold.buyAndHold === null ? hold.buyAndHoldReason : percent(hold.buyAndHold.netFraction);
  const rows: readonly (readonly [string, string])[] = [
    ['strategy', `${result.strategy} on ${result.symbols.join(', ')}`],
    ['span', `${result.from} to ${result.to}, ${result.bars} bars`],
    ['cycles', cycles.join(', ') || 'none'],
    ['return', `${percent(result.returnFraction)} after fees, slippage and funding`],
    ['buy and hold', held],
    ['deepest fall', percent(result.maxDrawdownFraction)],
    ['Sharpe', sharpe.ratio === null ? `N/A: ${sharpe.reason}` : sharpe.ratio.toFixed(2)],
    ['trades', String(result.trades)],
    ...(result.armings.length > 0 ? [['armed', armedText(result.armings)] as const] : []),
    ['fees', money(result.fees)],
    ['funding paid', money(result.funding)],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(13)} ${value}`),
    'One span of the past, reckoned on paper: it says nothing of what comes.',
  ].join('\n');
}

/** What such a walk would have asked of a person. */
function armedText(armings: readonly BacktestArming[]): string {
  const times = armings.map(({ atMs, mode }) => `${isoTime(atMs).slice(0, 16)}Z (${mode})`);
  return `${armings.length} times by a person, as --arm-after has it: ${times.join(', ')}`;
}
