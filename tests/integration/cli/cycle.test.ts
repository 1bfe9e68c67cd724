import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CycleRecord } from '#domain/run.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { decisionsOf } from '#tests/support/test-desk.ts';

const PATH_TO_A_TRADE = [
  ...['observe', 'indicators', 'qtable', 'breaker', 'guardian', 'scanner', 'context'],
  ...['propose', 'gate', 'risk', 'executor', 'place', 'record'],
];
/** Real candles with something to decide in them. */
const RECORDED = {
  VIGIL_DATA: RECORDED_MARKET,
  VIGIL_DATA_VENUE: 'BINANCEUSDM',
  VIGIL_FROM: '2025-10-10T21:20:00Z',
};

const FIVE_MINUTES_MS = 300_000;

const TRADING = { VIGIL_SEED: '7', VIGIL_FROM: '2025-01-02T12:15:00Z' };

let home: Home;
let test: TestDatabase;
/** A database that is there already starts and stops faster than one of its own. */
let onServer: Record<string, string>;
let traded: CycleRecord;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  onServer = { DATABASE_URL: test.url };
  traded = await cycle(TRADING);
});
afterAll(async () => {
  await home?.remove();
  await test?.drop();
});

async function cycle(env: Record<string, string> = {}, words: string[] = []): Promise<CycleRecord> {
  const { code, stdout, stderr } = await home.run(['cycle', '--json', ...words], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // Anything else on stdout would not parse.
  return CycleRecord.parse(JSON.parse(stdout));
}

function nodesInOrder({ nodes }: CycleRecord): string[] {
  return [...new Set(nodes.map(({ name }) => name))];
}

describe('`cycle --json` on the generator', () => {
  it('prints one record and nothing else, and the same decisions when it is run again', async () => {
    const again = await cycle(TRADING);
    expect(traded.outcome).toBe('traded');
    expect(nodesInOrder(traded)).toEqual(PATH_TO_A_TRADE);
    expect(again.runId).not.toBe(traded.runId);
    expect(decisionsOf(again)).toEqual(decisionsOf(traded));
  });

  it('decides something else with another seed', async () => {
    const other = await cycle({ ...onServer, ...TRADING, VIGIL_SEED: '8' });
    expect(decisionsOf(other)).not.toEqual(decisionsOf(traded));
  });

  it('watches the symbols that --symbols names, in any spelling', async () => {
    const { market } = await cycle(onServer, ['--symbols', 'btc, ETHUSDT,SOL/USDT:USDT']);
    expect(market?.symbols.toSorted()).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT']);
  });

  it('tells a reader that the prices are made up, and each order with its size and price', async () => {
    const { stdout } = await home.run(['cycle'], { ...onServer, ...TRADING });
    expect(stdout).toMatch(/^market generator .*synthetic.* at 2025-01-02T12:15:00/m);
    const entries = traded.orders.filter(({ purpose }) => purpose === 'entry');
    expect(entries.length).toBeGreaterThan(0);
    for (const { side, quantityBase, symbol, averagePriceQuote } of entries)
      expect(stdout).toMatch(
        new RegExp(`entry ${side} ${quantityBase} ${symbol} \\w+ at ${averagePriceQuote}: filled`),
      );
    const stops = traded.orders.filter(({ purpose }) => purpose === 'stop');
    expect(stops.length).toBeGreaterThan(0);
    for (const { triggerPriceQuote } of stops) expect(stdout).toContain(` at ${triggerPriceQuote}: pending`);
  });

  it('tells why nothing was proposed for a subject, with its points', async () => {
    const env = { ...onServer, ...TRADING, VIGIL_FROM: '2025-01-01T05:50:00Z' };
    const { stdout } = await home.run(['cycle'], env);
    expect(stdout).toMatch(/^ {2}propose \S+: nothing \(points_short\): the signal is hold at -?\d points/m);
  });

  it('leaves no Postgres behind', () => {
    expect(home.strayPostgres()).toBeNull();
  });
});

describe('`cycle --json` on recorded candles', () => {
  it('sees the very closes of the files, walks its nodes in order, and decides the same again', async (context) => {
    skipWithoutRecordedMarket(context);
    const [first, second] = [
      await cycle({ ...onServer, ...RECORDED }),
      await cycle({ ...onServer, ...RECORDED }),
    ];
    const asOfMs = Date.parse(RECORDED.VIGIL_FROM);
    expect(first.market).toMatchObject({
      asOfMs,
      symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      source: { kind: 'replay', synthetic: false },
    });
    const seen = first.signals.map(({ symbol, lastQuote }) => [symbol, lastQuote]);
    expect(Object.fromEntries(seen)).toEqual({
      'BTC/USDT:USDT': await lastClose('BTCUSDT', asOfMs),
      'ETH/USDT:USDT': await lastClose('ETHUSDT', asOfMs),
    });
    const nodes = nodesInOrder(first);
    const order = [...PATH_TO_A_TRADE.slice(0, 5), 'protect', ...PATH_TO_A_TRADE.slice(5)];
    expect(nodes).toEqual(order.filter((name) => nodes.includes(name)));
    expect(nodes.at(-1)).toBe('record');
    expect(decisionsOf(second)).toEqual(decisionsOf(first));
  });
});

/** Read from the files alone: the close of the 5m bar that ends there. */
async function lastClose(venueSymbol: string, atMs: number): Promise<number | undefined> {
  const isWanted = (name: string) => name.startsWith(`BINANCEUSDM_${venueSymbol}_5m_`);
  for (const name of (await readdir(RECORDED_MARKET)).filter(isWanted))
    for (const line of gunzipSync(readFileSync(join(RECORDED_MARKET, name)))
      .toString()
      .split('\n')) {
      const [openTime, , , , close] = line.split(',').map(Number);
      if (openTime === atMs - FIVE_MINUTES_MS) return close;
    }
  return undefined;
}
