import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpikeNotice } from '#domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { distinctSpikes, spikeKey, spikesOfNotice } from '#tools/spikes/heard-spikes.ts';
import { ToldSpikes } from '#tools/spikes/told-spikes.ts';

const START_MS = Date.UTC(2025, 0, 1);
const notice = fc.record({
  symbol: fc.constantFrom('BTC/USDT:USDT', 'ETH/USDT:USDT'),
  timeframe: fc.constantFrom('1m' as const, '1h' as const),
  kind: fc.constantFrom('price' as const, 'volume' as const, 'both' as const),
  direction: fc.constantFrom('up' as const, 'down' as const),
  robustSigmas: fc.double({ min: 4, max: 50, noNaN: true }),
  volumeSigmas: fc.double({ min: -3, max: 50, noNaN: true }),
  barOpenAtMs: fc.nat(20).map((bar) => START_MS + bar * MINUTE_MS),
  atMs: fc.nat(4 * 60).map((minute) => START_MS + minute * MINUTE_MS),
});

const told = (notices: readonly SpikeNotice[], mostPerHour: number): SpikeNotice[] => {
  const memory = new ToldSpikes(mostPerHour);
  return notices.filter((one) => memory.take(one) === 'told');
};

describe('what was told of spikes', () => {
  it('is never more of a symbol in any hour than is allowed, and nothing of that hour twice', () => {
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 150 }), fc.integer({ min: 1, max: 12 }), (all, most) => {
        const inTime = all.toSorted((left, right) => left.atMs - right.atMs);
        const kept = told(inTime, most);
        for (const last of kept) {
          const hour = kept.filter(
            ({ symbol, atMs }) => symbol === last.symbol && atMs > last.atMs - HOUR_MS && atMs <= last.atMs,
          );
          expect(hour.length).toBeLessThanOrEqual(most);
          const before = hour.slice(0, hour.indexOf(last));
          const known = new Set(before.flatMap(spikesOfNotice).map(spikeKey));
          expect(spikesOfNotice(last).every((spike) => known.has(spikeKey(spike)))).toBe(false);
        }
      }),
    );
  });

  it('leaves nothing out that is new while there is room', () => {
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 60 }), (all) => {
        const keys = (notices: readonly SpikeNotice[]) =>
          new Set(notices.flatMap(spikesOfNotice).map(spikeKey));
        expect(keys(told(all, 60))).toEqual(keys(all));
      }),
    );
  });

  it('does not hang on a clock that goes back: an older notice counts as of now', () => {
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 150 }), (all) => {
        const newest = new Map<string, number>();
        const counted = told(all, 3).map(({ symbol, atMs }) => {
          const asOfMs = Math.max(atMs, newest.get(symbol) ?? 0);
          newest.set(symbol, asOfMs);
          return { symbol, asOfMs };
        });
        for (const { symbol, asOfMs } of counted) {
          const hour = counted.filter(
            (one) => one.symbol === symbol && one.asOfMs > asOfMs - HOUR_MS && one.asOfMs <= asOfMs,
          );
          expect(hour.length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });

  it('gives each spike once, the first that was told of it', () => {
    fc.assert(
      fc.property(fc.array(notice), (all) => {
        const spikes = all.flatMap(spikesOfNotice);
        const distinct = distinctSpikes(spikes);
        expect(new Set(distinct.map(spikeKey)).size).toBe(distinct.length);
        expect(distinct).toEqual(
          spikes.filter((spike, i) => spikes.findIndex((one) => spikeKey(one) === spikeKey(spike)) === i),
        );
      }),
    );
  });
});
