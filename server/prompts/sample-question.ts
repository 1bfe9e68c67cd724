/**
 * A question for each agent on the made-up market: what a draft is tried on where no run has asked that agent yet. The
 * nodes themselves put them, so they are always of the shape a run's are.
 */
import type { Account } from '#domain/account.ts';
import { AppError } from '#domain/errors.ts';
import { snapshotRef } from '#domain/market.ts';
import { parseSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import type { RehearsalDeps } from '#graphs/rehearse.ts';
import { type CycleState, initialState } from '#graphs/state.ts';
import { DEFAULT_THRESHOLDS } from '#tools/breaker/assess-breaker.ts';
import { createQTableReader } from '#tools/qtable/q-table.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { wallClock } from '../wall-clock.ts';
import type { AgentName, HeardQuestion } from './heard-questions.ts';
import { questionsFrom } from './rehearsed-questions.ts';

/** A moment of the generator's market at which the rules open positions. */
const AT_MS: EpochMs = Date.UTC(2025, 0, 2, 12, 15);
const SEED = 7;
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'].map(parseSymbol);

const ACCOUNT: Account = {
  quote: 'USDT',
  balanceQuote: '10000',
  unrealisedQuote: '0',
  equityQuote: '10000',
  marginUsedQuote: '0',
  availableQuote: '10000',
  asOfMs: AT_MS,
};

/** The Guardian is asked from `watch` up, and the sample's market is calm. */
const WATCHED: Pick<CycleState, 'level' | 'breakerReasons'> = {
  level: 'watch',
  breakerReasons: [
    {
      trigger: 'btc_fall_1h',
      level: 'watch',
      value: 0.06,
      limit: 0.05,
      message: 'BTC fell 6% from its 1 h high, the threshold is 5%',
      hurts: ['long'],
    },
  ],
};

export async function sampleQuestion(agent: AgentName): Promise<HeardQuestion> {
  const { barsPerSeries } = DEFAULT_SETTINGS;
  const market = createGeneratorMarket({ seed: SEED, symbols: SYMBOLS, barsPerSeries });
  const asked = { symbols: SYMBOLS, asOfMs: AT_MS, barsPerSeries, snapshotId: 'sample' };
  const snapshot = await market.snapshot(asked);
  const begun: CycleState = {
    ...initialState({
      ...{
        runId: 'sample',
        deskId: 'sample',
        kind: 'cycle',
        mode: 'paper',
        symbols: SYMBOLS,
        question: null,
      },
      ...{ seed: SEED, promptSetId: 'none', startedAtMs: AT_MS, marketNowMs: AT_MS },
    }),
    snapshot: snapshotRef(snapshot),
    account: ACCOUNT,
    tradingState: { mode: 'active', reason: 'the sample', setBy: 'start', sinceMs: AT_MS },
  };
  const deps: RehearsalDeps = {
    market,
    qtable: createQTableReader(null),
    snapshots: { save: async () => {}, load: async () => snapshot },
    heardSpikes: async () => [],
    frames: createFrameStore(),
    wallClock,
    elapsedMs: () => performance.now(),
    limits: DEFAULT_LIMITS,
    thresholds: DEFAULT_THRESHOLDS,
    settings: DEFAULT_SETTINGS,
    control: { signal: new AbortController().signal, isCancelled: async () => false },
    pastTrading: async () => ({ cycles: [], trades: [], equity: [] }),
    recentTrading: async () => ({ trades: [], venueFailuresAtMs: [] }),
  };
  const heard =
    agent === 'guardian'
      ? await questionsFrom('guardian', { ...begun, ...WATCHED }, deps)
      : await questionsFrom('scanner', begun, deps);
  const question = heard.find((one) => one.agent === agent);
  if (question === undefined) throw new AppError('internal', `the sample asks nothing of the ${agent}`);
  return question;
}
