import { expect, it } from 'vitest';
import { keepLatest } from '#domain/latest.ts';

it('forgets what was neither set nor asked for last', () => {
  const latest = keepLatest<string, number>(2);
  latest.set('a', 1);
  latest.set('b', 2);
  expect(latest.get('a')).toBe(1);
  latest.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => latest.get(key))).toEqual([1, undefined, 3]);
});

it('keeps the newest value of a key, in one place', () => {
  const latest = keepLatest<string, number>(2);
  latest.set('a', 1);
  latest.set('b', 2);
  latest.set('a', 3);
  expect(['a', 'b'].map((key) => latest.get(key))).toEqual([3, 2]);
});
