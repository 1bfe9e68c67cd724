import { describe, expect, it } from 'vitest';
import type { PositionSide } from '#domain/account.ts';
import type { DenialCode, TradeProposal } from '#domain/proposal.ts';
import { HOUR_MS } from '#domain/time.ts';
import { accountOf, BTC, ETH, NOW_MS, positionOf, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '#tools/risk/limits.ts';
import { gateContextOf, restingEntry, UNIVERSE, withInstrument } from './made-gate.ts';

/** A settlement on a boundary of 8 h, and so three a day. */
const EIGHT_MS = Date.UTC(2025, 3, 7, 16);

/** A desk that opens where open interest is worth 15 million or more. */
const LIQUID = { ...DEFAULT_LIMITS, minOpenInterestQuote: 15_000_000 };
const interest = (quote: number | null): Partial<GateContext> => ({
  limits: LIQUID,
  openInterestsQuote: new Map([[BTC, quote]]),
});

const limited = (over: Partial<RiskLimits>): Partial<GateContext> => ({
  limits: { ...DEFAULT_LIMITS, ...over },
});
const funded = (rateFraction: number, nextAtMs = EIGHT_MS): Partial<GateContext> => ({
  fundings: new Map([[BTC, { rateFraction, nextAtMs }]]),
});

const judge = (over: Partial<TradeProposal>, context = gateContextOf()) =>
  judgeProposal(proposalOf(BTC, over), context, 'gate');
const denials = (over: Partial<TradeProposal>, context?: GateContext): DenialCode[] =>
  judge(over, context)
    .findings.filter(({ effect }) => effect === 'deny')
    .map(({ code }) => code);

function atRisk(...sides: PositionSide[]): Partial<GateContext> {
  return { atRisk: { sides, sinceMs: 0, message: 'BTC fell 11%' } };
}

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

  it('passes on the other side of a market that falls', () => {
    expect(judge({}, gateContextOf(atRisk('short'))).outcome).toBe('approved');
  });

  const refusals: readonly [string, DenialCode, Partial<TradeProposal>, Partial<GateContext>][] = [
    ['trading is halted', 'trading_halted', {}, { tradingMode: 'halted' }],
    ['trading is reducing', 'trading_reducing', {}, { tradingMode: 'reducing' }],
    ['the market falls against its side', 'side_at_risk', {}, atRisk('long')],
    ['the market moves against both sides', 'side_at_risk', {}, atRisk('short', 'long')],
    ['the symbol has no price', 'data_unsound', {}, { lastPricesQuote: new Map() }],
    ['the price is not a number', 'data_unsound', {}, { lastPricesQuote: new Map([[BTC, Number.NaN]]) }],
    ['the price is zero', 'data_unsound', {}, { lastPricesQuote: new Map([[BTC, 0]]) }],
    ['the price is endless', 'data_unsound', {}, { lastPricesQuote: new Map([[BTC, Infinity]]) }],
    ['its open interest is under the minimum', 'too_illiquid', {}, interest(14_999_999)],
    ['the venue tells no open interest of it', 'too_illiquid', {}, interest(null)],
    ['its open interest is not a number', 'too_illiquid', {}, interest(Number.NaN)],
    ['nobody has looked at its open interest', 'too_illiquid', {}, { limits: LIQUID }],
    ['the symbol is not on the whitelist', 'symbol_not_whitelisted', {}, limited({ symbolWhitelist: [ETH] })],
    [
      'the hour is outside the trading hours',
      'outside_hours',
      {},
      limited({ tradingHours: [{ fromMinute: 0, toMinute: 12 * 60 }] }),
    ],
    ['the price is too old', 'data_stale', {}, { priceAgesMs: new Map([[BTC, 300_001]]) }],
    ['it was proposed over an hour ago', 'proposal_stale', { atMs: NOW_MS - 3_600_001 }, {}],
    ['nobody knows how old the price is', 'data_stale', {}, { priceAgesMs: new Map() }],
    ['the age of the price is not a number', 'data_stale', {}, { priceAgesMs: new Map([[BTC, Number.NaN]]) }],
    ['a day of funding costs over half of the risk', 'funding_over_limit', {}, funded(0.0052)],
    ['funding every 4 h does', 'funding_over_limit', {}, funded(0.0026, EIGHT_MS + 4 * HOUR_MS)],
    ['funding every hour does', 'funding_over_limit', {}, funded(0.00065, EIGHT_MS + HOUR_MS)],
    [
      'funding costs a short too much',
      'funding_over_limit',
      { side: 'short', stopPriceQuote: '103', targetPriceQuote: '90' },
      funded(-0.0052),
    ],
    [
      'the order is under the configured minimum',
      'order_under_minimum',
      {},
      limited({ minOrderQuote: 1_001 }),
    ],
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

  it('passes where the price is as old as it may be, and by the width of its bar older', () => {
    expect(denials({}, gateContextOf({ priceAgesMs: new Map([[BTC, 300_000]]) }))).toEqual([]);
    const bars = { priceAgesMs: new Map([[BTC, 3_900_000]]), priceStepMs: HOUR_MS };
    expect(denials({}, gateContextOf(bars))).toEqual([]);
    const [finding] = judge({}, gateContextOf({ priceAgesMs: new Map([[BTC, 300_001]]) })).findings;
    expect(finding).toMatchObject({ value: 300_001, limit: 300_000 });
    expect(finding?.message).toBe('the price of BTC/USDT:USDT is 301 s old, the limit is 300 s');
  });

  it('passes at half of the risk for a day of funding, and where funding is received or unknown', () => {
    // Three times 0.00515 × 100 is 1.545, of 3.0985 at the stop.
    expect(denials({}, gateContextOf(funded(0.00516)))).toEqual([]);
    expect(denials({}, gateContextOf(funded(-0.5)))).toEqual([]);
    expect(denials({}, gateContextOf({ fundings: new Map([[BTC, null]]) }))).toEqual([]);
    const [finding] = judge({}, gateContextOf(funded(0.01))).findings;
    expect(finding?.value).toBeCloseTo(3 / 3.0985, 9);
    expect(finding?.message).toBe(
      'a day of funding in BTC/USDT:USDT costs a long 96.82% of the loss at its stop, the limit is 50%',
    );
  });

  it('passes on the whitelist, inside the hours and at the configured minimum exactly', () => {
    const noon = 12 * 60;
    const context = limited({
      symbolWhitelist: [BTC],
      tradingHours: [{ fromMinute: noon, toMinute: noon + 1 }],
      minOrderQuote: 1_000,
    });
    expect(denials({}, gateContextOf(context))).toEqual([]);
    expect(denials({}, gateContextOf({ ...context, nowMs: NOW_MS + 60_000 }))).toEqual(['outside_hours']);
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
