import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { BreakerReason } from '#domain/trading-state.ts';
import { DEFAULT_MARKET_LIMITS, MarketLimits } from '#tools/breaker/market-limits.ts';
import { fedBreaker, START_MS, slide } from './fed-breaker.ts';

const half = 30 * MINUTE_MS;

describe('a fall on prints', () => {
  const falls: readonly [string, string, number, number, string[]][] = [
    ['BTC 15 % in half an hour', 'BTC', 85, half, ['btc_fall_1h tripped', 'btc_fall_4h watch']],
    ['BTC just less than 15 %', 'BTC', 85.01, half, ['btc_fall_1h watch', 'btc_fall_4h watch']],
    ['BTC just less than two thirds of it', 'BTC', 90.01, half, []],
    ['BTC 20 % in three hours', 'BTC', 80, 3 * HOUR_MS, ['btc_fall_4h tripped']],
    ['BTC 20 % in five hours', 'BTC', 80, 5 * HOUR_MS, ['btc_fall_4h watch']],
    ['ETH 15 % in half an hour', 'ETH', 85, half, ['eth_fall_1h tripped']],
    ['ETH 25 % in three hours', 'ETH', 75, 3 * HOUR_MS, ['eth_fall_4h tripped']],
    ['another coin halved in half an hour', 'SOL', 50, half, []],
  ];
  it.each(falls)('is told with %s', (_what, asset, to, lengthMs, expected) => {
    const fed = fedBreaker();
    fed.print(asset, slide(100, to, { fromMs: 0, toMs: lengthMs }));
    expect(
      fed.reasons(lengthMs).filter((reason) => !/4h watch/.test(reason) || expected.includes(reason)),
    ).toEqual(expected);
  });

  it('trips on the very print that crosses, and says what, by how much and where the threshold is', () => {
    const fed = fedBreaker();
    fed.print('BTC', slide(100, 85.2, { fromMs: 0, toMs: half }));
    expect(fed.breaker.level).toBe('watch');
    fed.print('BTC', [[half + 5, 84.9]]);
    expect(fed.breaker.level).toBe('tripped');
    const atMs = START_MS + half + 5;
    expect(fed.trips()).toMatchObject([
      { trigger: 'btc_fall_1h', symbol: 'BTC/USDT:USDT', atMs, crossedAtMs: atMs },
    ]);
    const [reason] = fed.breaker.assess(atMs).reasons;
    expect(BreakerReason.parse(reason).message).toBe(
      'BTC fell 15.1% from its 1 h high, the threshold is 15%',
    );
  });

  it('trips on the mean of three coins, not on that of two', () => {
    for (const [coins, level] of [
      [['SOL', 'XRP'], 'clear'],
      [['SOL', 'XRP', 'BNB'], 'tripped'],
    ] as const) {
      const fed = fedBreaker();
      const steps = slide(100, 79.9, { fromMs: 0, toMs: half });
      for (const step of steps) for (const coin of coins) fed.print(coin, [step]);
      expect(fed.breaker.level).toBe(level);
    }
  });

  it('does not count stablecoins among the coins of the market', () => {
    const fed = fedBreaker();
    for (const step of slide(100, 79.9, { fromMs: 0, toMs: half }))
      for (const coin of ['SOL', 'XRP']) fed.print(coin, [step]);
    fed.print('USDC', [
      [half, 1],
      [half + 1, 1.0001],
    ]);
    expect(fed.trips()).toEqual([]);
  });

  it('swings about its threshold as one trip, and goes back to watch only well below it', () => {
    const fed = fedBreaker();
    fed.print('BTC', slide(100, 84.9, { fromMs: 0, toMs: half }));
    for (let i = 1; i < 20; i++) fed.print('BTC', [[half + i, i % 2 === 0 ? 84.9 : 85.3]]);
    expect(fed.trips()).toHaveLength(1);
    expect(fed.reasons(half + 20)[0]).toBe('btc_fall_1h tripped');
    fed.print('BTC', slide(85.3, 86.6, { fromMs: half + 20, toMs: half + 60 }));
    expect(fed.reasons(half + 60)[0]).toBe('btc_fall_1h watch');
    expect(fed.breaker.level).toBe('tripped');
  });
});

describe('silence', () => {
  it('is not clear but unseen, before the first price and after the last', () => {
    const fed = fedBreaker();
    expect(fed.breaker.assess(START_MS)).toMatchObject({
      level: 'watch',
      reasons: [{ trigger: 'market_blind' }],
    });
    fed.print('SOL', [
      [0, 100],
      [1, 100],
    ]);
    expect(fed.breaker.assess(START_MS + 1)).toMatchObject({
      level: 'clear',
      isBlind: false,
      recovery: null,
    });
    expect(fed.reasons(2 * MINUTE_MS)).toEqual(['market_blind watch']);
  });

  it('does not lower the level of a symbol that stopped', () => {
    const fed = fedBreaker();
    fed.print('BTC', slide(100, 89, { fromMs: 0, toMs: half }));
    fed.print('SOL', slide(100, 100.1, { fromMs: 0, toMs: half }));
    fed.print('SOL', slide(100.1, 100.2, { fromMs: 2 * HOUR_MS, toMs: 2 * HOUR_MS + 10 }));
    expect(fed.reasons(2 * HOUR_MS + 10)).toEqual(['btc_fall_1h watch']);
  });

  it('hides no fall that lies within the longest window', () => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [0, 100],
      [1, 100],
      [3 * HOUR_MS, 79],
      [3 * HOUR_MS + 1, 79],
    ]);
    expect(fed.trips()).toMatchObject([{ trigger: 'btc_fall_4h' }]);
  });
});

describe('liquidations and pegs', () => {
  const told = (afterMs: number, heardUsd: number) => ({
    atMs: START_MS + afterMs,
    heardUsd,
    unbrokenSinceMs: START_MS,
  });

  it('trip by $500M in an hour, at watch two thirds of it', () => {
    const { breaker } = fedBreaker();
    breaker.liquidations(told(0, 340e6));
    expect(breaker.level).toBe('watch');
    expect(breaker.liquidations(told(1, 501e6))).toMatchObject([
      { trigger: 'liquidations_1h', symbol: null },
    ]);
    expect(breaker.level).toBe('tripped');
  });

  it('do not trip by one reading that springs from little', () => {
    const { breaker } = fedBreaker();
    breaker.liquidations(told(0, 10e6));
    breaker.liquidations(told(1, 9e9));
    expect(breaker.level).toBe('watch');
    breaker.liquidations(told(2, 10e6));
    expect(breaker.level).toBe('clear');
    for (const heardUsd of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      breaker.liquidations(told(3, heardUsd));
    expect(breaker.level).toBe('clear');
  });

  it.each([
    ['USDC', 0.969, 'usdc_peg tripped'],
    ['USDT', 1.031, 'usdt_peg tripped'],
    ['USDC', 0.979, 'usdc_peg watch'],
  ])('%s at %f is %s', (asset, price, expected) => {
    const fed = fedBreaker();
    fed.print(asset, slide(1, price, { fromMs: 0, toMs: MINUTE_MS }));
    expect(fed.reasons(MINUTE_MS)).toContain(expected);
  });
});

describe('limits', () => {
  it('keep within ceilings that configuration cannot pass', () => {
    const limits = DEFAULT_MARKET_LIMITS;
    expect(MarketLimits.parse(limits)).toEqual(limits);
    const calmer = [
      { btc: { ...limits.btc, hourFraction: 0.16 } },
      { eth: { ...limits.eth, fourHoursFraction: 0.26 } },
      { market: { ...limits.market, fourHoursFraction: 0.21 } },
      { liquidationsPerHourUsd: 500_000_001 },
      { pegFraction: 0.031 },
      { watchShare: 0.7 },
      { recovery: { ...limits.recovery, backShare: 0.4 } },
      { plausibility: { ...limits.plausibility, oneVenueHoldMs: 60_001 } },
    ];
    for (const over of calmer) expect(MarketLimits.safeParse({ ...limits, ...over }).success).toBe(false);
  });

  it('trip sooner when they are tightened', () => {
    const fed = fedBreaker({ ...DEFAULT_MARKET_LIMITS, btc: { hourFraction: 0.05, fourHoursFraction: 0.2 } });
    fed.print('BTC', slide(100, 94.9, { fromMs: 0, toMs: half }));
    expect(fed.breaker.level).toBe('tripped');
  });
});
