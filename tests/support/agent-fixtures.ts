/** Small sound questions for the five agents; a test overrides what it is about. */
import type { AskContext } from '#agents/agent-desk.ts';
import type { Background } from '#agents/background.ts';
import type { Account, Position } from '#domain/account.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { QAdvice, Signal, Spike } from '#domain/signal.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { fixedPromptSource, type PromptSource, promptSetOf } from '#prompts/prompt-source.ts';
import { assessFeedback } from '#tools/performance/feedback.ts';
import { convictionReach } from '#tools/proposals/conviction-reach.ts';
import { stakeOf } from '#tools/risk/room-left.ts';

export const NOW_MS = 1_744_027_200_000;
export const BTC = 'BTC/USDT:USDT';
export const ETH = 'ETH/USDT:USDT';
export const SOL = 'SOL/USDT:USDT';

export const PROMPT_SET = promptSetOf(loadPrompts('prompts'));
export const PROMPTS: PromptSource = fixedPromptSource(PROMPT_SET);

export function askContext(over: Partial<AskContext> = {}): AskContext {
  return {
    runId: 'run_1',
    spanId: 'span_1',
    symbol: null,
    promptSetId: PROMPT_SET.promptSetId,
    atMs: NOW_MS,
    signal: new AbortController().signal,
    background: backgroundOf(),
    ...over,
  };
}

/** A desk that has decided and traded nothing, in a market that tells nothing but its question. */
export function backgroundOf(over: Partial<Background> = {}): Background {
  return {
    btc: null,
    recent: () => [],
    fundings: async () => [],
    feedback: async () => assessFeedback({ cycles: [], trades: [], equity: [] }, () => null),
    reachOf: (signal, advice) => convictionReach(signal, advice, 0.3),
    stakeOf: (proposal, quantityBase) =>
      stakeOf(proposal, quantityBase, { takerFeeFraction: 0.0005 }, '10000'),
    room: async () => [],
    ...over,
  };
}

export function signalOf(symbol: string, over: Partial<Signal> = {}): Signal {
  return {
    symbol,
    action: 'buy',
    confidenceFraction: 0.6,
    strategy: 'weighted_points',
    score: 4,
    readings: [{ rule: 'ema_stack', timeframe: '4h', points: 2, evidence: 'ema9 over ema21 over ema50' }],
    spikes: [],
    regime: { trend: 'bull', volatilityRatio: 1.1432, volatility: 'normal', btcCorrelation: 0.4 },
    lastQuote: 100,
    atrQuote: 1.2345,
    indicators: [
      { key: 'rsi14', timeframe: '4h', value: 61.2345 },
      { key: 'macdHistogram', timeframe: '1h', value: -0.004321 },
      { key: 'ema50', timeframe: '4h', value: null },
    ],
    atMs: NOW_MS - 3_000,
    reason: 'score 4',
    ...over,
  };
}

export function spikeOf(symbol: string, over: Partial<Spike> = {}): Spike {
  return {
    symbol,
    timeframe: '3m',
    kind: 'price',
    direction: 'up',
    robustSigmas: 6,
    barOpenAtMs: NOW_MS - 180_000,
    ...over,
  };
}

export function positionOf(symbol: string, over: Partial<Position> = {}): Position {
  return {
    positionId: `pos_${symbol}`,
    symbol,
    side: 'long',
    quantityBase: '2',
    entryPriceQuote: '100',
    markPriceQuote: '101',
    leverage: 5,
    marginQuote: '40',
    liquidationPriceQuote: '82',
    unrealisedQuote: '2',
    feesQuote: '0.1',
    fundingQuote: '0',
    openedAtMs: NOW_MS - 3_600_000,
    ...over,
  };
}

export function accountOf(over: Partial<Account> = {}): Account {
  return {
    quote: 'USDT',
    balanceQuote: '10000',
    unrealisedQuote: '0',
    equityQuote: '10000',
    marginUsedQuote: '0',
    availableQuote: '10000',
    asOfMs: NOW_MS,
    ...over,
  };
}

export function proposalOf(symbol: string, over: Partial<TradeProposal> = {}): TradeProposal {
  return {
    proposalId: `${symbol.slice(0, symbol.indexOf('/'))}-open-long`,
    kind: 'open',
    symbol,
    side: 'long',
    quantityBase: '10',
    entryPriceQuote: '100',
    stopPriceQuote: '97',
    targetPriceQuote: '107',
    leverage: 5,
    conviction: 0.6,
    reason: 'score 4',
    atMs: NOW_MS,
    ...over,
  };
}

export function verdictOn(proposal: TradeProposal, over: Partial<Verdict> = {}): Verdict {
  return {
    proposalId: proposal.proposalId,
    symbol: proposal.symbol,
    outcome: 'approved',
    quantityBase: proposal.quantityBase,
    findings: [],
    stage: 'gate',
    ...over,
  };
}

export function adviceOn(symbol: string, over: Partial<QAdvice> = {}): QAdvice {
  return {
    symbol,
    tableId: 'q1',
    state: 's',
    values: { hold: 0, long: 0.4, short: -0.2, close: 0 },
    visits: 120,
    counts: true,
    best: 'long',
    reason: 'visited 120 times',
    ...over,
  };
}
