import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const MARKET = 'generator-9';

let home: Home;
let test: TestDatabase;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
});
afterAll(async () => {
  await home?.remove();
  await test?.drop();
});

async function anchor() {
  const { wallMs, marketMs, speed } = (await createMarketClockRepository(test.database).read(MARKET)) ?? {};
  return { wallMs, marketMs, speed };
}

it('leaves the clock of a desk at work as it is, whatever speed a command is given', async () => {
  const env = { DATABASE_URL: test.url, VIGIL_SEED: '9' };
  const desk = home.start(['start'], { ...env, CYCLE_INTERVAL_MS: '86400000' });
  await desk.said(/Vigil is up/);
  const before = await anchor();
  expect(before.speed).toBe(60);
  for (const words of [['reconcile'], ['analyze', 'BTC'], ['cycle', '--desk', MARKET]]) {
    const { stderr } = await home.run(words, { ...env, VIGIL_SPEED: '3600' });
    expect(stderr, words.join(' ')).toMatch(/^(conflict: desk generator-9 is running cycle .*\n)?$/);
    expect(await anchor(), words.join(' ')).toEqual(before);
  }
  desk.kill('SIGTERM');
  expect(await desk.ended).toMatchObject({ code: 0 });
});
