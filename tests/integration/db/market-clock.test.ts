import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const START_MS = 1_700_000_000_000;
const join = (wallMs: number, speed = 60) => ({
  wallMs,
  speed,
  startMarketMs: START_MS,
  staleAfterMs: 10_000,
});

describe('the market clock', () => {
  it('begins at the start of the market, and all who join while it runs share one anchor', async () => {
    const clock = createMarketClockRepository(test.database);
    const anchors = await Promise.all(
      [0, 1, 2, 3].map((late) => clock.join('replay', join(1_000_000 + late))),
    );
    expect(new Set(anchors.map((anchor) => JSON.stringify(anchor))).size).toBe(1);
    expect(anchors[0]).toMatchObject({ marketMs: START_MS, speed: 60 });
    await clock.touch('replay', 1_020_000, START_MS + 1_200_000);
    expect(await clock.join('replay', join(1_029_000))).toEqual({ ...anchors[0], touchedWallMs: 1_020_000 });
  });

  it('goes on at the last market time touched when nobody was there for a while', async () => {
    const clock = createMarketClockRepository(test.database);
    await clock.join('replay', join(1_000_000));
    await clock.touch('replay', 1_020_000, START_MS + 1_200_000);
    expect(await clock.join('replay', join(9_000_000))).toEqual({
      wallMs: 9_000_000,
      marketMs: START_MS + 1_200_000,
      speed: 60,
      touchedWallMs: 9_000_000,
    });
  });

  it('keeps the speed it runs at while somebody touches it, whatever speed is asked for', async () => {
    const clock = createMarketClockRepository(test.database);
    const first = await clock.join('replay', join(1_000_000));
    await clock.touch('replay', 1_020_000, START_MS + 1_200_000);
    const stood = await clock.read('replay');
    expect(await clock.join('replay', join(1_021_000, 3_600))).toEqual({
      ...first,
      touchedWallMs: 1_020_000,
    });
    expect(await clock.read('replay')).toEqual(stood);
  });

  it('takes another speed, and goes on where it stood, when nobody touched it since it was looked at', async () => {
    const clock = createMarketClockRepository(test.database);
    await clock.join('replay', join(1_000_000));
    await clock.touch('replay', 1_020_000, START_MS + 1_200_000);
    const seen = { ...join(1_024_000, 3_600), untouchedSinceMs: 1_019_000 };
    expect(await clock.join('replay', seen)).toMatchObject({ speed: 60 });
    expect(await clock.join('replay', { ...seen, untouchedSinceMs: 1_020_000 })).toEqual({
      wallMs: 1_024_000,
      marketMs: START_MS + 1_200_000,
      speed: 3_600,
      touchedWallMs: 1_024_000,
    });
  });

  it('never goes back when touches come late', async () => {
    const clock = createMarketClockRepository(test.database);
    await clock.anchor('replay', { wallMs: 1_000, marketMs: START_MS, speed: 60 });
    await clock.touch('replay', 3_000, START_MS + 120_000);
    await clock.touch('replay', 2_000, START_MS + 60_000);
    expect(await clock.read('replay')).toMatchObject({
      touchedWallMs: 3_000,
      touchedMarketMs: START_MS + 120_000,
    });
    expect(await clock.read('other')).toBeNull();
  });
});
