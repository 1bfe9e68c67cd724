import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellWeights, REGIME_CELLS, type RegimeCell } from '#domain/strategy-weights.ts';
import { DAY_MS } from '#domain/time.ts';
import { learnWeights, type MembersEvidence, MOST_WEIGHT_FRACTION } from '#tools/evaluation/learn-weights.ts';
import type { CellEvidence, RegimeEvidence } from '#tools/evaluation/regime-evidence.ts';

const NEVER_MS = 10_000 * DAY_MS;

/** Days from the first on, and so many trades, each of half a day. */
function evidenceOf(returns: readonly number[], trades: number): CellEvidence {
  return {
    days: new Map(returns.map((value, day) => [day * DAY_MS, value])),
    trades: Array.from({ length: trades }, (_, i) => ({
      ...{ enteredAtMs: i * DAY_MS, leftAtMs: i * DAY_MS + DAY_MS / 2 },
    })),
  };
}

function inEveryCell(evidence: CellEvidence): RegimeEvidence {
  return new Map(REGIME_CELLS.map((cell): [RegimeCell, CellEvidence] => [cell, evidence]));
}

/** A day of 1% and one of −0.8% in turn, about `drift` a day. */
function days(count: number, drift: number): number[] {
  return Array.from({ length: count }, (_, i) => drift + (i % 2 === 0 ? 0.01 : -0.01));
}

const anyEvidence = fc
  .record({
    returns: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 60 }),
    trades: fc.nat(40),
  })
  .map(({ returns, trades }) => inEveryCell(evidenceOf(returns, trades)));
const anyMembers = fc
  .array(fc.array(anyEvidence, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((all): MembersEvidence => new Map(all.map((markets, i) => [`strategy-${i}`, markets])));

describe('the weights of a regime', () => {
  it('are a distribution in which no strategy has more than the most, whatever the evidence', () => {
    fc.assert(
      fc.property(anyMembers, (evidence) => {
        for (const cell of Object.values(learnWeights(evidence, NEVER_MS))) {
          expect(CellWeights.safeParse(cell).success).toBe(true);
          for (const { weightFraction } of Object.values(cell.members)) {
            expect(weightFraction).toBeGreaterThan(0);
            expect(weightFraction).toBeLessThanOrEqual(MOST_WEIGHT_FRACTION);
          }
        }
      }),
    );
  });

  it('know nothing of what came after their instant', () => {
    fc.assert(
      fc.property(anyMembers, anyMembers, fc.integer({ min: 0, max: 60 }), (evidence, later, day) => {
        const untilMs = day * DAY_MS;
        const known = learnWeights(evidence, untilMs);
        const withMore = new Map(
          [...evidence].map(([name, markets], i) => {
            const others = [...later.values()][i % later.size]!;
            return [name, markets.map((market, m) => joined(market, others[m % others.length]!, untilMs))];
          }),
        );
        expect(learnWeights(withMore, untilMs)).toEqual(known);
      }),
    );
  });

  it('are the same for all, staying out among them, where there is too little to go by', () => {
    const few = new Map([
      ['few-trades', [inEveryCell(evidenceOf(days(60, 0.01), 9))]],
      ['few-days', [inEveryCell(evidenceOf(days(13, 0.01), 30))]],
      ['weak', [inEveryCell(evidenceOf(days(60, 0.001), 30))]],
    ]);
    const { members, flatFraction } = learnWeights(few, NEVER_MS).volatile;
    expect(flatFraction).toBeCloseTo(0.25, 12);
    for (const { weightFraction } of Object.values(members)) expect(weightFraction).toBeCloseTo(0.25, 12);
    expect(members['few-trades']).toMatchObject({ standardErrors: null, trades: 9, days: 60 });
    expect(members['few-days']).toMatchObject({ standardErrors: null, trades: 30, days: 13 });
    expect(members.weak?.standardErrors).toBeGreaterThan(0);
    expect(members.weak?.standardErrors).toBeLessThan(1);
  });

  it('go to staying out where every strategy has clearly lost, and to who has clearly gained', () => {
    const lost = [inEveryCell(evidenceOf(days(60, -0.008), 30))];
    const all = learnWeights(
      new Map([
        ['one', lost],
        ['two', lost],
        ['three', lost],
      ]),
      NEVER_MS,
    );
    expect(all['bear-normal'].flatFraction).toBeGreaterThan(0.8);
    const one = learnWeights(
      new Map([
        ['won', [inEveryCell(evidenceOf(days(60, 0.008), 30))]],
        ['two', lost],
      ]),
      NEVER_MS,
    );
    expect(one.volatile.members.won?.weightFraction).toBe(MOST_WEIGHT_FRACTION);
    expect(one.volatile.members.two?.weightFraction).toBeLessThan(0.01);
  });

  it('take the same days of two markets as one piece of evidence', () => {
    const market = inEveryCell(evidenceOf(days(60, 0.003), 30));
    const [once, twice] = [[market], [market, market]].map(
      (markets) => learnWeights(new Map([['one', markets]]), NEVER_MS).volatile.members.one,
    );
    expect(twice?.standardErrors).toBe(once?.standardErrors);
    expect(twice?.trades).toBe(60);
  });
});

/** What one has before an instant and the other from it on. */
function joined(before: RegimeEvidence, after: RegimeEvidence, untilMs: number): RegimeEvidence {
  const cells = REGIME_CELLS.map((cell): [RegimeCell, CellEvidence] => {
    const [first, second] = [before.get(cell)!, after.get(cell)!];
    const late = [...second.days].filter(([dayAtMs]) => dayAtMs + DAY_MS > untilMs);
    const early = [...first.days].filter(([dayAtMs]) => dayAtMs + DAY_MS <= untilMs);
    const trades = first.trades.filter(({ leftAtMs }) => leftAtMs < untilMs);
    const others = second.trades.filter(({ leftAtMs }) => leftAtMs >= untilMs);
    return [cell, { days: new Map([...early, ...late]), trades: [...trades, ...others] }];
  });
  return new Map(cells);
}
