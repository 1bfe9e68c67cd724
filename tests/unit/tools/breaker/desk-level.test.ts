import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { deskLevel } from '#tools/breaker/desk-level.ts';
import { fedBreaker, START_MS, slide } from './fed-breaker.ts';

const FALL_MS = 10 * MINUTE_MS;

/** BTC at 100 for ten minutes, then at 84 within four. */
function fallen() {
  const fed = fedBreaker();
  fed.print('BTC', slide(100, 100, { fromMs: 0, toMs: FALL_MS }));
  fed.print('BTC', slide(100, 84, { fromMs: FALL_MS, toMs: FALL_MS + 4 * MINUTE_MS }));
  return fed;
}
const NOW_MS = FALL_MS + 4 * MINUTE_MS;
const triggers = ({ reasons }: ReturnType<typeof deskLevel>) =>
  reasons.map(({ trigger, level }) => `${trigger} ${level}`);

describe('the level of a desk', () => {
  it('is tripped until the market is back, with what is still missing', () => {
    const fed = fallen();
    const told = deskLevel(fed.breaker.assess(START_MS + NOW_MS), undefined);
    expect(told.level).toBe('tripped');
    expect(triggers(told)).toEqual(['btc_fall_1h tripped', 'btc_fall_4h watch', 'market_recovery tripped']);
    expect(told.reasons.at(-1)?.message).toMatch(
      /1 trigger over its threshold, no further fall for 0 of 30 min, back by 0% of the fall, 50% asked/,
    );
  });

  it('tells which side its reasons hurt', () => {
    const { reasons } = deskLevel(fallen().breaker.assess(START_MS + NOW_MS), undefined);
    expect(reasons.map(({ hurts }) => hurts)).toEqual([['long'], ['long'], ['long']]);
  });

  it('is at most watch for the trip that a person has overridden', () => {
    const told = deskLevel(fallen().breaker.assess(START_MS + NOW_MS), START_MS + NOW_MS);
    expect(told.level).toBe('watch');
    expect(triggers(told)).toEqual(['btc_fall_1h watch', 'btc_fall_4h watch']);
  });

  it('is tripped for a trip after the override', () => {
    const before = START_MS + FALL_MS;
    expect(deskLevel(fallen().breaker.assess(START_MS + NOW_MS), before).level).toBe('tripped');
  });

  it('says nothing of a market that cannot be measured: that is for each cycle', () => {
    expect(deskLevel(fedBreaker().breaker.assess(START_MS), undefined)).toEqual({
      level: 'clear',
      reasons: [],
    });
  });
});

describe('the recovery of a market without BTC', () => {
  it('by liquidations alone is over when they are, whoever leads', () => {
    const fed = fedBreaker();
    const told = (heardUsd: number, minute: number) =>
      fed.events.push(
        ...fed.breaker.liquidations({ atMs: START_MS + minute * MINUTE_MS, heardUsd, unbrokenSinceMs: 0 }),
      );
    for (const minute of [0, 1]) told(600e6, minute);
    expect(fed.breaker.level).toBe('tripped');
    told(1e6, 120);
    fed.events.push(...fed.breaker.recover(START_MS + 121 * MINUTE_MS));
    expect(fed.breaker.level).toBe('clear');
  });

  it('is not told by a coin that has only fallen since', () => {
    const fed = fedBreaker();
    for (const minute of [0, 1])
      fed.breaker.liquidations({ atMs: START_MS + minute * MINUTE_MS, heardUsd: 600e6, unbrokenSinceMs: 0 });
    fed.print('ETH', slide(100, 100, { fromMs: 2 * MINUTE_MS, toMs: 3 * MINUTE_MS }));
    fed.print('ETH', slide(100, 60, { fromMs: 4 * MINUTE_MS, toMs: 9 * MINUTE_MS }));
    fed.breaker.liquidations({ atMs: START_MS + 80 * MINUTE_MS, heardUsd: 1e6, unbrokenSinceMs: 0 });
    fed.print('ETH', slide(60, 60, { fromMs: 81 * MINUTE_MS, toMs: 5 * 60 * MINUTE_MS }));
    expect(fed.breaker.assess(START_MS + 5 * 60 * MINUTE_MS).recovery?.isRecovered).toBe(false);
  });

  it('is not told by a BTC that is seen only after the trip', () => {
    const fed = fedBreaker();
    fed.print('ETH', slide(3_000, 3_000, { fromMs: 0, toMs: MINUTE_MS }));
    fed.print('ETH', slide(3_000, 1_800, { fromMs: MINUTE_MS, toMs: 8 * MINUTE_MS }));
    fed.print('BTC', slide(54_000, 54_000, { fromMs: 9 * MINUTE_MS, toMs: 10 * MINUTE_MS }));
    const back = fed.breaker
      .assess(START_MS + 10 * MINUTE_MS)
      .recovery?.conditions.find(({ condition }) => condition === 'back');
    expect(back).toMatchObject({ isMet: false, value: 0 });
  });
});

describe('a trip that a person overrides', () => {
  it('trips again by what falls from there, and by no less', () => {
    const fed = fallen();
    fed.breaker.forgive(START_MS + NOW_MS);
    const from = NOW_MS + MINUTE_MS;
    fed.print('BTC', slide(84, 72, { fromMs: from, toMs: from + 4 * MINUTE_MS }));
    expect(fed.trips().map(({ trigger }) => trigger)).toEqual(['btc_fall_1h']);
    fed.print('BTC', slide(72, 71, { fromMs: from + 5 * MINUTE_MS, toMs: from + 6 * MINUTE_MS }));
    expect(fed.trips().map(({ trigger }) => trigger)).toEqual(['btc_fall_1h', 'btc_fall_1h']);
    expect(fed.trips()[1]?.value).toBeGreaterThan(0.15);
  });

  it('forgives what lies before an instant that is long over', () => {
    const fed = fallen();
    const rise = NOW_MS + MINUTE_MS;
    fed.print('BTC', slide(84, 90, { fromMs: rise, toMs: rise + MINUTE_MS }));
    fed.print('BTC', slide(90, 78, { fromMs: rise + 2 * MINUTE_MS, toMs: rise + 5 * MINUTE_MS }));
    const before = fed.trips().length;
    fed.breaker.forgive(START_MS + NOW_MS);
    fed.print('BTC', [[rise + 6 * MINUTE_MS, 78]]);
    expect(fed.reasons(rise + 6 * MINUTE_MS)).toContain('btc_fall_1h watch');
    fed.print('BTC', slide(78, 76, { fromMs: rise + 7 * MINUTE_MS, toMs: rise + 8 * MINUTE_MS }));
    expect(fed.trips()).toHaveLength(before + 1);
  });

  it('goes on until the market has recovered', () => {
    const fed = fallen();
    fed.breaker.forgive(START_MS + NOW_MS);
    expect(fed.breaker.level).toBe('tripped');
    expect(fed.breaker.assess(START_MS + NOW_MS).recovery?.isRecovered).toBe(false);
  });

  it('by a peg trips again only after it was clear', () => {
    const fed = fedBreaker();
    const at = (minute: number) => minute * MINUTE_MS;
    fed.print('USDC', slide(1, 0.95, { fromMs: 0, toMs: at(4) }));
    fed.breaker.forgive(START_MS + at(4));
    fed.print('USDC', slide(0.95, 0.93, { fromMs: at(5), toMs: at(6) }));
    expect(fed.trips()).toHaveLength(1);
    fed.print('USDC', slide(0.93, 1, { fromMs: at(7), toMs: at(9) }));
    fed.print('USDC', slide(1, 0.95, { fromMs: at(10), toMs: at(12) }));
    expect(fed.trips()).toHaveLength(2);
  });
});
