import { describe, expect, it } from 'vitest';
import type { DenialCode, TradeProposal } from '#domain/proposal.ts';
import { accountOf, BTC, ETH, positionOf, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { gateContextOf, restingEntry, UNIVERSE, withInstrument } from './made-gate.ts';

/** A desk that opens where open interest is worth 15 million or more. */
const LIQUID = { ...DEFAULT_LIMITS, minOpenInterestQuote: 15_000_000 };
const interest = (quote: number | null): Partial<GateContext> => ({
  limits: LIQUID,
  openInterestsQuote: new Map([[BTC, quote]]),
});

const judge = (over: Partial<TradeProposal>, context = gateContextOf()) =>
  judgeProposal(proposalOf(BTC, over), context, 'gate');
const denials = (over: Partial<TradeProposal>, context?: GateContext): DenialCode[] =>
  judge(over, context)
    .findings.filter(({ effect }) => effect === 'deny')
    .map(({ code }) => code);

describe('an opening proposal', () => {
  it('passes whole where every limit leaves room', () => {
    expect(judge({})).toEqual({
      proposalId: 'BTC-open-long',
      symbol: BTC,
      stage: 'gate',
      outcome: 'approved',
      quantityBase: '10',
      findings: [],
    });
  });

  const refusals: readonly [string, DenialCode, Partial<TradeProposal>, Partial<GateContext>][] = [
    ['trading is halted', 'trading_halted', {}, { tradingMode: 'halted' }],
    ['trading is reducing', 'trading_reducing', {}, { tradingMode: 'reducing' }],
    ['the symbol has no price', 'data_unsound', {}, { lastPricesQuote: new Map() }],
    ['the price is not a number', 'data_unsound', {}, { lastPricesQuote: new Map([[BTC, Number.NaN]]) }],
    ['the price is zero', 'data_unsound', {}, { lastPricesQuote: new Map([[BTC, 0]]) }],
    ['the price is endless', 'data_unsound', {}, { lastPricesQuote: new Map([[BTC, Infinity]]) }],
    ['its open interest is under the minimum', 'too_illiquid', {}, interest(14_999_999)],
    ['the venue tells no open interest of it', 'too_illiquid', {}, interest(null)],
    ['its open interest is not a number', 'too_illiquid', {}, interest(Number.NaN)],
    ['nobody has looked at its open interest', 'too_illiquid', {}, { limits: LIQUID }],
    ['the venue could not be read', 'reconcile_pending', {}, { account: null }],
    ['a sent order has no outcome yet', 'outcome_unknown', {}, { unknownOutcomes: 1 }],
    ['the model did not answer', 'model_unavailable', {}, { unansweredAsks: 1 }],
    ['leverage is over the limit of its class', 'leverage_over_limit', { leverage: 11 }, {}],
    ['the symbol is held', 'position_exists', {}, { positions: [positionOf(BTC)] }],
    [
      'the symbol is held the other way',
      'position_exists',
      {},
      { positions: [positionOf(BTC, { side: 'short' })] },
    ],
    ['an entry in the symbol rests', 'position_exists', {}, { openOrders: [restingEntry(BTC)] }],
    [
      'an order in the symbol may increase it, whatever it calls itself',
      'position_exists',
      {},
      { openOrders: [restingEntry(BTC, { purpose: 'exit', reduceOnly: false })] },
    ],
    ['there is no stop', 'stop_missing', { stopPriceQuote: null }, {}],
    ['the stop is over a long entry', 'stop_wrong_side', { stopPriceQuote: '101' }, {}],
    ['the stop is the entry', 'stop_wrong_side', { stopPriceQuote: '100' }, {}],
    ['the stop is under a short entry', 'stop_wrong_side', { side: 'short', targetPriceQuote: '80' }, {}],
    ['the long would be liquidated before its stop', 'stop_beyond_liquidation', { stopPriceQuote: '80' }, {}],
    [
      'the short would be liquidated before its stop',
      'stop_beyond_liquidation',
      { side: 'short', stopPriceQuote: '120', targetPriceQuote: '50' },
      {},
    ],
    ['there is no target', 'target_wrong_side', { targetPriceQuote: null }, {}],
    ['the target is under a long entry', 'target_wrong_side', { targetPriceQuote: '99' }, {}],
    ['the reward is under twice the risk', 'reward_under_minimum', { targetPriceQuote: '105.9' }, {}],
    [
      'only fees take the reward under twice the risk',
      'reward_under_minimum',
      { targetPriceQuote: '106' },
      {},
    ],
    [
      'the day has lost its limit',
      'daily_loss',
      {},
      { equityMarks: { dayStartQuote: '10204.09', peakQuote: null } },
    ],
    [
      'the drawdown is at its limit',
      'drawdown',
      {},
      { equityMarks: { dayStartQuote: null, peakQuote: '11112' } },
    ],
    ['the market has left the stop behind', 'stop_wrong_side', {}, { lastPricesQuote: new Map([[BTC, 96]]) }],
    ['the market has passed the target', 'target_wrong_side', {}, { lastPricesQuote: new Map([[BTC, 108]]) }],
  ];
  it.each(refusals)('is denied when %s: %s', (_when, code, over, context) => {
    const verdict = judge(over, gateContextOf(context));
    expect(verdict).toMatchObject({ outcome: 'denied', quantityBase: '0' });
    expect(verdict.findings.map((finding) => finding.code)).toContain(code);
  });

  it('is denied over the count of positions, entries at rest included', () => {
    const positions = [positionOf(ETH), positionOf(SOL)];
    expect(denials({}, gateContextOf({ positions }))).toEqual([]);
    const openOrders = [restingEntry('XRP/USDT:USDT', { quantityBase: '1' })];
    expect(denials({}, gateContextOf({ positions, openOrders }))).toEqual(['positions_over_limit']);
    const own = { ...DEFAULT_LIMITS, maxOpenPositions: 0 };
    expect(denials({}, gateContextOf({ limits: own }))).toEqual(['positions_over_limit']);
  });

  it('is denied for a symbol outside the universe, look-alikes and inherited names among them', () => {
    for (const symbol of [
      'DOGE/USDT:USDT',
      'ВТС/USDT:USDT',
      'BTC/USDT:USDT ',
      '__proto__',
      'constructor',
      '',
    ])
      expect(denials({ symbol })).toEqual(['symbol_not_listed']);
  });

  it('tells every reason at once, each once, in the order of the table of codes', () => {
    const context = gateContextOf({
      tradingMode: 'halted',
      unknownOutcomes: 2,
      positions: [positionOf(BTC)],
    });
    expect(denials({ leverage: 25, stopPriceQuote: null }, context)).toEqual([
      'trading_halted',
      'leverage_over_limit',
      'position_exists',
      'outcome_unknown',
      'stop_missing',
    ]);
  });

  it('names the value and the limit it broke', () => {
    const [finding] = judge({ leverage: 25 }).findings;
    expect(finding).toEqual({
      code: 'leverage_over_limit',
      effect: 'deny',
      value: 25,
      limit: 10,
      message: 'leverage 25 exceeds the limit 10 for BTC/USDT:USDT',
    });
  });

  it('passes at the minimum of open interest exactly, and where no minimum is asked for', () => {
    expect(denials({}, gateContextOf(interest(15_000_000)))).toEqual([]);
    expect(denials({}, gateContextOf({ openInterestsQuote: new Map([[BTC, null]]) }))).toEqual([]);
    expect(denials({}, gateContextOf({ openInterestsQuote: new Map([[BTC, 1]]) }))).toEqual([]);
  });

  it('names the open interest and its minimum', () => {
    expect(judge({}, gateContextOf(interest(1_234_567.8))).findings).toEqual([
      {
        code: 'too_illiquid',
        effect: 'deny',
        value: 1_234_567.8,
        limit: 15_000_000,
        message: 'open interest 1234567 of BTC/USDT:USDT is under the minimum 15000000',
      },
    ]);
  });

  it('takes the venue’s leverage limit where it is lower', () => {
    expect(denials({ leverage: 4 }, withInstrument(BTC, { maxLeverage: 3 }))).toEqual([
      'leverage_over_limit',
    ]);
  });

  it('keeps other opens judged when facts about one cannot be reckoned with', () => {
    const verdict = judge({}, withInstrument(BTC, { quantityStepBase: '0' }));
    expect(verdict.outcome).toBe('denied');
    expect(verdict.findings[0]).toMatchObject({ code: 'data_unsound' });
    expect(verdict.findings[0]?.message).toContain('step 0 must be positive');
  });

  it('counts the losses of the day and from the peak against equity that is gone altogether', () => {
    const account = accountOf({ equityQuote: '-5', availableQuote: '0', balanceQuote: '-5' });
    expect(denials({}, gateContextOf({ account }))).toEqual([
      'daily_loss',
      'drawdown',
      'order_under_minimum',
    ]);
    const unmarked = gateContextOf({ account, equityMarks: { dayStartQuote: null, peakQuote: null } });
    expect(denials({}, unmarked)).toEqual(['order_under_minimum']);
  });

  it('measures no loss from marks nobody has taken or that are not positive', () => {
    for (const mark of [null, '0', '-100'])
      expect(denials({}, gateContextOf({ equityMarks: { dayStartQuote: mark, peakQuote: mark } }))).toEqual(
        [],
      );
  });

  it('passes just under the loss of the day and is denied exactly at it', () => {
    const at = (equityQuote: string) =>
      denials({}, gateContextOf({ account: accountOf({ equityQuote }) })).includes('daily_loss');
    expect(at('9800.01')).toBe(false);
    expect(at('9800')).toBe(true);
  });

  it('knows every symbol of the made universe', () => {
    expect(
      UNIVERSE.map((symbol) => judgeProposal(proposalOf(symbol), gateContextOf(), 'gate').outcome),
    ).toEqual(UNIVERSE.map(() => 'approved'));
  });
});
