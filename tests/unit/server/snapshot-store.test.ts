import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import type { SnapshotRef } from '#domain/market.ts';
import type { Spike } from '#domain/signal.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { createSnapshotStore, type SnapshotRows } from '#server/engine/snapshot-store.ts';
import { MARKET, MOMENTS, SYMBOLS } from '#tests/support/memory-cycles.ts';
import { drawWeights } from '#tools/evaluation/drawn-weights.ts';

const BARS = 150;
const HEARD: Spike = {
  ...{ symbol: 'BTC/USDT:USDT', timeframe: '1m', kind: 'price', direction: 'up', robustSigmas: 7 },
  barOpenAtMs: MOMENTS.trading - 60_000,
};

/** Rows that outlive the store, as through JSON. */
function memoryRows(): SnapshotRows {
  const rows = new Map<string, { ref: string; body: Buffer | null }>();
  return {
    async saveRef(ref, body) {
      rows.set(ref.snapshotId, { ref: JSON.stringify(ref), body });
    },
    async loadRef(snapshotId) {
      const row = rows.get(snapshotId);
      return row === undefined ? null : { ref: JSON.parse(row.ref) as SnapshotRef, body: row.body };
    },
  };
}

const WEIGHTS = { ...drawWeights(seededRandom(4).next), version: 4 };

describe('a frozen market', () => {
  it.each([
    ['whose candles are found again', MARKET],
    [
      'whose candles are stored',
      { ...MARKET, source: { ...MARKET.source, kind: 'ccxt' } } satisfies MarketData,
    ],
  ] as const)(
    '%s is the same for another process, with what was heard of spikes, the strategy and its weights',
    async (_name, market) => {
      const rows = memoryRows();
      const asked = { symbols: SYMBOLS, asOfMs: MOMENTS.trading, barsPerSeries: BARS };
      for (const [snapshotId, heard] of Object.entries({ silent: undefined, loud: [HEARD] })) {
        const seen = await market.snapshot({ ...asked, snapshotId });
        const { source } = market;
        const snapshot = {
          ...seen,
          source,
          ...(heard && { heardSpikes: heard, strategy: 'adaptive', weights: WEIGHTS }),
        };
        await createSnapshotStore(rows, market, BARS).save(snapshot);
        const found = await createSnapshotStore(rows, market, BARS).load(snapshotId);
        expect({ ...found, source }).toEqual(snapshot);
        expect(found?.heardSpikes).toEqual(heard);
      }
    },
  );
});
