/** A planned backtest over columns. */
import type { BacktestPlan } from '../plan-backtest.ts';
import { type ColumnDesk, openColumnDesk } from './column-desk.ts';
import { openColumnMarket } from './column-market.ts';
import { type ColumnWalk, type ColumnWalkOptions, walkColumns } from './walk-columns.ts';

export interface WalkedPlan {
  readonly desk: ColumnDesk['desk'];
  readonly walk: ColumnWalk;
}

/** The desk is to be closed by who asked. @throws AppError as a walk bar for bar does */
export async function walkPlanByColumns(
  { opened, span, deskOptions }: Pick<BacktestPlan, 'opened' | 'span' | 'deskOptions'>,
  options: Omit<ColumnWalkOptions, 'limits'>,
): Promise<WalkedPlan> {
  const { settings, breaker, limits } = deskOptions;
  const windowBars = settings.barsPerSeries;
  const columns = await openColumnMarket(opened, { windowBars, limits: breaker.limits });
  const columnDesk = await openColumnDesk(deskOptions, columns, span.cycleEveryMs);
  const walk = await walkColumns(columnDesk, columns, span, { ...options, limits });
  return { desk: columnDesk.desk, walk };
}
