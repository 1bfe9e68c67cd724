import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { fedBreaker, START_MS } from '#tests/unit/tools/breaker/fed-breaker.ts';
import { createWindowHigh } from '#tools/breaker/window-high.ts';

type Print = readonly [atMs: number, price: number];

const WINDOWS = [
  { trigger: 'btc_fall_1h', windowMs: HOUR_MS, limit: 0.15 },
  { trigger: 'btc_fall_4h', windowMs: 4 * HOUR_MS, limit: 0.2 },
];

/** A walk in steps small enough to be believed at once, with slides and pauses. */
const walk = fc
  .array(
    fc.record({
      drift: fc.constantFrom(-0.009, -0.006, -0.003, 0.002, 0.006),
      prints: fc.integer({ min: 1, max: 20 }),
      everyMs: fc.constantFrom(10 * SECOND_MS, 20 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 12 * MINUTE_MS),
    }),
    { minLength: 4, maxLength: 12 },
  )
  .map((legs) => {
    const prints: Print[] = [
      [0, 100],
      [1, 100],
    ];
    for (const { drift, prints: count, everyMs } of legs)
      for (let i = 0; i < count; i++) {
        const [atMs, price] = prints.at(-1)!;
        prints.push([atMs + everyMs, price * (1 + drift)]);
      }
    return prints;
  });

/** The first print that stands so far under the highest of its window, by looking at all of them each time. */
function firstCrossing(
  prints: readonly Print[],
  { windowMs, limit, at }: { windowMs: number; limit: number; at?: ReadonlySet<number> },
) {
  const crossing = prints.find(([atMs, price], i) => {
    const inside = prints.slice(0, i + 1).filter(([one]) => one > atMs - windowMs);
    const high = Math.max(...inside.map(([, one]) => one));
    return (high - price) / high >= limit && (at?.has(atMs) ?? true);
  });
  return crossing?.[0] ?? null;
}

/** Prints of one minute as a bar that closes at the last of them. */
function barsOf(prints: readonly Print[]) {
  const minutes = new Map<number, Print[]>();
  for (const print of prints) {
    const minute = Math.floor(print[0] / MINUTE_MS);
    minutes.set(minute, [...(minutes.get(minute) ?? []), print]);
  }
  return [...minutes.values()].map((inside) => {
    const prices = inside.map(([, price]) => price);
    return {
      closesMs: inside.at(-1)![0],
      open: prices[0]!,
      close: prices.at(-1)!,
      high: Math.max(...prices),
      low: Math.min(...prices),
    };
  });
}

function firstTrips(prints: readonly Print[]) {
  const fed = fedBreaker();
  fed.print('BTC', prints);
  return WINDOWS.map(({ trigger }) => {
    const trip = fed.trips().find((event) => event.trigger === trigger);
    return trip ? trip.atMs - START_MS : null;
  });
}

describe('the highest price of a window', () => {
  it('is that of a plain search, but for a part of the window at its beginning, where it is never less', () => {
    const pieces = fc.array(fc.tuple(fc.nat({ max: 3_000 }), fc.integer({ min: 1, max: 50 })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 20_000 }), (steps, windowMs) => {
        const highs = createWindowHigh({ windowMs });
        const seen: Print[] = [];
        let atMs = START_MS;
        for (const [stepMs, price] of steps) {
          atMs += stepMs;
          seen.push([atMs, price]);
          highs.add(atMs, price);
          const plain = (lengthMs: number) =>
            Math.max(...seen.filter(([at]) => at > atMs - lengthMs).map(([, one]) => one));
          expect(highs.at(atMs)).toBeGreaterThanOrEqual(plain(windowMs));
          expect(highs.at(atMs)).toBeLessThanOrEqual(plain(windowMs * (1 + 1 / 3_600)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps no more prices than it has parts, however long a fall lasts', () => {
    const highs = createWindowHigh({ windowMs: HOUR_MS });
    for (let i = 0; i < 200_000; i++) highs.add(START_MS + i * 10, 1_000_000 - i);
    expect(highs.at(START_MS + 1_999_990)).toBe(1_000_000);
    // Everything but the last part has left the window: nothing older is given.
    expect(highs.at(START_MS + 1_999_990 + HOUR_MS - SECOND_MS)).toBeLessThan(
      1_000_000 - 199_000 + SECOND_MS,
    );
  });
});

describe('the market’s breaker on one asset', () => {
  it('trips at the print at which a plain search finds the crossing, and never without one', () => {
    let crossings = 0;
    fc.assert(
      fc.property(walk, (prints) => {
        const expected = WINDOWS.map((window) => firstCrossing(prints, window));
        crossings += expected.filter((atMs) => atMs !== null).length;
        expect(firstTrips(prints)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
    expect(crossings).toBeGreaterThan(20);
  });

  it('is not moved by single wrong prints, whatever they say', () => {
    const wrong = fc.oneof(
      fc.double({ min: 1e-9, max: 0.9, noNaN: true }),
      fc.double({ min: 1.1, max: 1e6, noNaN: true }),
      fc.constantFrom(Number.NaN, 0, -1, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(
        walk,
        fc.array(fc.tuple(fc.nat({ max: 400 }), wrong), { maxLength: 10 }),
        (prints, faults) => {
          const at = new Map(
            faults.map(([index, factor]) => [2 + 2 * (index % Math.ceil(prints.length / 2)), factor]),
          );
          const spoilt = prints.flatMap(([atMs, price], i): Print[] => {
            const factor = at.get(i);
            return factor === undefined
              ? [[atMs, price]]
              : [
                  [atMs, price],
                  [atMs, price * factor],
                ];
          });
          expect(firstTrips(spoilt)).toEqual(firstTrips(prints));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('always trips when a fall over the limit is held, however it came about', () => {
    const fall = fc.double({ min: 0.1501, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(
        fall,
        fc.integer({ min: 2, max: 5 }),
        fc.nat({ max: 50 * MINUTE_MS }),
        (share, count, afterMs) => {
          const held = Array.from({ length: count }, (_, i): Print => [2 + afterMs + i, 100 * (1 - share)]);
          expect(firstTrips([[0, 100], [1, 100], ...held])[0]).toBe(held[1]![0]);
        },
      ),
    );
  });

  it('says the same of bars as of prints where each bar is one print', () => {
    fc.assert(
      fc.property(walk, (prints) => {
        const onPrints = fedBreaker();
        const onBars = fedBreaker();
        for (const [atMs, price] of prints) {
          onPrints.print('BTC', [[atMs, price]]);
          onBars.bar('BTC', MINUTE_MS, { closesMs: atMs, open: price, close: price });
          expect(onBars.breaker.level).toBe(onPrints.breaker.level);
        }
        expect(onBars.trips()).toEqual(onPrints.trips());
      }),
      { numRuns: 100 },
    );
  });

  it('trips on bars by their close at the latest, and never but for a fall that their prints had in a bar more', () => {
    fc.assert(
      fc.property(walk, (prints) => {
        const fed = fedBreaker();
        for (const bar of barsOf(prints)) fed.bar('BTC', MINUTE_MS, bar);
        for (const { trigger, windowMs, limit } of WINDOWS) {
          const trip = fed.trips().find((event) => event.trigger === trigger);
          const tripMs = trip ? trip.atMs - START_MS : Number.POSITIVE_INFINITY;
          const crossedMs = firstCrossing(prints, { windowMs: windowMs + MINUTE_MS, limit });
          expect(tripMs).toBeGreaterThanOrEqual(crossedMs ?? Number.POSITIVE_INFINITY);
          const closes = new Set(barsOf(prints).map(({ closesMs }) => closesMs));
          const heldMs = firstCrossing(prints, { windowMs, limit, at: closes });
          expect(tripMs).toBeLessThanOrEqual(heldMs ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the market’s breaker on several assets', () => {
  it('does not mind in which order prices of one instant come', () => {
    const rows = fc.array(
      fc.array(fc.double({ min: -0.009, max: 0.006, noNaN: true }), { minLength: 4, maxLength: 4 }),
      {
        minLength: 5,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(rows, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (steps, order) => {
        const names = ['BTC', 'ETH', 'SOL', 'XRP'];
        const run = (indexes: readonly number[]) => {
          const fed = fedBreaker();
          const prices = [100, 100, 100, 100];
          const levels = steps.map((moves, k) => {
            for (const i of indexes) {
              prices[i] = prices[i]! * (1 + moves[i]!);
              fed.print(names[i]!, [[k * MINUTE_MS, prices[i]!]]);
            }
            return fed.breaker.level;
          });
          const trips = fed.trips().map(({ trigger, atMs }) => `${trigger} ${atMs}`);
          return { levels, trips: trips.toSorted() };
        };
        expect(run(order)).toEqual(run([0, 1, 2, 3]));
      }),
      { numRuns: 100 },
    );
  });
});
