import { describe, expect, it } from 'vitest';
import type { Desk } from '#domain/run.ts';
import { isOfMarket, marketKeyOf, marketsOf, mayRunOn, onceDeskId } from '#server/engine/market-desks.ts';

const KEY = 'generator-7';

describe('a desk', () => {
  it.each([
    ['the default one', KEY],
    ['one made beside it', `${KEY}--majors-and-alts`],
    ['one of a single cycle', onceDeskId(KEY, 'run_1-2')],
  ])('tells its market, be it %s', (_case, deskId) => {
    expect(marketKeyOf(deskId)).toBe(KEY);
    expect(mayRunOn(KEY, deskId)).toBe(true);
    expect(mayRunOn('generator-70', deskId)).toBe(false);
    expect(mayRunOn('generator', deskId)).toBe(false);
  });

  it('of a single cycle is no standing desk of its market', () => {
    expect(isOfMarket({ deskId: onceDeskId(KEY, 'run_1') }, KEY)).toBe(false);
  });
});

describe('the markets of a database', () => {
  it('are those of its desks, each with the ones that stand: none where only single cycles were run', () => {
    const ids = ['generator-8', `${KEY}--second`, KEY, onceDeskId('binanceusdm', 'run_1')];
    const desks = ids.map((deskId) => ({ deskId }) as Desk);
    const found = [...marketsOf(desks)].map(([key, own]) => [key, own.map(({ deskId }) => deskId)]);
    expect(found).toEqual([
      ['binanceusdm', []],
      [KEY, [`${KEY}--second`, KEY]],
      ['generator-8', ['generator-8']],
    ]);
  });
});
