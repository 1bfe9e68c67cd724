import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { highest, lowest } from '#tools/indicators/channel.ts';

const values = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6);

describe('highest and lowest', () => {
  it('are those of the window that ends with the value', () => {
    expect([...highest(values, 3)]).toEqual([NaN, NaN, 4, 4, 5, 9, 9, 9]);
    expect([...lowest(values, 3)]).toEqual([NaN, NaN, 1, 1, 1, 1, 2, 2]);
  });

  it('are the value itself over one bar, and nothing over more bars than there are', () => {
    expect([...highest(values, 1)]).toEqual([...values]);
    expect([...lowest(values, 9)].every(Number.isNaN)).toBe(true);
    expect(highest(new Float64Array(0), 5)).toHaveLength(0);
  });

  it('are what looking through each window gives', () => {
    const random = seededRandom(3).next;
    const walk = Float64Array.from({ length: 400 }, () => Math.floor(random() * 20));
    for (const period of [2, 7, 100]) {
      const windows = [...walk].map((_, i) => walk.slice(Math.max(0, i - period + 1), i + 1));
      const full = (pick: (...numbers: number[]) => number) =>
        windows.map((window) => (window.length < period ? NaN : pick(...window)));
      expect([...highest(walk, period)]).toEqual(full(Math.max));
      expect([...lowest(walk, period)]).toEqual(full(Math.min));
    }
  });

  it('refuse half a bar', () => {
    expect(() => highest(values, 2.5)).toThrow('highest: period 2.5 must be a whole number of at least 1');
  });
});
