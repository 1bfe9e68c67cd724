import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { type HistoryEntry, type HistoryMark, PAGE_LIMIT, readPages } from '#exchanges/ccxt/read-pages.ts';

const FROM_MS = Date.UTC(2025, 0, 1);

/** Spans between neighbours, from the same instant to an idle fortnight; some are bursts longer than a page. */
const history = fc
  .array(
    fc.record({
      afterMs: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: HOUR_MS, max: 15 * DAY_MS }),
      ),
      burst: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) },
        { weight: 1, arbitrary: fc.integer({ min: PAGE_LIMIT - 2, max: PAGE_LIMIT * 2 + 2 }) },
      ),
    }),
    { maxLength: 12 },
  )
  .map((groups) => {
    const entries: HistoryEntry[] = [];
    let atMs = FROM_MS;
    for (const { afterMs, burst } of groups) {
      atMs += afterMs;
      // A burst spreads over instants, three entries at each: more than a page at one instant cannot be read.
      for (let i = 0; i < burst; i++) {
        entries.push({ id: String(entries.length), atMs });
        if (i % 3 === 2) atMs++;
      }
    }
    return entries;
  });

/** When the history is read: each span goes on from the last reading. */
const readings = fc.array(
  fc.oneof(fc.integer({ min: 0, max: MINUTE_MS }), fc.integer({ max: 20 * DAY_MS, min: 0 })),
  {
    minLength: 1,
    maxLength: 12,
  },
);

interface Venue {
  readonly entries: readonly HistoryEntry[];
  /** How long after an entry's instant the venue begins to tell of it. */
  readonly toldAfterMs: (entry: HistoryEntry) => number;
}

async function readAll({ entries, toldAfterMs }: Venue, spansMs: readonly number[]) {
  const lastMs = entries.at(-1)?.atMs ?? FROM_MS;
  const told: HistoryEntry[] = [];
  const marks: HistoryMark[] = [{ atMs: FROM_MS, ids: [] }];
  let nowMs = FROM_MS;
  for (const spanMs of [...spansMs, 0]) {
    // The last reading sees everything.
    nowMs = marks.length === spansMs.length + 1 ? Math.max(nowMs, lastMs + MINUTE_MS) : nowMs + spanMs;
    const visible = entries.filter((entry) => entry.atMs + toldAfterMs(entry) <= nowMs);
    const read = async (fromMs: number, toMs: number, limit: number) =>
      visible.filter(({ atMs }) => fromMs <= atMs && atMs <= toMs).slice(0, limit);
    const reading = await readPages({ read, what: 'fills', notBeforeMs: FROM_MS }, marks.at(-1)!, nowMs);
    told.push(...reading.entries);
    marks.push(reading.mark);
  }
  return { told, marks };
}

it('tells any history once and whole, however it is split into readings', async () => {
  await fc.assert(
    fc.asyncProperty(history, readings, async (entries, spansMs) => {
      const { told } = await readAll({ entries, toldAfterMs: () => 0 }, spansMs);
      expect(told.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    }),
  );
});

it('misses nothing and repeats nothing that a venue tells a moment late', async () => {
  await fc.assert(
    fc.asyncProperty(history, readings, fc.integer({ min: 2, max: 5 }), async (entries, spansMs, every) => {
      const toldAfterMs = ({ id }: HistoryEntry) => (Number(id) % every === 0 ? 25_000 : 0);
      const { told } = await readAll({ entries, toldAfterMs }, spansMs);
      expect(told.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(
        entries.map((_, index) => index),
      );
    }),
  );
});

it('moves its mark only forward', async () => {
  await fc.assert(
    fc.asyncProperty(history, readings, async (entries, spansMs) => {
      const { marks } = await readAll({ entries, toldAfterMs: () => 0 }, spansMs);
      const instants = marks.map(({ atMs }) => atMs);
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
    }),
  );
});
