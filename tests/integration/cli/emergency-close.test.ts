import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import type { ListedPosition } from '#db/repositories/protected-positions.ts';
import { generatorKey } from '#server/engine/market-key.ts';
import { proposalOf } from '#tests/support/agent-fixtures.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { BTC, NOW_MS } from '#tests/support/database-rows.ts';
import type { NodeProcess } from '#tests/support/node-process.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment, TRADING_FROM } from '#tests/support/test-desk.ts';

const MARKET = generatorKey({ seed: 7, fromMs: Date.parse(TRADING_FROM) });
const ENTRY = {
  ...{ entryId: 'entry-1', runId: 'run-1', deskId: MARKET, proposal: proposalOf(BTC, { proposalId: 'p-1' }) },
  ...{ style: 'twap' as const, quantityBase: '0.3', slices: 3 },
  ...{ startedAtMs: NOW_MS, deadlineAtMs: Date.UTC(2100, 0) },
};

let home: Home;
let test: TestDatabase;
let orders: ReturnType<typeof createOrderRepository>;
let vigil: NodeProcess;

/** A desk at work whose one cycle, at start, opens three positions. */
beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  orders = createOrderRepository(test.database);
  vigil = home.start(['start'], { ...env(), CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' });
  await vi.waitUntil(
    async () => (await test.database.sql`select from runs where outcome = 'traded'`).length,
    PATIENT,
  );
  await createDeskRepository(test.database).create({
    ...{ deskId: 'generator-8', name: 'of another market', symbols: [BTC], intervalMs: 60_000 },
    createdAtMs: NOW_MS,
  });
});
afterAll(async () => {
  vigil?.kill('SIGTERM');
  await vigil?.ended;
  await home?.remove();
  await test?.drop();
});

function env(): Record<string, string> {
  const { VIGIL_HOME: _test, ...environment } = deskEnvironment(test.url);
  return environment;
}

const held = (): Promise<ListedPosition[]> => orders.positions([MARKET]);
const run = (words: string[], input?: string) => home.start(words, env(), input).ended;

async function modeOf(deskId: string): Promise<string | undefined> {
  const rows = await test.database.sql<{ mode: string }[]>`
    select mode from trading_state where desk_id = ${deskId}`;
  return rows[0]?.mode;
}

async function acts(action: string) {
  return (await createAuditRepository(test.database).list({ limit: 9, action })).items;
}

describe('`withdraw`', () => {
  it('names what is at work where the entry is not, or is of another market', async () => {
    expect(await run(['withdraw', 'nobodys'])).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: 'not_found: entry "nobodys" is not at work; what is at work is nothing\n',
    });
    await orders.openEntry({ ...ENTRY, entryId: 'elsewhere', deskId: 'generator-8' });
    expect(await run(['withdraw', 'elsewhere'])).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringMatching(
        /^conflict: entry "elsewhere" lives on the market generator-8 and this environment names generator-7-.*: set /,
      ),
    });
    expect(await orders.openEntries('generator-8')).toHaveLength(1);
  });

  it('takes an entry off, with its reason in the audit log in the command line’s name', async () => {
    await orders.openEntry(ENTRY);
    const { code, stdout, stderr } = await run(['withdraw', 'entry-1', '--reason', 'not now', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ deskId: MARKET, entryId: 'entry-1' });
    expect(await orders.openEntries(MARKET)).toEqual([]);
    expect(await acts('entry.withdraw')).toMatchObject([
      {
        ...{ actor: 'command line', subject: 'entry:entry-1', origin: null },
        details: { deskId: MARKET, symbol: BTC, reason: 'not now' },
      },
    ]);
  });
});

describe('`emergency-close`', () => {
  it.each([
    [['emergency-close'], 2, /missing required argument 'reason'/],
    [['emergency-close', 'fire', '--json'], 2, /--json asks nothing on the way: add --yes/],
    [['emergency-close', 'fire', '--yes', '--desk', 'nobodys'], 1, /there is no desk nobodys; .*generator-7/],
    [
      ['emergency-close', 'fire', '--yes', '--desk', 'generator-8'],
      1,
      /desk generator-8 lives on the market/,
    ],
    [['emergency-close', 'fire'], 2, /nothing was done: that was not the word CLOSE/],
  ])('%j is refused with a way out, and nothing is done', async (words, expected, message) => {
    const before = await held();
    const { code, stdout, stderr } = await run(words, 'close\n');
    expect({ code, stdout, stderr }).toEqual({
      ...{ code: expected, stdout: '' },
      stderr: expect.stringMatching(message),
    });
    expect(await modeOf(MARKET)).toBe('active');
    expect((await held()).map(({ positionId }) => positionId)).toEqual(
      before.map(({ positionId }) => positionId),
    );
  });

  it('says what it will do, and does it when its word is typed', async () => {
    const before = await held();
    expect(before).toHaveLength(3);
    await orders.openEntry({ ...ENTRY, entryId: 'entry-2' });
    const { code, stdout, stderr } = await run(['emergency-close', 'the', 'venue', 'misprices'], 'CLOSE\n');
    expect(stderr).toContain(`This halts desk ${MARKET} `);
    expect(stderr).toContain('(1 at work by the books)');
    expect(stderr).toContain(`(${before.length} positions by the books, `);
    for (const { symbol, side, quantityBase } of before)
      expect(stdout).toContain(`  ${symbol} ${side} ${quantityBase} sent: `);
    expect({ code, says: stdout.split('\n')[0] }).toEqual({
      code: 0,
      says: `desk ${MARKET} is halted, closed is all it held: the venue misprices`,
    });
    expect(await held()).toEqual([]);
    expect(await orders.openEntries(MARKET)).toEqual([]);
    expect(await modeOf(MARKET)).toBe('halted');
    const [act, ...more] = await acts('desk.emergency_close');
    expect(more).toEqual([]);
    expect(act).toMatchObject({ actor: 'command line', subject: `desk:${MARKET}`, origin: null });
    expect(act?.details).toMatchObject({ reason: 'the venue misprices', failed: [] });
    expect(await acts('trading.halted')).toHaveLength(1);
    const again = await run(['emergency-close', 'once', 'more'], 'CLOSE\n');
    expect(again.stdout.split('\n')[0]).toBe(`desk ${MARKET} is halted, it held nothing: once more`);
  });

  it('halts the desk although its venue cannot be asked, and says what is left to do', async () => {
    await createDeskRepository(test.database).create({
      ...{ deskId: 'live-binanceusdm-1a', name: 'a live one', symbols: [BTC], intervalMs: 60_000 },
      createdAtMs: NOW_MS,
    });
    const { code, stdout, stderr } = await home.run(['emergency-close', 'fire', '--yes'], {
      ...{ DATABASE_URL: test.url, VIGIL_MODE: 'live', VIGIL_LIVE_ACK: 'real-money' },
      ...{ VIGIL_MARKET: 'binanceusdm', EXCHANGE_BASE_URL: 'http://127.0.0.1:9' },
      ...{ EXCHANGE_API_KEY: 'wrong', EXCHANGE_SECRET: 'wrong' },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/trading is halted, but nothing was closed: .*\. Mend that and ask again\./);
    expect(await modeOf('live-binanceusdm-1a')).toBe('halted');
  });

  it('asks for no word with --yes, and tells all in one document', async () => {
    const { code, stdout, stderr } = await run(['emergency-close', 'again', '--yes', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ...{ deskId: MARKET, reason: 'again', items: [], entriesGivenUp: 0, ordersCancelled: 0, failed: [] },
      plan: { entriesAtWork: 0, positions: [], notionalQuote: '0' },
    });
  });
});
