import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { walkForward } from '#tools/evaluation/walk-forward.ts';

const day = (count: number) => count * DAY_MS;
const span = (from: number, to: number) => ({ fromMs: day(from), toMs: day(to) });

describe('a walk forward', () => {
  it('of two years and more keeps the last year, and cuts the rest into parts that train and test', () => {
    const { folds, final, finalRule } = walkForward([span(0, 865)], { folds: 4, embargoMs: day(2) });
    expect(finalRule).toBe('year');
    expect(final).toEqual({ train: span(0, 498), test: span(500, 865) });
    expect(folds).toEqual([
      { train: span(0, 98), test: span(100, 200) },
      { train: span(0, 198), test: span(200, 300) },
      { train: span(0, 298), test: span(300, 400) },
      { train: span(0, 398), test: span(400, 500) },
    ]);
  });

  it('of less than two years keeps the last fifth', () => {
    const { folds, final, finalRule } = walkForward([span(0, 100)], { folds: 1, embargoMs: day(1) });
    expect(finalRule).toBe('fifth');
    expect(final).toEqual({ train: span(0, 79), test: span(80, 100) });
    expect(folds).toEqual([{ train: span(0, 39), test: span(40, 80) }]);
  });

  it('does not count holes: a part has as many days of candles as another', () => {
    const { folds, final } = walkForward([span(0, 50), span(1_000, 1_050)], { folds: 1, embargoMs: day(1) });
    expect(folds).toEqual([{ train: span(0, 39), test: span(40, 1_030) }]);
    expect(final).toEqual({ train: span(0, 1_029), test: span(1_030, 1_050) });
  });

  it('refuses a span whose parts the embargo would eat, and no folds', () => {
    expect(() => walkForward([span(0, 10)], { folds: 4, embargoMs: day(2) })).toThrow(
      '10.0 days of candles in 5 parts and a final one leave 1.6 days a part',
    );
    expect(() => walkForward([], { folds: 4, embargoMs: day(2) })).toThrow(RangeError);
    expect(() => walkForward([span(0, 100)], { folds: 0, embargoMs: day(2) })).toThrow(RangeError);
  });
});
