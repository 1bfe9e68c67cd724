import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
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

describe('a price that is wrong', () => {
  it.each([
    ['far below', 50],
    ['far above', 300],
    ['close to nothing', 1e-9],
  ])('does not trip alone when it is %s, and is told as false', (_what, price) => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [0, 100],
      [1, 100],
      [2, 100.1],
      [3, price],
      [4, 100],
      [5, 99.9],
    ]);
    expect(fed.trips()).toEqual([]);
    expect(fed.breaker.level).toBe('clear');
    expect(fed.falsePrints()).toMatchObject([{ reason: 'single_print', atMs: START_MS + 3 }]);
  });

  it('does not count as the first price of all', () => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [0, 1_000],
      [1, 100],
      [2, 100],
      [3, 100],
    ]);
    expect(fed.breaker.level).toBe('clear');
  });

  it('trips when a second print stands with it, and knows when the threshold was crossed', () => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [0, 100],
      [1, 100],
      [2, 80],
      [50, 79],
    ]);
    expect(fed.trips()[0]).toMatchObject({ atMs: START_MS + 50, crossedAtMs: START_MS + 2 });
  });

  it('is not confirmed by the same print told twice', () => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [0, 100],
      [1, 100],
      [2, 80],
      [2, 80],
      [3, 100],
    ]);
    expect(fed.trips()).toEqual([]);
  });

  it.each([Number.NaN, 0, -5, Number.POSITIVE_INFINITY])(
    'is as if it had not come when it is %s',
    (price) => {
      const fed = fedBreaker();
      fed.print('BTC', [
        [0, 100],
        [1, 100],
        [2, price],
        [3, price],
      ]);
      expect(fed.feedOf('BTC', 'here', 0).ignored).toBe(2);
      expect(fed.breaker.level).toBe('clear');
    },
  );

  it('is as if it had not come when it is older than one before it', () => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [10, 100],
      [11, 100],
      [5, 50],
      [6, 50],
    ]);
    expect(fed.feedOf('BTC', 'here', 0).ignored).toBe(2);
    expect(fed.breaker.level).toBe('clear');
  });
});

describe('bars', () => {
  const minute = (fed: ReturnType<typeof fedBreaker>, i: number, over: object, place?: string) =>
    fed.bar('BTC', MINUTE_MS, { closesMs: i * MINUTE_MS, open: 100, close: 100, ...over }, place);

  it('do not trip by a wick that came back, and tell it as false', () => {
    const fed = fedBreaker();
    for (let i = 1; i < 5; i++) minute(fed, i, {});
    minute(fed, 5, { low: 60 });
    minute(fed, 6, {});
    expect(fed.trips()).toEqual([]);
    expect(fed.falsePrints()).toMatchObject([{ reason: 'wick', value: 0.4 }]);
  });

  it('trip by a low whose bar closes at two thirds of the threshold', () => {
    const fed = fedBreaker();
    for (let i = 1; i < 5; i++) minute(fed, i, {});
    minute(fed, 5, { low: 84, close: 90 });
    expect(fed.trips()).toMatchObject([{ trigger: 'btc_fall_1h', value: 0.16 }]);
  });

  it('trip by a wick that another venue saw too', () => {
    const fed = fedBreaker();
    for (let i = 1; i < 5; i++) for (const place of ['here', 'there']) minute(fed, i, {}, place);
    for (const place of ['here', 'there']) minute(fed, 5, { low: 84 }, place);
    expect(fed.trips()).toHaveLength(1);
  });

  it('take no high from a wick that no body comes near', () => {
    const fed = fedBreaker();
    for (let i = 1; i < 5; i++) minute(fed, i, i === 2 ? { high: 130 } : {});
    expect(fed.breaker.level).toBe('clear');
    expect(fed.falsePrints()).toMatchObject([{ reason: 'wick' }]);
  });

  it('wait one bar where a single short one stands apart', () => {
    const fed = fedBreaker();
    for (let i = 1; i < 5; i++) minute(fed, i, {});
    minute(fed, 5, { open: 82, close: 82 });
    expect(fed.breaker.level).toBe('clear');
    minute(fed, 6, { open: 82, close: 81 });
    const crossedAtMs = START_MS + 5 * MINUTE_MS;
    expect(fed.trips()).toMatchObject([{ crossedAtMs, atMs: crossedAtMs + MINUTE_MS }]);
  });

  it('of an hour are believed as they close', () => {
    const fed = fedBreaker();
    fed.bar('BTC', HOUR_MS, { closesMs: HOUR_MS, open: 100, close: 100 });
    fed.bar('BTC', HOUR_MS, { closesMs: 2 * HOUR_MS, open: 100, close: 80 });
    expect(fed.breaker.level).toBe('tripped');
  });
});

describe('two venues', () => {
  const both = (fed: ReturnType<typeof fedBreaker>) => {
    for (const place of ['here', 'there'])
      fed.print(
        'BTC',
        [
          [0, 100],
          [1, 100],
        ],
        place,
      );
  };

  it('do not trip by a fall on one of them that comes back', () => {
    const fed = fedBreaker();
    both(fed);
    fed.print('BTC', slide(100, 82, { fromMs: 10, toMs: 500 }));
    expect(fed.breaker.level).toBe('watch');
    fed.print('BTC', slide(82, 100, { fromMs: 600, toMs: 1_000 }));
    expect(fed.trips()).toEqual([]);
    expect(fed.falsePrints()).toMatchObject([{ reason: 'one_venue', atMs: expect.any(Number) }]);
  });

  it('trip by a fall on one of them that is held', () => {
    const fed = fedBreaker();
    both(fed);
    fed.print('BTC', slide(100, 82, { fromMs: 10, toMs: 500 }));
    for (let atMs = 1_000; atMs <= 12_000; atMs += 500) {
      fed.print('BTC', [[atMs, 100]], 'there');
      fed.print('BTC', [[atMs, 82]]);
    }
    expect(fed.trips()).toHaveLength(1);
  });

  it('trip at once when the other one stands at watch', () => {
    const fed = fedBreaker();
    both(fed);
    fed.print('BTC', slide(100, 89.9, { fromMs: 10, toMs: 500 }), 'there');
    fed.print('BTC', slide(100, 84.9, { fromMs: 10, toMs: 500 }));
    expect(fed.trips()).toMatchObject([{ atMs: START_MS + 500, crossedAtMs: START_MS + 500 }]);
  });

  it('trip at once when the other one has been silent', () => {
    const fed = fedBreaker();
    both(fed);
    fed.print('BTC', slide(100, 84.9, { fromMs: 10 * SECOND_MS, toMs: 11 * SECOND_MS }));
    expect(fed.trips()).toHaveLength(1);
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
    expect(fed.breaker.assess(START_MS + 1)).toEqual({ level: 'clear', reasons: [], recovery: null });
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
