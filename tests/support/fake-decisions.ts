/** What a fake run's nodes saw and said. */
import type { OrderIntent } from '#domain/intent.ts';
import type { DecidedBy, Opinion } from '#domain/opinion.ts';
import type { Order } from '#domain/order.ts';
import type { TradeProposal, Verdict, Withheld } from '#domain/proposal.ts';
import type { CycleOutcome, CycleRecord, NodeName } from '#domain/run.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';
import { MARKET_NOW_MS } from './fake-books.ts';

type Decisions = Pick<
  CycleRecord,
  'signals' | 'qAdvice' | 'opinions' | 'proposals' | 'withheld' | 'verdicts' | 'intents' | 'orders'
>;

export function decisionsOf(
  outcome: CycleOutcome,
  symbols: readonly string[],
  decidedBy: DecidedBy,
  runId: string,
): Decisions {
  const isDecided = outcome === 'traded' || outcome === 'denied';
  const proposals = isDecided ? symbols.slice(0, 2).map((symbol) => proposal(symbol)) : [];
  const legs = outcome === 'traded' ? [leg(runId, 'entry'), leg(runId, 'stop'), leg(runId, 'target')] : [];
  return {
    signals: symbols.map(signal),
    qAdvice: symbols.map(advice),
    opinions: isDecided ? opinions(symbols, decidedBy) : [],
    proposals,
    withheld: isDecided ? symbols.slice(2).map(withheld) : [],
    verdicts: proposals.flatMap((row, index) => verdictsOf(row, outcome === 'traded' && index === 0)),
    intents: legs.map(({ intent }) => intent),
    orders: legs.map(({ order }) => order),
  };
}

export function bodyOf(name: NodeName, side: 'input' | 'output', symbol: string | null): unknown {
  if (side === 'input')
    return { asOfMs: MARKET_NOW_MS, symbol, snapshotId: 'snap-1', timeframes: ['3m', '1h'] };
  if (name === 'indicators')
    return { BTC: { rsi14: 61.42, macd: 118.2, emaStack: 'bull' }, ETH: { rsi14: 48.9, macd: -2.1 } };
  if (name === 'context')
    return { stance: 'bullish', conviction: 0.42, evidence: [{ key: 'rsi14', value: 61.42 }] };
  if (name === 'observe')
    return Object.fromEntries(Array.from({ length: 120 }, (_, row) => [`bar${row}`, row]));
  return { decision: `${name} is done`, reasons: ['first', 'second'], nested: { level: 'clear', empty: [] } };
}

function withheld(symbol: string): Withheld {
  const message = 'the signal is hold at -1 points, and an open needs 3 to one side';
  return { symbol, code: 'points_short', message };
}

function signal(symbol: string): Signal {
  const isBuy = symbol.startsWith('BTC');
  return {
    symbol,
    action: isBuy ? 'buy' : 'hold',
    confidenceFraction: isBuy ? 0.71 : 0.32,
    strategy: 'weighted_points',
    score: isBuy ? 5 : -1,
    readings: [
      {
        rule: 'macd_cross',
        timeframe: '1h',
        points: isBuy ? 2 : -1,
        evidence: 'histogram 118.2 crossed zero',
      },
      { rule: 'volume_surge', timeframe: '3m', points: isBuy ? 3 : 0, evidence: 'volume 4.1 × its median' },
    ],
    spikes: isBuy
      ? [
          {
            symbol,
            timeframe: '3m',
            kind: 'volume',
            direction: 'up',
            robustSigmas: 6.2,
            barOpenAtMs: MARKET_NOW_MS - 180_000,
          },
        ]
      : [],
    regime: {
      trend: isBuy ? 'bull' : 'sideways',
      volatilityRatio: 1.1,
      volatility: 'normal',
      btcCorrelation: 0.82,
    },
    lastQuote: isBuy ? 78_466.1 : 106.4,
    atrQuote: isBuy ? 612.4 : 2.31,
    indicators: [],
    atMs: MARKET_NOW_MS,
    reason: isBuy
      ? 'MACD crossed up on 1h while volume surged on 3m'
      : 'Points cancel out, under the threshold 3',
  };
}

function advice(symbol: string): QAdvice {
  return {
    symbol,
    tableId: 'q-1',
    state: 'bull|normal|rsi60',
    values: { hold: 0.1, long: 0.42, short: -0.3, close: 0 },
    visits: 212,
    counts: true,
    best: 'long',
    reason: '212 visits, at least 30 are asked',
  };
}

function proposal(symbol: string): TradeProposal {
  return {
    proposalId: `p-${symbol}`,
    kind: 'open',
    symbol,
    side: 'long',
    quantityBase: '0.064',
    entryPriceQuote: '78466.1',
    stopPriceQuote: '76810',
    targetPriceQuote: '82100',
    leverage: 3,
    conviction: 0.58,
    reason: 'Points +5 of 3, Q-table long, context +0.42',
    atMs: MARKET_NOW_MS,
  };
}

function verdictsOf({ proposalId, symbol }: TradeProposal, isTaken: boolean): Verdict[] {
  if (!isTaken)
    return [
      {
        proposalId,
        symbol,
        outcome: 'denied',
        quantityBase: '0',
        stage: 'gate',
        findings: [
          {
            code: 'reward_under_minimum',
            effect: 'deny',
            value: 1.42,
            limit: 2,
            message: 'Reward to risk after fees is 1.42, the minimum is 2.',
          },
        ],
      },
    ];
  const resized = {
    code: 'risk_over_limit',
    effect: 'resize',
    value: 0.0261,
    limit: 0.02,
    message: 'The loss at the stop would be 2.61% of equity, at most 2% is allowed.',
  } as const;
  return [
    { proposalId, symbol, outcome: 'resized', quantityBase: '0.049', stage: 'gate', findings: [resized] },
    { proposalId, symbol, outcome: 'resized', quantityBase: '0.042', stage: 'risk', findings: [] },
    { proposalId, symbol, outcome: 'approved', quantityBase: '0.042', stage: 'place', findings: [] },
  ];
}

function opinions(symbols: readonly string[], decidedBy: DecidedBy): Opinion[] {
  const abstention = decidedBy === 'model' ? null : 'no_model';
  const first = symbols[0] ?? 'BTC/USDT:USDT';
  return [
    {
      agent: 'scanner',
      symbol: null,
      decidedBy,
      abstention,
      answer: {
        ranked: [{ symbol: first, reason: 'volume 6.2σ with a MACD cross' }],
        summary: 'BTC leads, the rest follow without volume of their own.',
      },
    },
    ...symbols.map(
      (symbol): Opinion => ({
        agent: 'context',
        symbol,
        decidedBy,
        abstention,
        answer: {
          symbol,
          stance: 'bullish',
          conviction: 0.42,
          evidence: [{ key: 'rsi14_1h', value: 61.42, note: 'strong, not yet overbought' }],
          summary: 'Trend and volume agree. Funding is mild, so the move is not crowded yet.',
        },
      }),
    ),
    {
      agent: 'risk',
      symbol: null,
      decidedBy,
      abstention,
      answer: {
        reviews: [
          {
            proposalId: `p-${first}`,
            action: 'shrink',
            sizeFraction: 0.85,
            reason: 'three correlated longs already',
          },
        ],
        summary: 'Correlation with open positions is 0.82, so a smaller size.',
      },
    },
  ];
}

function leg(runId: string, purpose: 'entry' | 'stop' | 'target'): { intent: OrderIntent; order: Order } {
  const isEntry = purpose === 'entry';
  const request = {
    clientOrderId: `${runId}-btc-${purpose}`.slice(0, 36),
    symbol: 'BTC/USDT:USDT',
    side: isEntry ? 'buy' : 'sell',
    type: isEntry ? 'market' : purpose === 'stop' ? 'stop_market' : 'take_profit_market',
    purpose,
    quantityBase: '0.042',
    priceQuote: null,
    triggerPriceQuote: isEntry ? null : purpose === 'stop' ? '76810' : '82100',
    reduceOnly: !isEntry,
    timeInForce: 'gtc',
    leverage: 3,
  } as const;
  const times = { createdAtMs: MARKET_NOW_MS, updatedAtMs: MARKET_NOW_MS, reason: null };
  return {
    intent: {
      intentId: `i-${purpose}`,
      runId,
      deskId: 'main',
      proposalId: 'p-BTC/USDT:USDT',
      status: isEntry ? 'filled' : 'acknowledged',
      request,
      ...times,
    },
    order: {
      ...request,
      venueOrderId: `v-${purpose}`,
      status: isEntry ? 'filled' : 'pending',
      filledBase: isEntry ? '0.042' : '0',
      averagePriceQuote: isEntry ? '78470.3' : null,
      feesQuote: isEntry ? '1.3124' : '0',
      ...times,
    },
  };
}
