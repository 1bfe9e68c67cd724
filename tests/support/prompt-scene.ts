/**
 * A desk with its hands full, for looking at prompts: eight subjects, eight passed opens, three positions and the
 * record of twenty cycles, on the generator's candles. What each agent is asked is caught where a model would be asked.
 */
import type { AgentDesk } from '#agents/agent-desk.ts';
import type { ChatModel, ModelRequest } from '#agents/chat-model.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import type { Position } from '#domain/account.ts';
import type { PastCycle, PastTrade } from '#domain/feedback.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { Signal } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { type BackgroundDeps, type BookSeen, backgroundOf } from '#graphs/background.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { type Frame, measure } from '#graphs/frames.ts';
import { initialState, type RunRequest } from '#graphs/state.ts';
import { fixedPromptSource, type PromptSet } from '#prompts/prompt-source.ts';
import { propose } from '#tools/proposals/propose.ts';
import { resize } from '#tools/risk/findings.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { accountOf, adviceOn, PROMPT_SET, positionOf, spikeOf, verdictOn } from './agent-fixtures.ts';

const BASES = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'ADA', 'AVAX', 'LINK', 'BNB', 'TRX', 'LTC'];
const SYMBOLS = BASES.map((base) => `${base}/USDT:USDT`);
const SUBJECTS = 8;
export const SCENE_AT_MS = DEFAULT_START_AT_MS + 12 * HOUR_MS + 2 * MINUTE_MS;

export interface PromptScene {
  readonly frame: Frame;
  readonly subjects: readonly Signal[];
  readonly positions: readonly Position[];
  readonly proposals: readonly TradeProposal[];
  readonly request: RunRequest;
  readonly deps: BackgroundDeps;
  /** What each agent is asked, by its name; the Context agent about the first subject. */
  asked(): Promise<ReadonlyMap<string, ModelRequest>>;
}

export async function createPromptScene(promptSet: PromptSet = PROMPT_SET): Promise<PromptScene> {
  const market = createGeneratorMarket({ seed: 11, symbols: SYMBOLS, barsPerSeries: 150 });
  const snapshot = await market.snapshot({
    ...{ symbols: SYMBOLS, asOfMs: SCENE_AT_MS, barsPerSeries: 150, snapshotId: 'scene' },
  });
  const measured = measure(snapshot);
  const signals = new Map(
    [...measured.signals].map(([symbol, signal]) => [symbol, pressing(signal, snapshot)]),
  );
  const frame = { snapshot, signals };
  const all = [...signals.values()];
  const subjects = all.slice(0, SUBJECTS);
  const positions = all.slice(SUBJECTS).map(heldIn);
  const proposals = proposalsFor(subjects, snapshot);
  const verdicts = proposals.map(resizedVerdict);
  const trades = Array.from({ length: 20 }, (_, index) => tradeOf(subjects, index));
  const cycles = Array.from({ length: 20 }, (_, index) => cycleOf(proposals, snapshot, index));
  const deps: BackgroundDeps = {
    ...{ market, limits: DEFAULT_LIMITS, settings: { ...DEFAULT_SETTINGS, maxSubjects: SUBJECTS } },
    pastTrading: async () => ({ cycles, trades, equity: twentyDays() }),
  };
  const request = requestAt(SCENE_AT_MS);
  const account = accountOf({ marginUsedQuote: '412.5', unrealisedQuote: '-18.2', asOfMs: SCENE_AT_MS });
  const book: BookSeen = {
    ...{ account, positions, openEntries: [] },
    equityMarks: async () => ({ dayStartQuote: '10080.5', peakQuote: '10240' }),
  };
  const ask = (symbol: MarketSymbol | null = null) => ({
    ...{ runId: 'run_scene', spanId: 'span', symbol, promptSetId: promptSet.promptSetId },
    ...{ atMs: SCENE_AT_MS, signal: new AbortController().signal },
    background: backgroundOf(request, frame, deps, book),
  });

  async function asked(): Promise<Map<string, ModelRequest>> {
    const requests = new Map<string, ModelRequest>();
    const desk = deskOf(promptSet, (asking) => requests.set(asking.agent, asking));
    const first = all[0]!;
    const passed = { proposals, verdicts, signals: subjects };
    const shortlist = subjects;
    await desk.guardian({ level: 'watch', reasons: REASONS, signals: all, account, positions }, ask());
    await desk.scanner({ shortlist, positions, maxSubjects: SUBJECTS }, ask());
    await desk.context(
      {
        ...{ signal: first, btc: signals.get('BTC/USDT:USDT') ?? null, qAdvice: adviceOn(first.symbol) },
        position: heldIn(first),
        fundingRateFraction: snapshot.markets.get(first.symbol)?.funding?.rateFraction ?? null,
        openInterestQuote: snapshot.markets.get(first.symbol)?.openInterestQuote ?? null,
        question: 'Is this a breakout or will it come back?',
      },
      ask(first.symbol),
    );
    await desk.risk({ ...passed, account, positions }, ask());
    await desk.executor(passed, ask());
    return requests;
  }

  return { frame, subjects, positions, proposals, request, deps, asked };
}

const REASONS = [
  {
    ...{ trigger: 'btc_fall_1h', level: 'watch' as const, value: 0.1134, limit: 0.15 },
    message: 'BTC fell 11.34% in an hour, trading halts at 15%',
  },
  {
    ...{ trigger: 'daily_loss', level: 'watch' as const, value: 0.0162, limit: 0.03 },
    message: 'daily loss is 1.62%, trading halts at 3%',
  },
];

/** A model that hears every question and answers none. */
function deskOf(promptSet: PromptSet, heard: (request: ModelRequest) => void): AgentDesk {
  const model: ChatModel = {
    name: 'listener',
    async ask(request) {
      heard(request);
      const usage = { calls: 1, inputTokens: null, outputTokens: null, costUsd: null };
      return { outcome: 'timed_out', detail: 'it only listens', usage };
    },
  };
  const prompts = fixedPromptSource(promptSet);
  return createAgentDesk({ model, prompts, budget: null });
}

/** The generator's signal as it would look on a busy day: over the threshold, its way, with a spike of either kind. */
function pressing(signal: Signal, { markets }: MarketSnapshot): Signal {
  const closes = markets.get(signal.symbol)?.series.get('3m')?.close ?? new Float64Array();
  const isRising = (closes.at(-1) ?? 0) >= (closes.at(-8) ?? 0);
  const [direction, sign, action] = isRising ? (['up', 1, 'buy'] as const) : (['down', -1, 'sell'] as const);
  const of = { direction, barOpenAtMs: SCENE_AT_MS - 5 * MINUTE_MS };
  const spikes = [
    spikeOf(signal.symbol, { ...of, robustSigmas: sign * 6.4231 }),
    spikeOf(signal.symbol, { ...of, kind: 'volume', robustSigmas: sign * 9.1177 }),
  ];
  const readings: Signal['readings'] = [
    { rule: 'macd_cross', timeframe: '1h', points: 3 * sign, evidence: 'histogram crossed zero one bar ago' },
    { rule: 'vwap_side', timeframe: '15m', points: sign, evidence: 'close beyond the VWAP' },
    { rule: 'ema_stack', timeframe: '1h', points: 2 * sign, evidence: 'EMA 9, 21 and 50 in order' },
  ];
  const votes = readings.map(({ rule, timeframe, points }) => `${rule} ${timeframe} ${points}`).join(', ');
  const reason = `${action} at ${6 * sign} points (threshold 3); ${votes}; volatility ${signal.regime.volatility}`;
  return { ...signal, action, score: 6 * sign, confidenceFraction: 2 / 3, readings, spikes, reason };
}

function proposalsFor(subjects: readonly Signal[], { markets }: MarketSnapshot): TradeProposal[] {
  const wanted = subjects.flatMap((signal) => {
    const instrument = markets.get(signal.symbol)?.instrument;
    return instrument === undefined
      ? []
      : [{ signal, instrument, position: null, advice: null, opinion: null }];
  });
  const desk = { account: accountOf(), limits: DEFAULT_LIMITS, convictionWeight: 0.3 };
  return propose(wanted, desk).proposals;
}

function resizedVerdict(proposal: TradeProposal): Verdict {
  const quantityBase = String(Number((Number(proposal.quantityBase) * 0.8).toPrecision(4)));
  const findings = [resize('correlation_over_limit', { value: 11_234.5, limit: 10_000 })];
  return verdictOn(proposal, { outcome: 'resized', quantityBase, findings });
}

function heldIn({ symbol, lastQuote }: Signal): Position {
  const entryPriceQuote = String(Number((lastQuote * 1.004).toPrecision(6)));
  return positionOf(symbol, {
    ...{ entryPriceQuote, markPriceQuote: String(lastQuote), quantityBase: '1.5', leverage: 5 },
    ...{ unrealisedQuote: '-6.07', fundingQuote: '0.41', openedAtMs: SCENE_AT_MS - 5 * HOUR_MS },
    liquidationPriceQuote: String(Number((lastQuote * 0.81).toPrecision(6))),
  });
}

/** A reading at the end of each day: two that gain, one that loses. */
function twentyDays(): { atMs: number; equityQuote: string }[] {
  return Array.from({ length: 20 }, (_, day) => ({
    atMs: SCENE_AT_MS - (20 - day) * DAY_MS,
    equityQuote: String(10_000 + 35 * day - (day % 3 === 2 ? 80 : 0)),
  }));
}

/** Every third is lost, and each costs its fees. */
function tradeOf(subjects: readonly Signal[], index: number): PastTrade {
  const { symbol } = subjects[index % subjects.length]!;
  const grossQuote = index % 3 === 0 ? '-41.25' : '37.5';
  const netQuote = index % 3 === 0 ? '-43.58' : '35.17';
  const closedAtMs = SCENE_AT_MS - (index + 1) * 11 * MINUTE_MS;
  return {
    ...{ symbol, side: index % 2 === 0 ? 'long' : 'short', grossQuote, netQuote },
    ...{ quantityBase: '7.5', entryPriceQuote: '100', leverage: 5 },
    ...{ feesQuote: '2.12', fundingQuote: '0.21', openedAtMs: closedAtMs - 90 * MINUTE_MS, closedAtMs },
    exitReason: index % 3 === 0 ? 'stop' : 'target',
  };
}

/** A cycle fifteen minutes apart from the next, in which the Risk agent refused one of the opens. */
function cycleOf(proposals: readonly TradeProposal[], snapshot: MarketSnapshot, index: number): PastCycle {
  const asOfMs = SCENE_AT_MS - (index + 1) * 15 * MINUTE_MS;
  const proposal = proposals[index % proposals.length];
  const bars = proposal && snapshot.markets.get(proposal.symbol)?.series.get('3m');
  if (proposal === undefined || bars === undefined) return { asOfMs, proposals: [], verdicts: [] };
  const then = bars.close[bars.openAtMs.findLastIndex((openAtMs) => openAtMs <= asOfMs)] ?? 0;
  const priceAt = (share: number) => String(Number((then * share).toPrecision(5)));
  const past = {
    ...{ ...proposal, atMs: asOfMs, entryPriceQuote: priceAt(1) },
    stopPriceQuote: priceAt(proposal.side === 'long' ? 0.994 : 1.006),
    targetPriceQuote: priceAt(proposal.side === 'long' ? 1.006 : 0.994),
  };
  const refused: Verdict = verdictOn(past, { stage: 'risk', outcome: 'denied', quantityBase: '0' });
  return { asOfMs, proposals: [past], verdicts: [verdictOn(past), refused] };
}

function requestAt(marketNowMs: number): RunRequest {
  const { request } = initialState({
    ...{ runId: 'run_scene', deskId: 'desk', kind: 'cycle', mode: 'paper', symbols: SYMBOLS },
    ...{ question: null, seed: 11, promptSetId: 'scene', startedAtMs: marketNowMs, marketNowMs },
  });
  return request;
}
