import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PositionSide } from '#domain/account.ts';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { nextStop, type StopFacts } from '#tools/orders/exit-moves.ts';
import { DEFAULT_EXIT_RULES, ExitRules } from '#tools/risk/exit-rules.ts';

const TICK = '0.1';

const rules = fc
  .record({
    breakEven: fc.option(fc.record({ atProfitR: fc.constantFrom(0.5, 1, 2) })),
    trailing: fc.option(
      fc.record({
        fromProfitR: fc.constantFrom(1.5, 2),
        behindR: fc.constantFrom(0.5, 1),
        stepR: fc.constantFrom(0.1, 0.25, 1),
      }),
    ),
    minDistanceFraction: fc.constantFrom(0.0005, 0.001, 0.02),
  })
  .map((told): ExitRules => ExitRules.parse(told));

const ticks = (min: number, max: number) => fc.integer({ min, max }).map((units) => units / 10);

/** An entry near 100, off the ticks as averages are, its first stop up to 8 away, and marks of any sort after it. */
const trades = fc.record({
  side: fc.constantFrom<PositionSide[]>('long', 'short'),
  entry: fc.integer({ min: 98_000, max: 102_000 }).map((units) => units / 1_000),
  first: ticks(1, 80),
  feeFraction: fc.constantFrom<number[]>(0, 0.0005, 0.002),
  marks: fc.array(ticks(600, 1_600), { minLength: 1, maxLength: 30 }),
});

type Trade = typeof trades extends fc.Arbitrary<infer Told> ? Told : never;

function factsAt({ side, entry, first, feeFraction }: Trade, mark: number, stop: string | null): StopFacts {
  const isLong = side === 'long';
  const away = decimal(entry).plus(isLong ? -first : first);
  const firstStopQuote = decimalText(roundToStep(away, TICK, isLong ? 'down' : 'up'));
  return {
    position: {
      side,
      entryPriceQuote: decimalText(entry),
      markPriceQuote: decimalText(mark),
    },
    stopQuote: stop ?? firstStopQuote,
    firstStopQuote,
    instrument: instrumentOf(BTC, { tickSizeQuote: TICK, takerFeeFraction: feeFraction }),
  };
}

function mirrored(price: number): number {
  return Number(decimal(200).minus(price));
}

/** Walks the marks as passes of the guard would: the stop that stands is all that goes from one to the next. */
function walk(trade: Trade, given: ExitRules): string[] {
  const stops: string[] = [];
  for (const mark of trade.marks) {
    const facts = factsAt(trade, mark, stops.at(-1) ?? null);
    stops.push(nextStop(facts, given) ?? facts.stopQuote);
  }
  return stops;
}

describe('a stop on any path of prices', () => {
  it('only ever comes nearer to the market, on a tick, and keeps its distance from the mark', () => {
    fc.assert(
      fc.property(trades, rules, (trade, given) => {
        let standing: string | null = null;
        for (const mark of trade.marks) {
          const facts = factsAt(trade, mark, standing);
          const next = nextStop(facts, given);
          if (next === null) continue;
          const nearer = decimal(next).minus(facts.stopQuote);
          const room = decimal(mark).minus(next);
          const sign = trade.side === 'long' ? 1 : -1;
          expect(nearer.times(sign).gt(0)).toBe(true);
          expect(room.times(sign).gte(decimal(mark).times(given.minDistanceFraction))).toBe(true);
          expect(decimal(next).mod(TICK).eq(0)).toBe(true);
          standing = next;
        }
      }),
    );
  });

  it('moves once for a price, however often it is asked, and from a restart as from a long run', () => {
    fc.assert(
      fc.property(trades, rules, (trade, given) => {
        const twice = { ...trade, marks: trade.marks.flatMap((mark) => [mark, mark]) };
        expect(walk(twice, given).filter((_, i) => i % 2 === 1)).toEqual(walk(trade, given));
      }),
    );
  });

  it('ends where the best price alone would have brought it', () => {
    fc.assert(
      fc.property(trades, (trade) => {
        const best = trade.side === 'long' ? Math.max(...trade.marks) : Math.min(...trade.marks);
        const [alone] = walk({ ...trade, marks: [best] }, DEFAULT_EXIT_RULES);
        expect(walk(trade, DEFAULT_EXIT_RULES).at(-1)).toBe(alone);
      }),
    );
  });

  it('never rests on the losing side once it has moved, fees counted', () => {
    fc.assert(
      fc.property(trades, (trade) => {
        const facts = factsAt(trade, trade.marks[0] ?? 100, null);
        const next = nextStop(facts, { ...DEFAULT_EXIT_RULES, trailing: null });
        if (next === null) return;
        const sign = trade.side === 'long' ? 1 : -1;
        const gross = decimal(next).minus(facts.position.entryPriceQuote).times(sign);
        const fees = decimal(next).plus(facts.position.entryPriceQuote).times(trade.feeFraction);
        expect(gross.gte(fees)).toBe(true);
      }),
    );
  });
});

describe('a short', () => {
  it('is the mirror of a long', () => {
    fc.assert(
      fc.property(trades, rules, (trade, given) => {
        // Without fractions of a price nothing but the sign differs. The mirror stands at 100.
        const marks = trade.marks.filter((mark) => mark < 140);
        const long: Trade = { ...trade, side: 'long', feeFraction: 0, marks };
        const short: Trade = {
          ...long,
          side: 'short',
          entry: mirrored(long.entry),
          marks: marks.map(mirrored),
        };
        const free = { ...given, minDistanceFraction: 0 };
        expect(walk(short, free).map((stop) => mirrored(Number(stop)))).toEqual(walk(long, free).map(Number));
      }),
    );
  });
});
