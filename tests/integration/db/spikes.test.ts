import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventRepository } from '#db/repositories/events.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSnapshotRepository } from '#db/repositories/snapshots.ts';
import { createSpikeRepository } from '#db/repositories/spikes.ts';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { BTC, NOW_MS, newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { spikesOfNotice } from '#tools/spikes/heard-spikes.ts';

const SINCE_MS = NOW_MS - HOUR_MS;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

function noticeOf(bar: number): SpikeNotice {
  const barOpenAtMs = NOW_MS + bar * MINUTE_MS;
  return {
    ...{
      symbol: BTC,
      timeframe: '1m',
      kind: 'price',
      direction: 'up',
      robustSigmas: 7.25,
      volumeSigmas: -0.5,
    },
    ...{ barOpenAtMs, atMs: barOpenAtMs + 1_500 },
  };
}

/** Told at an instant of the wall. */
async function tell(
  notice: SpikeNotice,
  atMs: number,
  { deskId = 'market', type = 'spike.told' }: { deskId?: string; type?: DeskEvent['type'] } = {},
): Promise<void> {
  const events = createEventRepository(test.database);
  await events.append({ type, runId: null, deskId, atMs, payload: notice });
}

/** A cycle that took these in, as its record leaves it. */
async function cycleOf(deskId: string, startedAtMs: number, taken: readonly SpikeNotice[] | null) {
  const runId = `run-${deskId}-${startedAtMs}`;
  await createRunRepository(test.database).start(newRun({ runId, deskId, startedAtMs, status: 'running' }));
  const snapshotId = `snap-${runId}`;
  await createSnapshotRepository(test.database).saveRef(
    {
      ...{
        snapshotId,
        asOfMs: NOW_MS,
        fastTimeframe: '3m',
        timeframes: ['3m'],
        symbols: [BTC],
        bars: 1,
        faults: [],
      },
      source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
      ...(taken && { heardSpikes: taken.flatMap(spikesOfNotice) }),
    },
    null,
  );
  await test.database.sql`
    update runs set status = 'finished', market_as_of_ms = ${NOW_MS}, snapshot_id = ${snapshotId} where run_id = ${runId}`;
}

describe('spikes that were told', () => {
  const spikes = () => createSpikeRepository(test.database, { marketKey: 'market' });

  it('are those of the market since an instant, in the order of their telling', async () => {
    const [late, early, old] = [noticeOf(2), noticeOf(1), noticeOf(0)];
    await tell(old, SINCE_MS - 1);
    await tell(late, SINCE_MS);
    await tell(early, NOW_MS);
    await tell(noticeOf(3), NOW_MS, { deskId: 'market--other' });
    await tell(noticeOf(4), NOW_MS, { type: 'span.opened' });
    expect(await spikes().toldSince(SINCE_MS)).toEqual([late, early]);
    expect(await spikes().sinceLastCycle('market', SINCE_MS)).toEqual({ notices: [late, early], taken: [] });
  });

  it('wait for each desk since its own last cycle began, with what that one took in', async () => {
    const [first, second, third] = [noticeOf(0), noticeOf(1), noticeOf(2)];
    await tell(first, NOW_MS - 3_000);
    await cycleOf('market', NOW_MS - 2_000, null);
    await tell(second, NOW_MS - 1_500);
    await cycleOf('market--own', NOW_MS - 1_500, [second]);
    await tell(third, NOW_MS - 1_000);
    expect(await spikes().sinceLastCycle('market', SINCE_MS)).toEqual({
      notices: [second, third],
      taken: [],
    });
    expect(await spikes().sinceLastCycle('market--own', SINCE_MS)).toEqual({
      notices: [second, third],
      taken: spikesOfNotice(second),
    });
    expect((await spikes().sinceLastCycle('once--market--1', SINCE_MS)).notices).toHaveLength(3);
  });

  it('are not taken by a cycle that still runs, or that saw no market', async () => {
    await tell(noticeOf(0), NOW_MS - 3_000);
    await createRunRepository(test.database).start(newRun({ deskId: 'market', startedAtMs: NOW_MS - 2_000 }));
    expect((await spikes().sinceLastCycle('market', SINCE_MS)).notices).toHaveLength(1);
  });
});
