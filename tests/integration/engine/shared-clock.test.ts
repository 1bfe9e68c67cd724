import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { readConfig } from '#server/config.ts';
import { type Container, type ContainerOptions, createContainer } from '#server/container.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

const SPEED = 60;

let test: TestDatabase;
const opened: Container[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((container) => container.close()));
  await test.drop();
});

async function open(clock: ContainerOptions['clock'], speed: number): Promise<Container> {
  const config = readConfig({ ...deskEnvironment(test.url), VIGIL_SPEED: String(speed) });
  const container = await createContainer({ config, logger: SILENT_LOGGER, clock });
  opened.push(container);
  return container;
}

async function anchorOf({ rows, source }: Container) {
  const { wallMs, marketMs, speed } = (await rows.marketClock.read(source.key)) ?? {};
  return { wallMs, marketMs, speed };
}

function expectSameTime(left: Container, right: Container): void {
  const apartMs = Math.abs(left.marketClock.nowMs() - right.marketClock.nowMs());
  expect(apartMs).toBeLessThan(SPEED * 100);
}

it.each(['standing', 'followed'] as const)(
  'goes on as it ran for a desk at work when a process with another speed opens the market (%s)',
  async (clock) => {
    const desk = await open('standing', SPEED);
    const before = await anchorOf(desk);
    const other = await open(clock, 3_600);
    expect(await anchorOf(desk)).toEqual(before);
    expect(other.marketClock.speed).toBe(SPEED);
    expectSameTime(desk, other);
  },
);

it('takes another speed from where it stood as soon as the process that ran it has ended', async () => {
  const first = await open('standing', SPEED);
  await first.close();
  opened.pop();
  const stood = await createMarketClockRepository(test.database).read(first.source.key);
  const next = await open('standing', 3_600);
  expect(next.marketClock.speed).toBe(3_600);
  expect(await anchorOf(next)).toMatchObject({ marketMs: stood?.touchedMarketMs, speed: 3_600 });
});
