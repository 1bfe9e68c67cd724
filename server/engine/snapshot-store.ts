/**
 * Frozen markets by id. A replay and the generator answer the same question with the same candles, so their name is
 * enough to find them again; a venue's candles are stored, and so is what a watch had told. The newest few stay in memory
 * for the run that is under way.
 */

import { decodeSnapshot, encodeSnapshot } from '#db/snapshot-codec.ts';
import { keepLatest } from '#domain/latest.ts';
import type { MarketSnapshot, SnapshotRef } from '#domain/market.ts';
import { snapshotRef } from '#domain/market.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { SnapshotStore } from '#graphs/deps.ts';

export interface SnapshotRows {
  saveRef(ref: SnapshotRef, body: Buffer | null): Promise<void>;
  loadRef(snapshotId: string): Promise<{ readonly ref: SnapshotRef; readonly body: Buffer | null } | null>;
}

const KEPT_IN_MEMORY = 16;

export function createSnapshotStore(
  rows: SnapshotRows,
  market: MarketData,
  barsPerSeries: number,
): SnapshotStore {
  const recent = keepLatest<string, MarketSnapshot>(KEPT_IN_MEMORY);
  const remember = (snapshot: MarketSnapshot) => {
    recent.set(snapshot.snapshotId, snapshot);
    return snapshot;
  };
  return {
    async save(snapshot) {
      remember(snapshot);
      const body = snapshot.source.kind === 'ccxt' ? await encodeSnapshot(snapshot) : null;
      await rows.saveRef(snapshotRef(snapshot), body);
    },
    async load(snapshotId) {
      const kept = recent.get(snapshotId);
      if (kept !== undefined) return kept;
      const row = await rows.loadRef(snapshotId);
      if (row === null) return null;
      if (row.body !== null) return remember(await decodeSnapshot(row.body));
      const asked = new Set([...row.ref.symbols, ...row.ref.faults.map(({ symbol }) => symbol)]);
      const { asOfMs, heardSpikes, strategy, weights } = row.ref;
      const symbols = [...asked];
      const snapshot = await market.snapshot({ symbols, asOfMs, barsPerSeries, snapshotId });
      return remember({
        ...snapshot,
        ...(heardSpikes && { heardSpikes }),
        ...(strategy !== undefined && { strategy }),
        ...(weights && { weights }),
      });
    },
  };
}
