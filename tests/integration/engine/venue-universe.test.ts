import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '#server/config.ts';
import { type Container, createContainer } from '#server/container.ts';
import { openMarket } from '#server/engine/market-source.ts';
import { openCycle } from '#server/engine/run-service.ts';
import { createLogger, SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase } from '#tests/support/test-database.ts';
import { recordOf, testHome } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';

const [BTC, ETH, DOGE] = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'DOGE/USDT:USDT'];
const wallClock = { nowMs: () => Date.now() };

let venue: TestVenue;

beforeEach(async () => {
  venue = await startVenue({ prices: 'generator' });
});
afterEach(() => venue.close());

function configOf(over: Record<string, string> = {}) {
  return readConfig({
    VIGIL_HOME: testHome(),
    VIGIL_MARKET: 'binanceusdm',
    EXCHANGE_BASE_URL: venue.baseUrl,
    PORT: '0',
    ...over,
  });
}

/** The venue as it would be if it listed only these. */
async function withListing(
  symbols: readonly string[],
  work: (baseUrl: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer(async (request, response) => {
    const answer = await fetch(`${venue.baseUrl}${request.url}`);
    const body = (await answer.json()) as { symbols?: { symbol: string }[] };
    const listed = body.symbols?.filter(({ symbol }) => symbols.includes(symbol));
    response.end(JSON.stringify({ ...body, ...(listed && { symbols: listed }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the universe on a venue', () => {
  it('is the default pool without what the venue does not list, which is logged', async () => {
    await withListing(['BTCUSDT', 'DOGEUSDT', 'LINKUSDT'], async (baseUrl) => {
      const lines: string[] = [];
      const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
      const config = configOf({ EXCHANGE_BASE_URL: baseUrl });
      const { market, symbols, candidates } = await openMarket(config, {
        wallClock,
        barsPerSeries: 5,
        logger,
      });
      await market.close();
      expect(symbols).toEqual([BTC, DOGE]);
      expect(candidates.current()).toEqual([]);
      const [line = '{}'] = lines;
      expect(JSON.parse(line)).toMatchObject({
        msg: 'not listed, so left out of the default pool',
        unlisted: [ETH, 'SOL/USDT:USDT', 'BNB/USDT:USDT', 'XRP/USDT:USDT'],
      });
    });
  });

  it('must have what is named, and something of the default pool', async () => {
    await withListing(['LINKUSDT'], async (baseUrl) => {
      const open = (over: Record<string, string>) =>
        openMarket(configOf({ EXCHANGE_BASE_URL: baseUrl, ...over }), { wallClock, barsPerSeries: 5 });
      await expect(open({ VIGIL_SYMBOLS: 'LINK,BTC' })).rejects.toMatchObject({
        code: 'symbol_unknown',
        message: expect.stringContaining(`no tradable linear perpetual ${BTC}`),
      });
      await expect(open({})).rejects.toMatchObject({
        code: 'symbol_unknown',
        message: expect.stringContaining('name symbols of its own in VIGIL_SYMBOLS'),
      });
    });
  });

  it('is an error where a position is held in what is not listed', async () => {
    const heldOf = async () => ['GONE/USDT:USDT'];
    const opening = openMarket(configOf(), { wallClock, barsPerSeries: 5, heldOf });
    await expect(opening).rejects.toMatchObject({ message: expect.stringContaining('GONE/USDT:USDT') });
  });

  it('begins without candidates when they cannot be read, and says so', async () => {
    const faulty = { path: '/ticker/24hr', times: null, effect: { kind: 'service-unavailable' } } as const;
    venue.faults.add(faulty);
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
    const config = configOf({ VIGIL_SYMBOLS: 'DOGE', VIGIL_POOL_MOVERS: '1' });
    const { market, candidates, description } = await openMarket(config, {
      wallClock,
      barsPerSeries: 5,
      logger,
    });
    await market.close();
    expect(candidates.current()).toEqual([]);
    expect(description).toEqual({ why: 'candidates: none' });
    expect(lines.join('')).toContain('the candidate pools could not be read');
  });
});

describe('a cycle of a venue’s own desk', () => {
  it('looks at the fixed list and the candidates, and waits for no list of all symbols', async () => {
    const database = await createTestDatabase();
    const config = configOf({
      DATABASE_URL: database.url,
      VIGIL_SYMBOLS: 'DOGE',
      VIGIL_POOL_OPEN_INTEREST: '2',
    });
    const container: Container = await createContainer({ config, logger: SILENT_LOGGER, clock: 'standing' });
    try {
      const deskId = container.defaultDeskId;
      const desk = { deskId, name: 'venue', symbols: [DOGE ?? ''], intervalMs: 60_000, createdAtMs: 0 };
      await container.rows.desks.ensureDefault(desk);
      expect(container.source.description).toEqual({ why: `candidates: ${BTC}, ${ETH}` });
      expect(container.source.minOpenInterestQuote).toBe(15_000_000);
      const before = venue.requests.length;
      await openCycle(container, deskId, 'run-pool');
      await container.engine.execute('run-pool');
      const record = await recordOf(container, 'run-pool');
      expect(record.market?.symbols).toEqual([DOGE, BTC, ETH]);
      const lists = venue.requests.slice(before).filter(({ path }) => path.endsWith('/ticker/24hr'));
      expect(lists.every(({ parameters }) => parameters.symbol !== undefined)).toBe(true);
    } finally {
      await container.close();
      await database.drop();
    }
  });
});
