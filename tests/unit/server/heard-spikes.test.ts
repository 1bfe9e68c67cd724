import { describe, expect, it } from 'vitest';
import type { UntakenSpikes } from '#db/repositories/spikes.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createHeardSpikes } from '#server/engine/heard-spikes.ts';
import { spikesOfNotice } from '#tools/spikes/heard-spikes.ts';

const [BTC, ETH] = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
const AS_OF_MS = Date.UTC(2025, 0, 1, 12);
const WALL_MS = Date.UTC(2026, 5, 1);

function noticeOf(over: Partial<SpikeNotice> = {}): SpikeNotice {
  const atMs = over.atMs ?? AS_OF_MS - MINUTE_MS;
  return {
    ...{ symbol: BTC, timeframe: '1m', kind: 'price', direction: 'down', robustSigmas: 7, volumeSigmas: 1 },
    ...{ barOpenAtMs: atMs - (atMs % MINUTE_MS), atMs },
    ...over,
  };
}

function heard(untaken: Partial<UntakenSpikes>, asked: { deskId: string; sinceMs: number }[] = []) {
  const rows = {
    async sinceLastCycle(deskId: string, sinceMs: number) {
      asked.push({ deskId, sinceMs });
      return { notices: [], taken: [], ...untaken };
    },
  };
  const hear = createHeardSpikes(rows, { nowMs: () => WALL_MS });
  return hear({ deskId: 'desk', symbols: [BTC], asOfMs: AS_OF_MS });
}

describe('the spikes a cycle hears of', () => {
  it('are asked for since the desk’s last cycle, an hour back at most', async () => {
    const asked: { deskId: string; sinceMs: number }[] = [];
    await heard({}, asked);
    expect(asked).toEqual([{ deskId: 'desk', sinceMs: WALL_MS - HOUR_MS }]);
  });

  it('are signed moves and bursts of volume, one of each where both were told', async () => {
    const notices = [noticeOf({ kind: 'both', volumeSigmas: 9 })];
    const spikes = await heard({ notices });
    expect(spikes).toMatchObject([
      { symbol: BTC, kind: 'price', direction: 'down', robustSigmas: -7 },
      { symbol: BTC, kind: 'volume', direction: 'down', robustSigmas: 9 },
    ]);
  });

  it('are those of its symbols, up to its instant and not of an hour before', async () => {
    const notices = [
      noticeOf({ symbol: ETH }),
      noticeOf({ atMs: AS_OF_MS + 1 }),
      noticeOf({ atMs: AS_OF_MS - HOUR_MS }),
      noticeOf({ atMs: AS_OF_MS }),
    ];
    expect(await heard({ notices })).toEqual(spikesOfNotice(noticeOf({ atMs: AS_OF_MS })));
  });

  it('are said once, and not again when the last cycle took them in', async () => {
    const [known, fresh] = [noticeOf(), noticeOf({ kind: 'volume', robustSigmas: 8, volumeSigmas: 8 })];
    const untaken = { notices: [known, noticeOf({ robustSigmas: 9 }), fresh, fresh] };
    expect(await heard(untaken)).toEqual([known, fresh].flatMap(spikesOfNotice));
    expect(await heard({ ...untaken, taken: spikesOfNotice(known) })).toEqual(spikesOfNotice(fresh));
  });

  it('are the newest six of a symbol', async () => {
    const notices = Array.from({ length: 12 }, (_, i) => noticeOf({ atMs: AS_OF_MS - (12 - i) * MINUTE_MS }));
    expect(await heard({ notices })).toEqual(notices.slice(6).flatMap(spikesOfNotice));
  });
});
