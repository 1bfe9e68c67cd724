import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import type { SystemState } from '#domain/desk-event.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { BTC, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

/** Everything an environment can have wrong while somebody wants to stop. */
const ALL_WRONG = { VIGIL_DATA: '/no/such/folder', PORT: '99999', VIGIL_SPEED: 'fast', VIGIL_MODE: 'live' };
const VENUE_AWAY = {
  VIGIL_MODE: 'live',
  VIGIL_LIVE_ACK: 'real-money',
  VIGIL_MARKET: 'binanceusdm',
  EXCHANGE_BASE_URL: 'http://127.0.0.1:9',
  EXCHANGE_API_KEY: 'wrong',
  EXCHANGE_SECRET: 'wrong',
};

let home: Home;
let test: TestDatabase;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.clear();
  for (const deskId of ['generator-7', 'generator-7--second', 'live-binanceusdm-1a'])
    await createDeskRepository(test.database).create({
      deskId,
      name: `the ${deskId}`,
      symbols: [BTC],
      intervalMs: 60_000,
      createdAtMs: NOW_MS,
    });
});
afterAll(async () => {
  await home?.remove();
  await test?.drop();
});

const run = (words: string[], env: Record<string, string> = {}) =>
  home.run(words, { DATABASE_URL: test.url, ...env });

async function done(words: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(words, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

async function modes(): Promise<Record<string, string>> {
  const rows = await test.database.sql<{ deskId: string; mode: string }[]>`
    select desk_id as "deskId", mode from trading_state where desk_id not like '%*'`;
  return Object.fromEntries(rows.map(({ deskId, mode }) => [deskId, mode]));
}

describe('`halt`', () => {
  it('halts every desk of every market and names them, whatever is wrong with the environment', async () => {
    const said = await done(['halt', 'out', 'for', 'lunch'], ALL_WRONG);
    expect(said).toMatch(/^trading is halted everywhere in the database at .*: out for lunch\n/);
    for (const deskId of ['generator-7', 'generator-7--second', 'live-binanceusdm-1a'])
      expect(said).toContain(`desk ${deskId} (the ${deskId}): halted`);
    expect(await modes()).toEqual({
      'generator-7': 'halted',
      'generator-7--second': 'halted',
      'live-binanceusdm-1a': 'halted',
    });
  });

  it('stops a desk at work on another market than the environment names', async () => {
    const desk = home.start(['start'], { DATABASE_URL: test.url, VIGIL_SEED: '9' });
    const [, url] = await desk.said(/Vigil is up: (http:\S+)/);
    await done(['halt', 'stop it'], { VIGIL_SEED: '1', VIGIL_SPEED: '3600' });
    const state = (await (await fetch(`${url}/api/state`)).json()) as SystemState;
    expect(state.trading).toMatchObject({ mode: 'halted', reason: 'stop it', setBy: 'command line' });
    // Stamped in the time of its market, not of the wall.
    expect(state.trading.sinceMs).toBeLessThanOrEqual(state.market.nowMs);
    expect(state.trading.sinceMs).toBeGreaterThan(state.market.nowMs - 3_600_000);
    desk.kill('SIGTERM');
    expect(await desk.ended).toMatchObject({ code: 0 });
  });

  it('lets a market that starts later start halted', async () => {
    await done(['halt', 'stop it']);
    const { stdout } = await run(['cycle', '--json'], { VIGIL_SEED: '9' });
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'halted',
      reason: expect.stringContaining('stop it'),
    });
  });

  it('is narrowed by --market and by --desk, and told in one document', async () => {
    const narrowed = JSON.parse(await done(['halt', 'odd', '--market', 'generator-7', '--json']));
    expect(narrowed).toMatchObject({
      mode: 'halted',
      reason: 'odd',
      everything: false,
      markets: [
        {
          market: 'generator-7',
          desks: [
            { deskId: 'generator-7', changed: true, trading: { mode: 'halted', setBy: 'command line' } },
            { deskId: 'generator-7--second', changed: true, trading: { mode: 'halted' } },
          ],
        },
      ],
    });
    expect(await modes()).toEqual({ 'generator-7': 'halted', 'generator-7--second': 'halted' });
    await done(['halt', 'odd too', '--desk', 'live-binanceusdm-1a'], VENUE_AWAY);
    expect(await modes()).toMatchObject({ 'live-binanceusdm-1a': 'halted' });
  });

  it.each([
    [
      ['--market', 'generator-8'],
      /^not_found: no desk lives on the market generator-8; .*generator-7, live-b/,
    ],
    [['--desk', 'nobodys'], /^not_found: there is no desk nobodys; .*generator-7--second/],
  ])('of %j, which is not there, is refused with what is', async (words, says) => {
    const { code, stdout, stderr } = await run(['halt', 'now', ...words]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(await modes()).toEqual({});
  });

  it('is stamped with the time at which each market stands, and the wall’s where no clock is', async () => {
    const clocks = createMarketClockRepository(test.database);
    await clocks.anchor('generator-7', { wallMs: NOW_MS, marketMs: 1_000_000, speed: 60 });
    const askedAtMs = Date.now();
    const { markets } = JSON.parse(await done(['halt', 'now', '--json']));
    const [made, live] = markets;
    expect(made.desks[1].trading.sinceMs).toBe(1_000_000);
    expect(live.desks[0].trading.sinceMs).toBeGreaterThanOrEqual(askedAtMs);
  });
});

describe('`arm`', () => {
  beforeEach(() => done(['halt', 'stop it']).then(() => undefined));

  it('arms the market of the environment alone, and says which', async () => {
    const said = await done(['arm', 'back again'], { VIGIL_SEED: '7', VIGIL_SYMBOLS: 'ETH,BTC' });
    expect(said).toMatch(/^trading is active in the database at .*: back again\n {2}market generator-7\n/);
    expect(said).not.toContain('live-binanceusdm');
    expect(await modes()).toMatchObject({
      'generator-7': 'active',
      'generator-7--second': 'active',
      'live-binanceusdm-1a': 'halted',
    });
    expect(await done(['arm', 'once more'], { VIGIL_SEED: '7' })).toMatch(/^trading is already active in /);
  });

  it('warns on the side of what it has overridden, and keeps stdout for the answer', async () => {
    const message = 'BTC fell 16% from its 1 h high, the threshold is 15%';
    const numbers = { value: 0.16, limit: 0.15, message, hurts: ['long'] };
    const reasons = [{ trigger: 'btc_fall_1h', level: 'tripped', ...numbers }];
    await test.database.sql`
      update trading_state set watch_level = 'tripped', watch_reasons = ${JSON.stringify(reasons)}::text::jsonb
      where desk_id = 'generator-7'`;
    const { code, stdout, stderr } = await run(['arm', 'I know better', '--json'], { VIGIL_SEED: '7' });
    expect({ code, mode: JSON.parse(stdout).mode }).toEqual({ code: 0, mode: 'active' });
    expect(stderr).toBe(
      `warning: you have overridden the breaker (${message}): falls are measured anew from now on, and trip it again\n`,
    );
    expect(JSON.parse(stdout).warning).toContain(message);
  });

  it('asks no venue, so that one that is away or refuses the key is no reason to stay halted', async () => {
    await done(['arm', 'looked at it'], VENUE_AWAY);
    expect(await modes()).toMatchObject({ 'generator-7': 'halted', 'live-binanceusdm-1a': 'active' });
  });

  it('is refused when no desk lives on the market of the environment, with those that have one', async () => {
    const { code, stdout, stderr } = await run(['arm', 'back again'], { VIGIL_SEED: '8' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^not_found: .*environment, generator-8; .*generator-7, live-binanceusdm-1a: .*--market/,
    );
    expect(new Set(Object.values(await modes()))).toEqual(new Set(['halted']));
  });

  it('arms one desk that is named', async () => {
    await done(['arm', 'this one', '--desk', 'generator-7--second'], ALL_WRONG);
    expect(await modes()).toMatchObject({ 'generator-7': 'halted', 'generator-7--second': 'active' });
  });
});
