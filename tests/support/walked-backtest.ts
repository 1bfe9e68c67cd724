/** Backtests of the shipped settings over a market, walked in a test's own process. */
import type { CycleRecord } from '#domain/run.ts';
import { type EpochMs, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { promptSetOf } from '#prompts/prompt-source.ts';
import { type BacktestDesk, type DeskContents, openBacktestDesk } from '#server/backtest/backtest-desk.ts';
import { strategyOf } from '#server/backtest/strategies.ts';
import type { BacktestSpan } from '#server/backtest/walk-backtest.ts';
import { readConfig } from '#server/config.ts';

export async function openWalkedDesk(
  market: MarketData,
  startAtMs: EpochMs,
  contents?: DeskContents,
  strategy = 'points',
): Promise<BacktestDesk> {
  const { limits, breaker, market: settings } = readConfig({});
  const symbols = (await market.instruments()).map(({ symbol }) => symbol);
  return openBacktestDesk({
    ...{ deskId: 'walked', market, symbols, limits, breaker, startAtMs, seed: settings.seed },
    strategy: strategyOf(strategy),
    prompts: promptSetOf(loadPrompts('prompts')),
    settings: DEFAULT_SETTINGS,
    ...(contents && { contents }),
  });
}

export function spanOf(market: MarketData, fromMs: EpochMs, toMs: EpochMs): BacktestSpan {
  return { fromMs, toMs, barMs: TIMEFRAME_MS[market.finestTimeframe], cycleEveryMs: 15 * MINUTE_MS };
}

/** Every record of a walk, for who compares what was decided. */
export function recordsOf(desk: BacktestDesk): {
  readonly desk: BacktestDesk;
  readonly records: CycleRecord[];
} {
  const records: CycleRecord[] = [];
  return {
    records,
    desk: {
      ...desk,
      async cycle() {
        const record = await desk.cycle();
        records.push(record);
        return record;
      },
    },
  };
}
