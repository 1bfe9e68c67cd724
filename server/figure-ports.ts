/** What the HTTP border needs for backtests, model costs, modes and the log; beside `ApiDeps`, which names them. */
import type { BacktestRepository } from '#db/repositories/backtests.ts';
import type { LogLineRepository } from '#db/repositories/log-lines.ts';
import type { Backtest, BacktestChoices } from '#domain/backtest.ts';
import type { CostGroup, CostReport } from '#domain/costs.ts';
import type { ModelModes, SpendingMode } from '#domain/spending.ts';
import type { EpochMs } from '#domain/time.ts';

export interface CostsPort {
  report(by: CostGroup, span: { readonly fromMs: EpochMs; readonly toMs: EpochMs }): Promise<CostReport>;
}

export interface ModelsPort {
  modes(): Promise<ModelModes>;
  /** Null takes the switch back. @throws AppError `conflict` */
  switchTo(mode: SpendingMode | null): Promise<ModelModes>;
}

export type BacktestStart = Pick<Backtest, 'strategy' | 'symbols' | 'fromMs' | 'toMs'>;

export interface BacktestsPort extends Pick<BacktestRepository, 'get' | 'list' | 'bars' | 'cancel'> {
  choices(): Promise<BacktestChoices>;
  /** Gives its id. @throws AppError `request_invalid`, `candle_data_missing`, `conflict` where enough are waiting */
  start(asked: BacktestStart): Promise<string>;
}

/** The newest log lines of every process. */
export type LogsPort = Pick<LogLineRepository, 'after' | 'bounds' | 'beforeNewest' | 'subscribe'>;
