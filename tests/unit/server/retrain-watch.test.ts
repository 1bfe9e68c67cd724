import { describe, expect, it } from 'vitest';
import type { RetrainFacts } from '#domain/retraining.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createRetrainWatch } from '#server/training/retrain-watch.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';

const DUE: RetrainFacts = {
  ...{ nowMs: DAY_MS, symbols: [BTC], version: null, knownToMs: null, signals: 2_000 },
  ...{ trades: 0, won: 0, trendThen: null, trendNow: null },
};

function watchOn(recorded: RetrainFacts | null, { isHeldElsewhere = false, fails = false } = {}) {
  const clock = { nowMs: 0 };
  const seen = { trained: [] as string[], held: 0, aborted: false };
  const watch = createRetrainWatch({
    ...{ deskId: 'desk-1', facts: async () => recorded, nowMs: () => clock.nowMs, logger: SILENT_LOGGER },
    locks: {
      async tryHold() {
        if (isHeldElsewhere) return null;
        seen.held += 1;
        return {
          ...{ assertHeld: async () => {}, assertUnbroken() {} },
          async release() {
            seen.held -= 1;
          },
        };
      },
    },
    async train(deskId, signal) {
      seen.trained.push(deskId);
      seen.aborted = signal.aborted;
      if (fails) throw new Error('no candles');
    },
  });
  return { watch, clock, seen };
}

describe('the watch over retraining', () => {
  it('has a table trained once in a day, however often it looks', async () => {
    const { watch, clock, seen } = watchOn(DUE);
    for (; clock.nowMs < DAY_MS; clock.nowMs += HOUR_MS) await watch.look();
    expect(seen.trained).toEqual(['desk-1']);
    await watch.look();
    expect(seen).toEqual({ trained: ['desk-1', 'desk-1'], held: 0, aborted: false });
  });

  it('trains nothing where nothing asks for it and where no signal was recorded', async () => {
    for (const recorded of [null, { ...DUE, signals: 1_999 }]) {
      const { watch, seen } = watchOn(recorded);
      await watch.look();
      expect(seen.trained).toEqual([]);
    }
  });

  it('leaves it to the process that is at it, and looks again', async () => {
    const { watch, seen } = watchOn(DUE, { isHeldElsewhere: true });
    await watch.look();
    expect(seen.trained).toEqual([]);
  });

  it('gives its lock back where a training fails, and does not try each hour', async () => {
    const { watch, clock, seen } = watchOn(DUE, { fails: true });
    await expect(watch.look()).rejects.toThrow('no candles');
    clock.nowMs = HOUR_MS;
    await watch.look();
    expect(seen).toMatchObject({ trained: ['desk-1'], held: 0 });
  });

  it('begins nothing any more once it was stopped', async () => {
    const { watch, seen } = watchOn(DUE);
    watch.stop();
    await watch.look();
    expect(seen.trained).toEqual([]);
  });
});
