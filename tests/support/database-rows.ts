/** Smallest valid things to store; each test names what matters to it. */

import type { NewRun } from '#db/repositories/runs.ts';
import type { Account, FundingPayment, Position, Trade } from '#domain/account.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Fill, Order, OrderRequest } from '#domain/order.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { KeptCall, KeptSpan } from '#domain/run-trace.ts';

export const BTC = 'BTC/USDT:USDT';
export const NOW_MS = 1_744_027_200_000;

export function newRun(change: Partial<NewRun> = {}): NewRun {
  return {
    runId: 'run-1',
    deskId: 'desk-1',
    kind: 'cycle',
    status: 'running',
    question: null,
    symbols: [BTC],
    startedAtMs: NOW_MS,
    seed: 7,
    promptSetId: 'ps_1',
    owner: 'worker-1',
    ...change,
  };
}

export function span(change: Partial<KeptSpan> = {}): KeptSpan {
  return {
    spanId: 'span-1',
    runId: 'run-1',
    name: 'observe',
    kind: 'tool',
    symbol: null,
    status: 'open',
    startedAtMs: NOW_MS,
    durationMs: null,
    decidedBy: null,
    input: { symbols: [BTC] },
    output: null,
    error: null,
    hiddenFields: 0,
    ...change,
  };
}

export function llmCall(change: Partial<KeptCall> = {}): KeptCall {
  return {
    callId: 'call-1',
    runId: 'run-1',
    spanId: 'span-1',
    agent: 'scanner',
    symbol: null,
    provider: 'models.test',
    responseFormat: 'json_schema',
    waitedMs: 0,
    cachedInputTokens: null,
    reasoningTokens: null,
    inputUsdPerMillion: null,
    outputUsdPerMillion: null,
    answerAgeMs: null,
    model: 'm',
    attempt: 1,
    status: 'ok',
    httpStatus: 200,
    startedAtMs: NOW_MS,
    durationMs: 10,
    inputTokens: 100,
    outputTokens: 10,
    costUsd: 0.5,
    messages: [],
    reply: null,
    error: null,
    hiddenFields: 0,
    ...change,
  };
}

export function account(change: Partial<Account> = {}): Account {
  return {
    quote: 'USDT',
    balanceQuote: '10000.00',
    unrealisedQuote: '-12.5',
    equityQuote: '9987.50',
    marginUsedQuote: '0',
    availableQuote: '9987.50',
    asOfMs: NOW_MS,
    ...change,
  };
}

export function cycleRecord(change: Partial<CycleRecord> = {}): CycleRecord {
  return {
    runId: 'run-1',
    deskId: 'desk-1',
    kind: 'cycle',
    mode: 'paper',
    outcome: 'held',
    reason: 'nothing to decide',
    question: null,
    startedAtMs: NOW_MS,
    finishedAtMs: NOW_MS + 900,
    market: null,
    nodes: [],
    level: 'clear',
    breakerReasons: [],
    tradingState: { mode: 'active', reason: 'start', setBy: 'start-up', sinceMs: NOW_MS },
    signals: [],
    qAdvice: [],
    subjects: [],
    notes: [],
    opinions: [],
    proposals: [],
    withheld: [],
    verdicts: [],
    intents: [],
    orders: [],
    positions: [],
    account: { before: null, after: account() },
    llm: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0.25, abstentions: {} },
    promptSetId: 'ps_1',
    seed: 7,
    ...change,
  };
}

function orderRequest(clientOrderId: string): OrderRequest {
  return {
    clientOrderId,
    symbol: BTC,
    side: 'buy',
    type: 'market',
    purpose: 'entry',
    quantityBase: '0.010',
    priceQuote: null,
    triggerPriceQuote: null,
    reduceOnly: false,
    timeInForce: 'ioc',
    leverage: 3,
  };
}

export function intent(clientOrderId = 'order-1', change: Partial<OrderIntent> = {}): OrderIntent {
  return {
    intentId: `intent-${clientOrderId}`,
    runId: 'run-1',
    deskId: 'desk-1',
    proposalId: null,
    status: 'planned',
    request: orderRequest(clientOrderId),
    reason: null,
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    ...change,
  };
}

export function order(clientOrderId = 'order-1', change: Partial<Order> = {}): Order {
  return {
    ...orderRequest(clientOrderId),
    venueOrderId: `venue-${clientOrderId}`,
    status: 'pending',
    filledBase: '0',
    averagePriceQuote: null,
    feesQuote: '0',
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    reason: null,
    ...change,
  };
}

export function fill(fillId = 'fill-1', change: Partial<Fill> = {}): Fill {
  return {
    fillId,
    clientOrderId: 'order-1',
    venueOrderId: 'venue-order-1',
    symbol: BTC,
    side: 'buy',
    purpose: 'entry',
    quantityBase: '0.010',
    priceQuote: '79123.40',
    feeQuote: '0.395617',
    liquidity: 'taker',
    realisedQuote: '0',
    atMs: NOW_MS,
    ...change,
  };
}

export function funding(paymentId = 'funding-1', change: Partial<FundingPayment> = {}): FundingPayment {
  return {
    paymentId,
    symbol: BTC,
    amountQuote: '-0.0791234',
    rateFraction: -0.0001,
    notionalQuote: '791.234',
    atMs: NOW_MS,
    ...change,
  };
}

export function position(change: Partial<Position> = {}): Position {
  return {
    positionId: 'position-1',
    symbol: BTC,
    side: 'long',
    quantityBase: '0.010',
    entryPriceQuote: '79123.40',
    markPriceQuote: '79200.00',
    leverage: 3,
    marginQuote: '263.744666666666666667',
    liquidationPriceQuote: null,
    unrealisedQuote: '0.766',
    feesQuote: '0.395617',
    fundingQuote: '0',
    openedAtMs: NOW_MS,
    ...change,
  };
}

export function trade(tradeId = 'trade-1', change: Partial<Trade> = {}): Trade {
  return {
    tradeId,
    positionId: 'position-1',
    symbol: BTC,
    side: 'long',
    quantityBase: '0.010',
    entryPriceQuote: '79123.40',
    exitPriceQuote: '79500.00',
    leverage: 3,
    grossQuote: '3.766',
    feesQuote: '0.793117',
    fundingQuote: '0',
    netQuote: '2.972883',
    openedAtMs: NOW_MS,
    closedAtMs: NOW_MS + 60_000,
    exitReason: 'target',
    ...change,
  };
}
