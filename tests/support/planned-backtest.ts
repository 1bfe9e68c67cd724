/** Backtests of recorded candles, planned as the command line plans them. */
import type { CycleRecord } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import { walkPlanByColumns } from '#server/backtest/columns/walk-plan.ts';
import { type BacktestPlan, planBacktest } from '#server/backtest/plan-backtest.ts';
import { strategyOf } from '#server/backtest/strategies.ts';
import { NOTHING_DONE, walkBacktest } from '#server/backtest/walk-backtest.ts';
import { readConfig } from '#server/config.ts';
import { RECORDED_MARKET } from './candle-files.ts';

export interface PlannedSpan {
  readonly symbols: readonly MarketSymbol[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly cycleEveryMs: number;
  readonly armAfterMs?: number;
  readonly dataPath?: string;
}

export function recordedPlan({ cycleEveryMs, dataPath, ...span }: PlannedSpan): Promise<BacktestPlan> {
  const config = readConfig({
    ...{ VIGIL_MARKET: 'replay', VIGIL_DATA: dataPath ?? RECORDED_MARKET, VIGIL_DATA_VENUE: 'BINANCEUSDM' },
    ...{ VIGIL_SPEED: '1', CYCLE_INTERVAL_MS: String(cycleEveryMs) },
  });
  return planBacktest({ config, stored: null, strategy: strategyOf('points'), ...span });
}

/** What a cycle decided, by the instant it decided on. */
export type Decisions = ReadonlyMap<string, ReturnType<typeof decisionOf>>;

function decisionOf(record: CycleRecord) {
  const { outcome, level, tradingState, subjects, proposals, withheld, verdicts, intents } = record;
  return {
    ...{ outcome, level, mode: tradingState.mode, subjects, proposals, withheld, verdicts },
    sent: intents.map(({ request, status }) => [request, status] as const),
    positions: record.positions,
  };
}

export interface PlannedWalk {
  readonly decisions: Decisions;
  readonly reckoned: Awaited<ReturnType<BacktestPlan['reckon']>>;
  readonly asked: { readonly bars: number; readonly guards: number; readonly cycles: number } | null;
}

export async function walkedByBars(plan: BacktestPlan): Promise<PlannedWalk> {
  const desk = await plan.openDesk(null);
  const decisions = new Map<string, ReturnType<typeof decisionOf>>();
  const eyed = {
    ...desk,
    async cycle() {
      const record = await desk.cycle();
      decisions.set(isoTime(record.startedAtMs), decisionOf(record));
      return record;
    },
  };
  const state = await walkBacktest(eyed, plan.span, {
    ...{ begun: NOTHING_DONE, signal: new AbortController().signal, onInstant: () => undefined },
  });
  const reckoned = await plan.reckon(desk, state);
  desk.close();
  return { decisions, reckoned, asked: null };
}

export async function walkedByColumns(plan: BacktestPlan): Promise<PlannedWalk> {
  const decisions = new Map<string, ReturnType<typeof decisionOf>>();
  const { desk, walk } = await walkPlanByColumns(plan, {
    signal: new AbortController().signal,
    onBars() {},
    onCycle: (record) => decisions.set(isoTime(record.startedAtMs), decisionOf(record)),
  });
  const reckoned = await plan.reckon(desk, walk.state);
  desk.close();
  return { decisions, reckoned, asked: walk.asked };
}
