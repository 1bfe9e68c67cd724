/** Which prices the market's breaker believes. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { fedBreaker, START_MS, slide } from './fed-breaker.ts';

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

  it('count by their low though a print of another asset is ahead of them', () => {
    const fed = fedBreaker();
    for (let i = 1; i < 5; i++) minute(fed, i, {});
    fed.print('SOL', [
      [5 * MINUTE_MS + 500, 10],
      [5 * MINUTE_MS + 501, 10],
    ]);
    minute(fed, 5, { low: 84, close: 90 });
    expect(fed.trips()).toHaveLength(1);
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

describe('prints and bars of one place', () => {
  const hour = (fed: ReturnType<typeof fedBreaker>, from: number, to: number, place?: string) => {
    for (let i = 0; i < 30; i++)
      fed.bar(
        'BTC',
        MINUTE_MS,
        { closesMs: (i + 1) * MINUTE_MS, open: from, close: i < 29 ? from : to },
        place,
      );
  };

  it('fall from the highest of both, so that prints that begin late hide no fall', () => {
    const fed = fedBreaker();
    hour(fed, 100, 91);
    fed.print('BTC', slide(91, 84.9, { fromMs: 30 * MINUTE_MS + 1, toMs: 31 * MINUTE_MS }));
    expect(fed.trips()).toMatchObject([{ trigger: 'btc_fall_1h', atMs: START_MS + 31 * MINUTE_MS }]);
  });

  it('do not fall from what another place has seen, where prices may be others', () => {
    const fed = fedBreaker();
    hour(fed, 120, 120, 'there');
    fed.print('BTC', slide(100, 99, { fromMs: 30 * MINUTE_MS + 1, toMs: 31 * MINUTE_MS }));
    expect(fed.breaker.level).toBe('clear');
  });

  it('know the highs of a hole in the prints from the bars', () => {
    const fed = fedBreaker();
    fed.print('BTC', [
      [0, 90],
      [1, 90],
    ]);
    hour(fed, 100, 100);
    fed.print('BTC', [
      [30 * MINUTE_MS + 1, 84.9],
      [30 * MINUTE_MS + 2, 84.9],
    ]);
    expect(fed.trips()).toHaveLength(1);
  });
});
