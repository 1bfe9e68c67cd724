/** Walks a desk along the candles of a folder and tells what it took: by columns, or bar for bar over its first days. */

import { DAY_MS } from '#domain/time.ts';
import { walkPlanByColumns } from '#server/backtest/columns/walk-plan.ts';
import { planBacktest } from '#server/backtest/plan-backtest.ts';
import { strategyOf } from '#server/backtest/strategies.ts';
import { NOTHING_DONE, walkBacktest } from '#server/backtest/walk-backtest.ts';
import { readConfig } from '#server/config.ts';
import type { DeskWalk, DeskWalkRequest } from './desk-bench.ts';

const KB_PER_MB = 1_024;
const NEVER = new AbortController().signal;

const request: DeskWalkRequest = JSON.parse(process.argv[2] ?? '{}');
const config = readConfig({
  ...{ VIGIL_MARKET: 'replay', VIGIL_DATA: request.folder, VIGIL_SPEED: '1' },
  CYCLE_INTERVAL_MS: String(request.cycleEveryMs),
});
const startMs = performance.now();
const plan = await planBacktest({
  ...{ config, stored: null, strategy: strategyOf('points'), symbols: [request.symbol] },
  ...{ fromMs: request.fromMs, toMs: request.toMs, armAfterMs: DAY_MS },
});
const readMs = performance.now() - startMs;
const { limits } = plan.deskOptions;
const asked = request.mayOpen
  ? plan
  : { ...plan, deskOptions: { ...plan.deskOptions, limits: { ...limits, maxOpenPositions: 0 } } };
const walk = request.byColumns ? await byColumns() : await barForBar();
process.send?.({ ...walk, readMs, peakMb: process.resourceUsage().maxRSS / KB_PER_MB } satisfies DeskWalk);

async function byColumns() {
  const beganMs = performance.now();
  const { desk, walk } = await walkPlanByColumns(asked, { signal: NEVER, onBars() {} });
  const walkMs = performance.now() - beganMs;
  const { guards, cycles, bars } = walk.asked;
  desk.close();
  return { walkMs, bars, trades: desk.books.trades.size, asked: { guards, cycles } };
}

async function barForBar() {
  const desk = await plan.openDesk(null);
  const beganMs = performance.now();
  await walkBacktest(desk, plan.span, { begun: NOTHING_DONE, signal: NEVER, onInstant: () => undefined });
  const walkMs = performance.now() - beganMs;
  const bars = Math.round((plan.span.toMs - plan.span.fromMs) / plan.span.barMs) + 1;
  desk.close();
  return { walkMs, bars, trades: desk.books.trades.size, asked: { guards: bars, cycles: bars } };
}
