/** Tells what is configured, reachable and missing. Each check ends in a line with the way out when it fails. */

import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '#db/client.ts';
import { toAppError } from '#domain/errors.ts';
import { isoTime } from '#domain/time.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import type { Config } from '../config.ts';
import { wallClock } from '../container.ts';
import { isModelConfigured } from '../engine/agents.ts';
import { openMarket } from '../engine/market-source.ts';
import { rootFolder } from '../paths.ts';
import { connectRedis, redisPlace } from '../queues/redis.ts';
import type { BeatingRole } from '../roles.ts';
import { checkBeat } from './check-beat.ts';
import { cliConfig, cliLogger, printJson } from './session.ts';

export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'note' | 'failed';
  readonly detail: string;
  readonly more?: unknown;
}

const MIN_FREE_BYTES = 500 * 1_024 * 1_024;

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
    detail: `${config.mode} trading, data in ${config.homeDir}`,
  };
  const rest = await Promise.all([
    checkDisk(config),
    checkDatabase(config),
    checkRedis(config),
    checkMarket(config),
    checkPort(config),
  ]);
  const beats = role === undefined ? [] : [await checkBeat(config.homeDir, role, wallClock.nowMs())];
  return [node, settings, ...rest, checkModel(config), checkWeb(), ...beats];
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

async function checkDisk({ homeDir }: Config): Promise<Check> {
  const place = existsSync(homeDir) ? homeDir : rootFolder();
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const detail = `${(free / 1_024 ** 3).toFixed(1)} GiB free for ${homeDir}`;
  return free > MIN_FREE_BYTES
    ? { name: 'disk', status: 'ok', detail }
    : { name: 'disk', status: 'failed', detail: `${detail}: free some, or set VIGIL_HOME to another disk` };
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
    const { market, symbols, live, startAtMs, description } = await openMarket(
      config,
      wallClock,
      DEFAULT_SETTINGS.barsPerSeries,
    );
    const instruments = await market.instruments();
    await market.close();
    const { name, synthetic } = market.source;
    const span = live
      ? 'live'
      : `from ${isoTime(startAtMs)}${market.spanMs.to === null ? '' : ` to ${isoTime(market.spanMs.to)}`}`;
    const why =
      description !== null && typeof description === 'object' && 'why' in description
        ? `; ${description.why}`
        : '';
    return `${name}${synthetic ? ' (synthetic: set VIGIL_DATA or VIGIL_MARKET for real candles)' : ''}, ${symbols.length} of ${instruments.length} symbols, fast timeframe ${market.fastTimeframe}, ${span}${why}`;
  });
}

async function checkPort({ http }: Config): Promise<Check> {
  const taken = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(http.port, http.host, () => probe.close(() => resolve(false)));
  });
  return taken
    ? {
        name: 'port',
        status: 'note',
        detail: `${http.host}:${http.port} is taken: a running Vigil, or set PORT to another`,
      }
    : { name: 'port', status: 'ok', detail: `${http.host}:${http.port} is free` };
}

function checkModel({ llm }: Config): Check {
  const name = 'model';
  if (!isModelConfigured(llm)) {
    return {
      name,
      status: 'note',
      detail: 'none: the agents decide by their rules (set OPENAI_API_KEY or OPENAI_BASE_URL)',
    };
  }
  if (llm.price !== null)
    return { name, status: 'ok', detail: `${llm.model}, at most ${llm.budgetUsdPerDay} USD a day` };
  const detail = `${llm.model}; its price is unknown, so the budget cannot stop anything: set LLM_PRICE_INPUT_USD and LLM_PRICE_OUTPUT_USD`;
  return { name, status: 'note', detail };
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
