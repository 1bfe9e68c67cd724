import { describe, expect, it } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { timedRecords } from '#server/engine/timed-records.ts';
import { cycleRecord, NOW_MS } from '#tests/support/database-rows.ts';

const market = {
  ...{ snapshotId: 's', source: { kind: 'generator', name: 'g', synthetic: true }, asOfMs: 1_000_000 },
  ...{ fastTimeframe: '3m', timeframes: ['3m'], symbols: [], bars: 0, faults: [] },
} satisfies CycleRecord['market'];

async function savedAt(marketNowMs: number, change: Partial<CycleRecord>): Promise<CycleRecord | undefined> {
  const saved: CycleRecord[] = [];
  const records = timedRecords(
    { save: async (record) => void saved.push(record) },
    { market: { nowMs: () => marketNowMs, speed: 60 }, wall: { nowMs: () => NOW_MS + 500 } },
  );
  await records.save(cycleRecord({ finishedAtMs: NOW_MS, market, ...change }));
  return saved[0];
}

describe('a record that is saved', () => {
  it('says where the market stood when its run ended, not when it is written', async () => {
    expect((await savedAt(1_090_000, {}))?.marketFinishedAtMs).toBe(1_060_000);
  });

  it('never says that the market went back', async () => {
    expect((await savedAt(1_000_000, {}))?.marketFinishedAtMs).toBe(1_000_000);
  });

  it('says nothing where no market was seen or it stood still', async () => {
    expect(await savedAt(1_090_000, { market: null })).not.toHaveProperty('marketFinishedAtMs');
    expect(await savedAt(1_090_000, { kind: 'fork' })).not.toHaveProperty('marketFinishedAtMs');
  });
});
