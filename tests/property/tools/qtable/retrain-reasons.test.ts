import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RetrainFacts } from '#domain/retraining.ts';
import { TrendRegime } from '#domain/signal.ts';
import { DAY_MS } from '#domain/time.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { retrainReasons } from '#tools/qtable/retrain-reasons.ts';

const KNOWN_TO_MS = Date.UTC(2026, 0, 5);

/** A desk that a table of yesterday serves well. */
function factsOf(over: Partial<RetrainFacts> = {}): RetrainFacts {
  return {
    ...{ nowMs: KNOWN_TO_MS + DAY_MS, symbols: [BTC], version: 3, knownToMs: KNOWN_TO_MS },
    ...{ signals: 500, trades: 20, won: 12, trendThen: 'bull', trendNow: 'bull' },
    ...over,
  };
}

const triggersOf = (over: Partial<RetrainFacts>) =>
  retrainReasons(factsOf(over)).map(({ trigger }) => trigger);

const trends = fc.option(fc.constantFrom(...TrendRegime.options));
const facts = fc
  .record({
    ageMs: fc.integer({ min: 0, max: 30 * DAY_MS }),
    hasTable: fc.boolean(),
    signals: fc.integer({ min: 0, max: 6_000 }),
    trades: fc.integer({ min: 0, max: 20 }),
    wonShare: fc.double({ min: 0, max: 1, noNaN: true }),
    ...{ trendThen: trends, trendNow: trends },
  })
  .map(({ ageMs, hasTable, wonShare, ...rest }) =>
    factsOf({
      ...rest,
      ...{ nowMs: KNOWN_TO_MS + ageMs, won: Math.floor(rest.trades * wonShare) },
      ...(hasTable ? {} : { version: null, knownToMs: null }),
    }),
  );

describe('what asks for a new Q-table', () => {
  it('is nothing for a desk that a recent table serves', () => {
    expect(triggersOf({})).toEqual([]);
  });

  it.each([
    ['signals', { signals: 2_000 }, { signals: 1_999 }],
    ['age', { nowMs: KNOWN_TO_MS + 7 * DAY_MS }, { nowMs: KNOWN_TO_MS + 7 * DAY_MS - 1 }],
    ['win_rate', { won: 7 }, { won: 8 }],
    ['win_rate', { trades: 20, won: 0 }, { trades: 19, won: 0 }],
    ['regime', { trendNow: 'bear' }, { trendNow: 'unknown' }],
    ['regime', { trendThen: 'sideways' }, { trendThen: null }],
  ] as const)('is %s at its number and not before', (trigger, at, before) => {
    expect(triggersOf(at)).toEqual([trigger]);
    expect(triggersOf(before)).toEqual([]);
  });

  it('is the signals alone where nothing was trained yet', () => {
    const none = { version: null, knownToMs: null, won: 0, trendNow: 'bear' } as const;
    expect(triggersOf({ ...none, signals: 2_000 })).toEqual(['signals']);
    expect(triggersOf({ ...none, signals: 1_999 })).toEqual([]);
  });

  it('says the numbers of each trigger', () => {
    const told = retrainReasons(factsOf({ signals: 2_400, won: 3, trendNow: 'bear' }));
    expect(told.map(({ message }) => message)).toEqual([
      '2400 signals were recorded since 2026-01-05T00:00:00.000Z, the end of version 3; 2000 ask for a new table',
      '3 of the newest 20 trades since 2026-01-05T00:00:00.000Z, the end of version 3 were won; under 40% asks for a new table',
      "Bitcoin's trend was bull at the end of version 3 and has been bear for a day",
    ]);
  });

  it('never goes away when more signals come, time passes or fewer trades are won', () => {
    fc.assert(
      fc.property(facts, fc.nat(5_000), fc.nat(10 * DAY_MS), (before, more, laterMs) => {
        const after = {
          ...before,
          signals: before.signals + more,
          nowMs: before.nowMs + laterMs,
          won: Math.max(0, before.won - (more % 5)),
        };
        const triggers = retrainReasons(after).map(({ trigger }) => trigger);
        for (const { trigger } of retrainReasons(before)) expect(triggers).toContain(trigger);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is told once for each trigger', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const triggers = retrainReasons(one).map(({ trigger }) => trigger);
        expect(new Set(triggers).size).toBe(triggers.length);
      }),
    );
  });
});
