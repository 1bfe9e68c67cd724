import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { followedClock, replayClock } from '#server/engine/market-clock.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const START_MS = Date.UTC(2025, 0, 1);
const SPEED = 60;

let test: TestDatabase;
let wallMs: number;
let warnings: string[];

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.clear();
  wallMs = Date.UTC(2026, 0, 1);
  warnings = [];
});
afterAll(() => test.drop());

const clockRows = () => createMarketClockRepository(test.database);
const stored = () => clockRows().read('replay-test');

/** As one process opens it; each looks at the same wall, which `pause` moves on. */
function openClock({ speed = SPEED, endAtMs = null as number | null, duringPause = async () => {} } = {}) {
  return replayClock({
    rows: clockRows(),
    key: 'replay-test',
    startAtMs: START_MS,
    endAtMs: () => endAtMs,
    speed,
    wallClock: { nowMs: () => wallMs },
    async pause(ms) {
      wallMs += ms;
      await duringPause();
    },
    onOtherSpeed: (asked, runs) => warnings.push(`${asked} asked, ${runs} runs`),
    onError: (thrown) => expect.unreachable(String(thrown)),
  });
}

/** As a command looks at it that does not run the market. */
function followClock({ endAtMs = null as number | null } = {}) {
  return followedClock({
    rows: clockRows(),
    key: 'replay-test',
    startAtMs: START_MS,
    endAtMs: () => endAtMs,
    wallClock: { nowMs: () => wallMs },
  });
}

describe('the clock of a replay', () => {
  it('begins where the market does and runs at its speed', async () => {
    const clock = await openClock();
    expect(clock.nowMs()).toBe(START_MS);
    wallMs += 1_000;
    expect(clock.nowMs()).toBe(START_MS + 60_000);
    await clock.stop();
  });

  it('stands still while nobody runs, and goes on where it stood', async () => {
    const before = await openClock();
    wallMs += 5_000;
    await before.stop();
    wallMs += 3_600_000;
    const after = await openClock();
    expect(after.nowMs()).toBe(START_MS + 5 * 60_000);
    wallMs += 1_000;
    expect(after.nowMs()).toBe(START_MS + 6 * 60_000);
    await after.stop();
  });

  it('shows two processes the same time, and the one that stays goes on unmoved when the other leaves', async () => {
    const first = await openClock();
    wallMs += 2_500;
    const second = await openClock();
    expect(second.nowMs()).toBe(first.nowMs());
    await first.stop();
    wallMs += 7_500;
    expect(second.nowMs()).toBe(START_MS + 10 * 60_000);
    await second.stop();
  });

  it('is the same for processes that open it at the same moment', async () => {
    const clocks = await Promise.all([openClock(), openClock(), openClock()]);
    wallMs += 1_234;
    expect(new Set(clocks.map((clock) => clock.nowMs())).size).toBe(1);
    for (const clock of clocks) await clock.stop();
  });

  it('never goes back when the speed changes', async () => {
    const slow = await openClock();
    wallMs += 10_000;
    const stoodAtMs = slow.nowMs();
    await slow.stop();
    const fast = await openClock({ speed: 1_000 });
    expect(fast.nowMs()).toBe(stoodAtMs);
    wallMs += 1_000;
    expect(fast.nowMs()).toBe(stoodAtMs + 1_000_000);
    await fast.stop();
  });

  it('stops at the end of the candles and says so', async () => {
    const clock = await openClock({ endAtMs: START_MS + 90_000 });
    expect(clock.isFinished()).toBe(false);
    wallMs += 60_000;
    expect(clock.nowMs()).toBe(START_MS + 90_000);
    expect(clock.isFinished()).toBe(true);
    await clock.stop();
  });

  it('keeps its speed when a process joins that was given another one, and says so', async () => {
    const first = await openClock();
    wallMs += 5_000;
    const touchedByFirst = async () => clockRows().touch('replay-test', wallMs, first.nowMs());
    const second = await openClock({ speed: 1_000, duringPause: touchedByFirst });
    const { wallMs: anchorWallMs, marketMs, speed } = (await stored()) ?? {};
    expect({ anchorWallMs, marketMs, speed }).toEqual({
      anchorWallMs: Date.UTC(2026, 0, 1),
      marketMs: START_MS,
      speed: SPEED,
    });
    wallMs += 1_000;
    expect(second.nowMs()).toBe(first.nowMs());
    expect(second.speed).toBe(SPEED);
    expect(warnings).toEqual(['1000 asked, 60 runs']);
    await first.stop();
    await second.stop();
  });
});

describe('the clock a command follows', () => {
  it('shows the time of the process that runs the market, and leaves its row as it is', async () => {
    const running = await openClock();
    wallMs += 2_000;
    await clockRows().touch('replay-test', wallMs, running.nowMs());
    const before = await stored();
    const followed = await followClock();
    wallMs += 1_500;
    expect(followed.nowMs()).toBe(running.nowMs());
    expect(followed.speed).toBe(SPEED);
    await followed.stop();
    expect(await stored()).toEqual(before);
    await running.stop();
  });

  it('stands where the market stopped when nobody runs it', async () => {
    const before = await openClock();
    wallMs += 5_000;
    await before.stop();
    wallMs += 60_000;
    const followed = await followClock();
    wallMs += 1_000;
    expect(followed.nowMs()).toBe(START_MS + 5 * 60_000);
  });

  it('stands at the start of a market that never ran, which then still has not run', async () => {
    expect((await followClock()).nowMs()).toBe(START_MS);
    expect(await stored()).toBeNull();
  });

  it('goes no further than the end of the candles', async () => {
    const running = await openClock({ endAtMs: START_MS + 90_000 });
    wallMs += 2_000;
    await clockRows().touch('replay-test', wallMs, running.nowMs());
    const followed = await followClock({ endAtMs: START_MS + 90_000 });
    expect(followed.nowMs()).toBe(START_MS + 90_000);
    expect(followed.isFinished()).toBe(true);
    await running.stop();
  });
});
