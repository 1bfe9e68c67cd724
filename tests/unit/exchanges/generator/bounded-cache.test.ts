import { expect, it } from 'vitest';
import { createBoundedCache } from '#exchanges/generator/bounded-cache.ts';

it('makes a value once while it is remembered', () => {
  const cache = createBoundedCache<number>(2);
  let made = 0;
  const ask = () => cache.get('a', () => ++made);
  expect([ask(), ask()]).toEqual([1, 1]);
});

it('displaces the value unused for longest, and hands it to the next one', () => {
  const cache = createBoundedCache<string>(2);
  cache.get(1, () => 'one');
  cache.get(2, () => 'two');
  cache.get(1, () => 'again');
  const displaced: (string | undefined)[] = [];
  cache.get(3, (old) => {
    displaced.push(old);
    return 'three';
  });
  expect(displaced).toEqual(['two']);
  expect(cache.get(1, () => 'lost')).toBe('one');
  expect(cache.get(2, () => 'made again')).toBe('made again');
});
