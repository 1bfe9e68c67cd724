import { expect, it } from 'vitest';
import { DAY_MS, SECOND_MS } from '#domain/time.ts';
import { type HistoryEntry, type HistoryMark, PAGE_LIMIT, readPages } from '#exchanges/ccxt/read-pages.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const START: HistoryMark = { atMs: FROM_MS, ids: [] };

function pagesOf(entries: readonly HistoryEntry[], asked: [number, number][] = []) {
  return {
    what: 'fills of BTC/USDT:USDT',
    notBeforeMs: FROM_MS,
    read: async (fromMs: number, toMs: number, limit: number) => {
      asked.push([fromMs, toMs]);
      return entries.filter(({ atMs }) => fromMs <= atMs && atMs <= toMs).slice(0, limit);
    },
  };
}

it('leaves alone what happened shortly before the account became ours', async () => {
  const entries = [
    { id: 'theirs', atMs: FROM_MS - 5 * SECOND_MS },
    { id: 'ours', atMs: FROM_MS + 5 * SECOND_MS },
  ];
  const first = await readPages(pagesOf(entries), START, FROM_MS + 10 * SECOND_MS);
  const second = await readPages(pagesOf(entries), first.mark, FROM_MS + 20 * SECOND_MS);
  expect([...first.entries, ...second.entries].map(({ id }) => id)).toEqual(['ours']);
});

it('asks for spans the venue answers, and begins an idle account a day back', async () => {
  const asked: [number, number][] = [];
  const nowMs = FROM_MS + 20 * DAY_MS;
  const { mark } = await readPages(pagesOf([], asked), START, nowMs);
  expect(asked).toHaveLength(3);
  for (const [fromMs, toMs] of asked) expect(toMs - fromMs).toBeLessThan(7 * DAY_MS);
  expect(mark).toEqual({ atMs: nowMs - DAY_MS, ids: [] });
});

it('misses nothing at the seam of two spans', async () => {
  const asked: [number, number][] = [];
  const nowMs = FROM_MS + 20 * DAY_MS;
  await readPages(pagesOf([], asked), START, nowMs);
  const [[, seamMs]] = asked as [[number, number]];
  const entries = [0, 1].map((afterMs) => ({ id: String(afterMs), atMs: seamMs + afterMs }));
  const { entries: told } = await readPages(pagesOf(entries), START, nowMs);
  expect(told).toEqual(entries);
});

it('reads anew from where it is told to, page by page, and leaves the mark where it was', async () => {
  const entries = Array.from({ length: PAGE_LIMIT * 2 + 5 }, (_, id) => ({
    id: String(id),
    atMs: FROM_MS + id,
  }));
  const nowMs = FROM_MS + 10 * 60 * SECOND_MS;
  const mark: HistoryMark = { atMs: nowMs - SECOND_MS, ids: ['newest'] };
  const again = await readPages({ ...pagesOf(entries), againFromMs: FROM_MS + 3 }, mark, nowMs);
  expect(again.entries).toEqual(entries.slice(3));
  expect(again.mark).toEqual(mark);
  const onwards = await readPages({ ...pagesOf(entries), againFromMs: nowMs }, mark, nowMs);
  expect(onwards.entries).toEqual([]);
});

it('says so when one instant holds more than a page', async () => {
  const crowd = Array.from({ length: PAGE_LIMIT + 1 }, (_, id) => ({ id: String(id), atMs: FROM_MS + 1 }));
  await expect(readPages(pagesOf(crowd), START, FROM_MS + DAY_MS)).rejects.toMatchObject({
    code: 'venue_unavailable',
    message: expect.stringContaining(`more than ${PAGE_LIMIT} entries at one instant`),
  });
});

it('orders ids of one instant by their number', async () => {
  const entries = ['10', '9', '100'].map((id) => ({ id, atMs: FROM_MS + 1 }));
  const { entries: told } = await readPages(pagesOf(entries), START, FROM_MS + SECOND_MS);
  expect(told.map(({ id }) => id)).toEqual(['9', '10', '100']);
});
