/** Desks over the generator on a test database: containers, runs made by hand, and what a run must have left. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { readConfig } from '#server/config.ts';
import { type Container, type ContainerOptions, createContainer } from '#server/container.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import type { TestVenue } from './venue/start-venue.ts';

/** A moment of the generator's market at which the rules open three positions, each with a stop and a target. */
export const TRADING_FROM = '2025-01-02T12:15:00Z';
export const TRADING_SUBMITS = 9;
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'];

/** Where desks on a test database keep their beats: away from what is kept in the repository. */
export function testHome(): string {
  return join(tmpdir(), `vigil-test-home-${process.pid}`);
}

export function deskEnvironment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    VIGIL_HOME: testHome(),
    VIGIL_FROM: TRADING_FROM,
    VIGIL_SYMBOLS: SYMBOLS.join(','),
    VIGIL_SEED: '7',
    PORT: '0',
  };
}

/** Of a live desk on a test venue, whose only cycle is its first. */
export function liveEnvironment(
  databaseUrl: string,
  venue: Pick<TestVenue, 'baseUrl' | 'apiKey' | 'secret'>,
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    VIGIL_HOME: testHome(),
    PORT: '0',
    VIGIL_MODE: 'live',
    VIGIL_LIVE_ACK: 'real-money',
    VIGIL_MARKET: 'binanceusdm',
    VIGIL_SYMBOLS: 'BTC,ETH',
    EXCHANGE_BASE_URL: venue.baseUrl,
    EXCHANGE_API_KEY: venue.apiKey,
    EXCHANGE_SECRET: venue.secret,
    CYCLE_INTERVAL_MS: '86400000',
  };
}

export function openContainer(
  databaseUrl: string,
  {
    environment,
    ...options
  }: Partial<Pick<ContainerOptions, 'around' | 'staleAfterMs' | 'clock'>> & {
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<Container> {
  const config = readConfig({ ...deskEnvironment(databaseUrl), ...environment });
  return createContainer({ config, logger: SILENT_LOGGER, clock: 'fixed', ...options });
}

/** A queued run on a paused desk of its own. */
export async function makeRun(
  { rows, source }: Container,
  name: string,
  kind: 'cycle' | 'analysis' = 'cycle',
): Promise<{ runId: string; deskId: string }> {
  const runId = `run-${name}`;
  const deskId = `${source.key}--${name}`;
  const symbols = SYMBOLS.map(parseSymbol);
  await rows.desks.create({ deskId, name, symbols, intervalMs: 60_000, paused: true, createdAtMs: 0 });
  const { promptSetId } = await rows.prompts.resolveSet('production', 0);
  const run = { runId, deskId, symbols, promptSetId, question: null, seed: 7, owner: null };
  await rows.runs.start({ ...run, kind, status: 'queued', startedAtMs: Date.now() });
  return { runId, deskId };
}

export async function recordOf({ rows }: Container, runId: string): Promise<CycleRecord> {
  const record = await rows.runs.record(runId);
  if (record === null) throw new Error(`${runId} left no record`);
  return record;
}

/** What was decided, without what a run has of its own: ids, times and durations. */
export function decisionsOf(record: CycleRecord) {
  const { outcome, level, signals, qAdvice, subjects, opinions, proposals } = record;
  const ownId = (text: string) => text.replaceAll(record.runId, 'RUN');
  const decided = { outcome, level, signals, qAdvice, subjects, opinions, proposals };
  const judged = record.verdicts.filter(({ stage }) => stage !== 'place');
  return JSON.parse(ownId(JSON.stringify({ ...decided, judged })));
}

/** Each client order id once at the venue, and one entry, stop and target for each symbol. */
export async function expectNoOrderTwice({ opened }: Container, deskId: string): Promise<void> {
  const intents = await opened.database.sql<{ symbol: string; purpose: string }[]>`
    select request->>'symbol' as symbol, request->>'purpose' as purpose from order_intents where desk_id = ${deskId}`;
  const legs = intents.map(({ symbol, purpose }) => `${purpose} ${symbol}`);
  expect(legs.toSorted(), 'intents').toEqual([...new Set(legs)].toSorted());
  const entries = await opened.database.sql<{ symbol: string; orders: number }[]>`
    select symbol, count(distinct client_order_id)::int as orders from fills
    where desk_id = ${deskId} and purpose = 'entry' group by symbol`;
  expect(
    entries.filter(({ orders }) => orders !== 1),
    'symbols entered more than once',
  ).toEqual([]);
}
