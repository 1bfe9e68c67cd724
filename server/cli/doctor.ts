/** Tells what is configured, reachable and missing. Each check ends in a line with the way out when it fails. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#db/client.ts';
import { toAppError } from '#domain/errors.ts';
import { isoTime } from '#domain/time.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import type { Config } from '../config.ts';
import { openMarket } from '../engine/market-source.ts';
import { PEGGED_PAIRS } from '../engine/watched-symbols.ts';
import { assertCanListen } from '../listen.ts';
import { rootFolder } from '../paths.ts';
import { connectRedis, redisPlace } from '../queues/redis.ts';
import type { BeatingRole } from '../roles.ts';
import { wallClock } from '../wall-clock.ts';
import type { Check } from './check.ts';
import { checkAccount } from './check-account.ts';
import { checkBeat } from './check-beat.ts';
import { checkCandles } from './check-candles.ts';
import { checkHome } from './check-home.ts';
import { checkModels } from './check-model.ts';
import { checkPrompts } from './check-prompts.ts';
import { checkSpending } from './check-spending.ts';
import { priceWords } from './price-words.ts';
import { cliConfig, cliLogger, printJson } from './session.ts';

export interface DoctorOptions {
  readonly json: boolean;
  readonly role?: BeatingRole;
}

export async function doctor({ json, role }: DoctorOptions): Promise<void> {
  const checks = await examine(role);
  if (json) printJson({ checks });
  else
    for (const { name, status, detail } of checks)
      process.stdout.write(`${MARK[status]} ${name.padEnd(10)} ${detail}\n`);
  if (checks.some(({ status }) => status === 'failed')) process.exitCode = 1;
}

const MARK = { ok: 'ok  ', note: 'note', failed: 'FAIL' } as const;

async function examine(role: BeatingRole | undefined): Promise<Check[]> {
  const node = checkNode();
  let config: Config;
  try {
    config = cliConfig();
  } catch (thrown) {
    return [node, { name: 'config', status: 'failed', detail: toAppError(thrown).message }];
  }
  const settings: Check = {
    name: 'config',
    status: 'ok',
    detail: `${tradingWords(config)}, data in ${config.homeDir}`,
  };
  const rest = await Promise.all([
    checkHome(config),
    checkDatabase(config),
    checkCandles(config),
    checkPrompts(config),
    checkRedis(config),
    checkMarket(config),
    checkPort(config),
  ]);
  const models = await checkModels(config.llm);
  const spending = await checkSpending(config);
  const account = await checkAccount(config);
  const beats = role === undefined ? [] : [await checkBeat(config.homeDir, role, wallClock.nowMs())];
  return [node, settings, ...rest, ...models, ...spending, ...account, checkWeb(), ...beats];
}

function tradingWords({ mode, exchange }: Config): string {
  if (mode === 'paper') return 'paper trading';
  return exchange.sandbox ? 'live trading on the venue’s test system' : 'live trading with REAL MONEY';
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isFit = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    status: isFit ? 'ok' : 'failed',
    detail: isFit ? process.versions.node : `${process.versions.node} is too old: install 20.19 or newer`,
  };
}

async function checkDatabase({ databaseUrl, homeDir }: Config): Promise<Check> {
  if (databaseUrl === null) {
    const dataDir = join(homeDir, 'postgres');
    const state = existsSync(dataDir)
      ? `kept in ${dataDir}`
      : `will be made in ${dataDir} at the first start`;
    return { name: 'database', status: 'ok', detail: `embedded Postgres, ${state}` };
  }
  return attempt('database', async () => {
    const database = await openDatabase({ url: databaseUrl, maxConnections: 1, connectTimeoutMs: 5_000 });
    const [row] = await database.sql<
      { version: string }[]
    >`select current_setting('server_version') as version`;
    await database.close();
    return `Postgres ${row?.version ?? '?'} at DATABASE_URL answers`;
  });
}

async function checkRedis(config: Config): Promise<Check> {
  const { redisUrl } = config;
  if (redisUrl === null)
    return { name: 'queue', status: 'ok', detail: 'BullMQ on Postgres (REDIS_URL is not set)' };
  return attempt('queue', async () => {
    const redis = await connectRedis(redisUrl, cliLogger(config));
    await redis.close();
    return `BullMQ on Redis at ${redisPlace(redisUrl)}, which answers`;
  });
}

async function checkMarket(config: Config): Promise<Check> {
  return attempt('market', async () => {
    const opened = await openMarket(config, { wallClock, barsPerSeries: DEFAULT_SETTINGS.barsPerSeries });
    const { market, symbols, live, startAtMs, description } = opened;
    const instruments = await market.instruments();
    const seen = [...symbols, ...((await market.watchOnly?.()) ?? [])];
    const pegs = PEGGED_PAIRS.filter((pair) => seen.includes(pair));
    const watched = pegs.length === 0 ? 'no peg is watched' : `pegs are watched by ${pegs.join(', ')}`;
    const prices = live ? `, ${await priceWords(opened, config.market.streams)}` : '';
    await market.close();
    const { name, synthetic } = market.source;
    const span = live
      ? 'live'
      : `from ${isoTime(startAtMs)}${market.spanMs.to === null ? '' : ` to ${isoTime(market.spanMs.to)}`}`;
    const why =
      description !== null && typeof description === 'object' && 'why' in description
        ? `; ${description.why}`
        : '';
    return `${name}${synthetic ? ' (synthetic: set VIGIL_DATA or VIGIL_MARKET for real candles)' : ''}, ${symbols.length} of ${instruments.length} symbols, fast timeframe ${market.fastTimeframe}, ${watched}, ${span}${prices}${why}`;
  });
}

async function checkPort({ http }: Config): Promise<Check> {
  const name = 'port';
  try {
    await assertCanListen(http);
    return { name, status: 'ok', detail: `${http.host}:${http.port} is free` };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return code === 'port_taken'
      ? { name, status: 'note', detail: `this may be your running Vigil: ${message}` }
      : { name, status: 'failed', detail: message };
  }
}

function checkWeb(): Check {
  return existsSync(join(rootFolder(), 'dist', 'web', 'index.html'))
    ? { name: 'web', status: 'ok', detail: 'built' }
    : { name: 'web', status: 'note', detail: 'not built yet: `npm start` builds it' };
}

async function attempt(name: string, check: () => Promise<string>): Promise<Check> {
  try {
    return { name, status: 'ok', detail: await check() };
  } catch (thrown) {
    return { name, status: 'failed', detail: toAppError(thrown).message };
  }
}
