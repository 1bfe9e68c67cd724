import { describe, expect, it } from 'vitest';
import type { MarketSnapshot } from '#domain/market.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { BreakerReason } from '#domain/trading-state.ts';
import { accountOf, BTC, ETH, SOL } from '#tests/support/agent-fixtures.ts';
import { assessBreaker, type BreakerInput, DEFAULT_THRESHOLDS } from '#tools/breaker/assess-breaker.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { AS_OF_MS, crashed, snapshotOf } from './made-crash.ts';

const XRP = 'XRP/USDT:USDT';
const calm = { fall: 0, agoMs: 30 * MINUTE_MS };
const half = 30 * MINUTE_MS;
const twoHours = 2 * HOUR_MS;

function assess(snapshot: MarketSnapshot, over: Partial<BreakerInput> = {}) {
  return assessBreaker({
    snapshot,
    thresholds: DEFAULT_THRESHOLDS,
    limits: DEFAULT_LIMITS,
    account: accountOf(),
    equityMarks: { dayStartQuote: '10000', peakQuote: '10000' },
    ...over,
  });
}
const triggers = (snapshot: MarketSnapshot) =>
  assess(snapshot).reasons.map(({ trigger, level }) => `${trigger} ${level}`);

describe('the market', () => {
  it('is clear when nothing has fallen', () => {
    expect(assess(snapshotOf(crashed(BTC, calm), crashed(ETH, calm)))).toEqual({
      level: 'clear',
      reasons: [],
      accountAsks: null,
    });
  });

  const crashes: readonly [string, string, number, number, string[]][] = [
    ['BTC 15 % under its 1 h high', BTC, 0.15, half, ['btc_fall_1h tripped', 'btc_fall_4h watch']],
    ['BTC just less than 15 % in 1 h', BTC, 0.1499, half, ['btc_fall_1h watch', 'btc_fall_4h watch']],
    ['BTC at two thirds of its 1 h threshold', BTC, 0.1, half, ['btc_fall_1h watch']],
    ['BTC under two thirds of it', BTC, 0.0999, half, []],
    ['BTC 20 % under its 4 h high', BTC, 0.2, twoHours, ['btc_fall_4h tripped']],
    ['BTC 15 % two hours ago', BTC, 0.15, twoHours, ['btc_fall_4h watch']],
    ['BTC halved five hours ago', BTC, 0.5, 5 * HOUR_MS, []],
    ['ETH 15 % under its 1 h high', ETH, 0.15, half, ['eth_fall_1h tripped']],
    ['ETH 25 % under its 4 h high', ETH, 0.25, twoHours, ['eth_fall_4h tripped']],
    ['ETH 24 % under its 4 h high', ETH, 0.24, twoHours, ['eth_fall_4h watch']],
    ['another coin halved in 1 h', SOL, 0.5, half, []],
  ];
  it.each(crashes)('with %s', (_what, symbol, fall, agoMs, expected) => {
    expect(triggers(snapshotOf(crashed(symbol, { fall, agoMs })))).toEqual(expected);
  });

  it('says what fell, by how much and where the threshold is', () => {
    const { reasons } = assess(snapshotOf(crashed(BTC, { fall: 0.15, agoMs: half })));
    expect(BreakerReason.parse(reasons[0])).toEqual({
      trigger: 'btc_fall_1h',
      level: 'tripped',
      value: 0.15,
      limit: 0.15,
      message: 'BTC fell 15% from its 1 h high, the threshold is 15%',
      hurts: ['long'],
    });
  });

  it('forgives what fell before a person has armed, and trips on what falls from there', () => {
    const snapshot = snapshotOf(crashed(BTC, { fall: 0.3, agoMs: half }));
    const { asOfMs } = snapshot;
    const forgiven = (agoMs: number) =>
      assess(snapshot, { forgivenUntilMs: asOfMs - agoMs }).reasons.map(({ trigger }) => trigger);
    expect(forgiven(half / 2)).toEqual([]);
    expect(forgiven(2 * half)).toContain('btc_fall_1h');
  });

  it('trips on the mean of three or more coins, and not on that of two', () => {
    const fallen = [SOL, XRP, 'BNB/USDT:USDT'].map((symbol) =>
      crashed(symbol, { fall: 0.2, agoMs: twoHours }),
    );
    expect(triggers(snapshotOf(...fallen))).toEqual(['market_fall_4h tripped']);
    expect(triggers(snapshotOf(...fallen.slice(0, 2)))).toEqual([]);
    const uneven = [0.63, 0, 0].map((fall, i) => crashed(`C${i}/USDT:USDT`, { fall, agoMs: twoHours }));
    expect(triggers(snapshotOf(...uneven))).toEqual(['market_fall_4h tripped']);
  });

  it('does not count a coin without fast bars among the three', () => {
    const fallen = [SOL, XRP].map((symbol) => crashed(symbol, { fall: 0.5, agoMs: twoHours }));
    expect(triggers(snapshotOf(...fallen, crashed(ETH, calm, '1h')))).toEqual([]);
  });

  it('takes the deepest fall of an asset that is quoted twice', () => {
    const usdc = crashed('BTC/USDC:USDC', { fall: 0.15, agoMs: half });
    for (const series of [
      [crashed(BTC, calm), usdc],
      [usdc, crashed(BTC, calm)],
    ])
      expect(assess(snapshotOf(...series)).level).toBe('tripped');
  });

  it('recovers with its price: what counts is the last close', () => {
    const series = crashed(BTC, { fall: 0.3, agoMs: half });
    const recovered = { ...series, close: series.close.slice() };
    recovered.close[series.length - 1] = 99;
    expect(triggers(snapshotOf(recovered))).toEqual([]);
  });

  it.each([
    ['no sound symbol', snapshotOf()],
    ['no bars of the fast timeframe', snapshotOf(crashed(BTC, calm, '1h'))],
    [
      'bars that ended before the longest window',
      { ...snapshotOf(crashed(BTC, calm)), asOfMs: AS_OF_MS + 4 * HOUR_MS },
    ],
  ])('is not clear but unseen with %s', (_what, snapshot) => {
    const { level, reasons, accountAsks } = assess(snapshot);
    expect([level, accountAsks]).toEqual(['watch', null]);
    expect(reasons).toMatchObject([{ trigger: 'market_blind', level: 'watch', value: 0, limit: 1 }]);
    expect(BreakerReason.parse(reasons[0]).message).toContain('sound symbol');
  });

  it('is seen by one symbol that can be measured', () => {
    expect(triggers(snapshotOf(crashed(SOL, calm)))).toEqual([]);
  });
});

it('adds the losses of the account to what the market says, and the graver level holds', () => {
  const snapshot = snapshotOf(crashed(BTC, { fall: 0.1, agoMs: half }));
  const assessment = assess(snapshot, { account: accountOf({ equityQuote: '9000' }) });
  expect(assessment).toMatchObject({ level: 'tripped', accountAsks: 'halted' });
  expect(assessment.reasons.map(({ trigger }) => trigger)).toEqual(['btc_fall_1h', 'daily_loss', 'drawdown']);
});
