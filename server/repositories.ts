/** The tables of one process, each behind its repository. */

import { createAnswerCacheRepository } from '#db/repositories/answer-cache.ts';
import { createApprovalRepository } from '#db/repositories/approvals.ts';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createBacktestRepository } from '#db/repositories/backtests.ts';
import { createCallWords } from '#db/repositories/call-words.ts';
import { createCostRepository } from '#db/repositories/costs.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { createEquityMarks } from '#db/repositories/equity-marks.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { createIdempotencyRepository } from '#db/repositories/idempotency.ts';
import { createLineageRepository } from '#db/repositories/lineage.ts';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createLogInAttempts } from '#db/repositories/log-in-attempts.ts';
import { createLogLines } from '#db/repositories/log-lines.ts';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createPaperStore } from '#db/repositories/paper-store.ts';
import { createPastTrading } from '#db/repositories/past-trading.ts';
import { createPromptTrials } from '#db/repositories/prompt-trials.ts';
import { createPromptRepository } from '#db/repositories/prompts.ts';
import { createQTableRepository } from '#db/repositories/q-tables.ts';
import { createRecentTrading } from '#db/repositories/recent-trading.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRetrainFacts } from '#db/repositories/retrain-facts.ts';
import { createRunTraceRepository } from '#db/repositories/run-trace.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSessionRepository } from '#db/repositories/sessions.ts';
import { createSignalRepository } from '#db/repositories/signals.ts';
import { createSnapshotRepository } from '#db/repositories/snapshots.ts';
import { createSpanRepository } from '#db/repositories/spans.ts';
import { createSpendingRepository } from '#db/repositories/spending.ts';
import { createSpendingSwitchRepository } from '#db/repositories/spending-switch.ts';
import { createSpikeRepository } from '#db/repositories/spikes.ts';
import { createStrategyWeightsRepository } from '#db/repositories/strategy-weights.ts';
import { createTradedSpans } from '#db/repositories/traded-span.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { createVenueLoadRepository } from '#db/repositories/venue-load.ts';
import { createVitalSigns } from '#db/repositories/vital-signs.ts';
import { PROTECTIONS_LOOK_BACK } from '#tools/risk/protection-limits.ts';
import type { Config } from './config.ts';
import { isOfMarket } from './engine/market-desks.ts';
import type { HeldSymbols, OpenMarket } from './engine/market-source.ts';
import type { OpenedDatabase } from './open-database.ts';

export type Rows = ReturnType<typeof openRepositories>;

/** Needed before there is a market, which offers what is held. */
export const openOrders = createOrderRepository;
export const openVenueLoad = createVenueLoadRepository;

export function openRepositories(
  { database }: OpenedDatabase,
  { key, startAtMs }: Pick<OpenMarket, 'key' | 'startAtMs'>,
  { mode }: Pick<Config, 'mode'>,
) {
  const beginning =
    mode === 'live'
      ? ({ mode: 'halted', reason: 'live trading starts halted, until a person arms it' } as const)
      : ({ mode: 'active', reason: 'paper trading starts active' } as const);
  const defaultState = { ...beginning, setBy: 'start-up', sinceMs: startAtMs };
  const callWords = createCallWords(database);
  return {
    approvals: createApprovalRepository(database),
    audit: createAuditRepository(database),
    backtests: createBacktestRepository(database),
    runs: createRunRepository(database),
    records: createRecordRepository(database, callWords),
    spans: createSpanRepository(database),
    traces: createRunTraceRepository(database),
    calls: createLlmCallRepository(database, callWords),
    answers: createAnswerCacheRepository(database),
    costs: createCostRepository(database),
    spending: createSpendingRepository(database),
    spendingSwitch: createSpendingSwitchRepository(database),
    orders: createOrderRepository(database),
    lineage: createLineageRepository(database),
    tradingState: createTradingStateRepository(database, {
      defaultState,
      market: { key, includes: (deskId) => isOfMarket({ deskId }, key) },
    }),
    desks: createDeskRepository(database),
    signals: createSignalRepository(database),
    snapshots: createSnapshotRepository(database),
    prompts: createPromptRepository(database),
    qTables: createQTableRepository(database),
    strategyWeights: createStrategyWeightsRepository(database),
    trials: createPromptTrials(database),
    events: createEventRepository(database),
    spikes: createSpikeRepository(database, { marketKey: key }),
    paperStore: createPaperStore(database) as ReturnType<typeof createPaperStore<never>>,
    marketClock: createMarketClockRepository(database),
    idempotency: createIdempotencyRepository(database),
    sessions: createSessionRepository(database),
    logInAttempts: createLogInAttempts(database),
    equityMarks: createEquityMarks(database, { marketKey: key }),
    pastTrading: createPastTrading(database),
    retrainFacts: createRetrainFacts(database),
    logs: createLogLines(database),
    vitalSigns: createVitalSigns(database),
    tradedSpans: createTradedSpans(database),
    recentTrading: createRecentTrading(database, PROTECTIONS_LOOK_BACK),
  };
}

/** What the desks of a market hold, by its key. */
export function heldIn(orders: Pick<Rows['orders'], 'positions'>): HeldSymbols {
  return async (marketKey) =>
    (await orders.positions())
      .filter((position) => isOfMarket(position, marketKey))
      .map(({ symbol }) => symbol);
}
