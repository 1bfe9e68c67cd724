import { expect, it } from 'vitest';
import { createFreshCache } from '#exchanges/ccxt/fresh-cache.ts';

it('asks again once an answer has aged, and shares a question asked at the same time', async () => {
  let nowMs = 0;
  let asked = 0;
  const cache = createFreshCache<number>({ nowMs: () => nowMs }, { freshForMs: 100 });
  const get = () => cache.get('a', async () => ++asked);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  nowMs = 99;
  expect(await get()).toBe(1);
  nowMs = 100;
  expect(await get()).toBe(2);
});

it('forgets a failure at once', async () => {
  const cache = createFreshCache<string>({ nowMs: () => 0 }, { freshForMs: 100 });
  await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await cache.get('a', async () => 'up')).toBe('up');
});

it('asks again what was asked at the given instant or before, however fresh', async () => {
  let nowMs = 10;
  let asked = 0;
  const cache = createFreshCache<number>({ nowMs: () => nowMs }, { freshForMs: 100 });
  const get = (askedAfterMs?: number) => cache.get('a', async () => ++asked, askedAfterMs);
  expect(await get()).toBe(1);
  nowMs = 20;
  expect(await get(9)).toBe(1);
  expect(await get(10)).toBe(2);
  expect(await get(15)).toBe(2);
});
