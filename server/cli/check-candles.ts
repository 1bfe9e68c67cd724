/** What `backfill` has stored, in one line. Nothing is made for the question: a database that is not there holds nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '#db/client.ts';
import { type CandleRepository, createCandleRepository } from '#db/repositories/candles.ts';
import { toAppError } from '#domain/errors.ts';
import { baseOf } from '#domain/symbol.ts';
import { spanText } from '#exchanges/replay/span-text.ts';
import type { Config } from '../config.ts';
import { openDatabaseServer } from '../open-tables.ts';
import type { Check } from './check.ts';
import { cliLogger } from './session.ts';

type HeldSeries = Awaited<ReturnType<CandleRepository['held']>>[number];

const TOLD_AT_MOST = 4;
const NONE = 'none stored: `backfill` keeps those of a venue';

export async function checkCandles(config: Config): Promise<Check> {
  const name = 'candles';
  try {
    const held = await heldIn(config);
    return { name, status: 'ok', detail: held.length === 0 ? NONE : heldText(held) };
  } catch (thrown) {
    return { name, status: 'note', detail: `cannot be looked at: ${toAppError(thrown).message}` };
  }
}

async function heldIn(config: Config): Promise<HeldSeries[]> {
  if (config.databaseUrl === null && !existsSync(join(config.homeDir, 'postgres'))) return [];
  const server = await openDatabaseServer(config, cliLogger(config));
  try {
    const database = await openDatabase({ url: server.url, maxConnections: 1, connectTimeoutMs: 5_000 });
    return await heldBy(database).finally(() => database.close());
  } finally {
    await server.stop();
  }
}

async function heldBy(database: Database): Promise<HeldSeries[]> {
  const [table] = await database.sql<{ isThere: boolean }[]>`
    select to_regclass('candle_spans') is not null as "isThere"`;
  return table?.isThere ? createCandleRepository(database).held() : [];
}

/** `binanceusdm 1m 2025-01-01..2025-02-01 (BTC, ETH), …`: the symbols that reach equally far stand together. */
function heldText(held: readonly HeldSeries[]): string {
  const symbolsOf = new Map<string, string[]>();
  for (const { venue, symbol, timeframe, spans } of held) {
    const whole = { fromMs: spans[0]?.fromMs ?? 0, toMs: spans.at(-1)?.toMs ?? 0 };
    const pieces = spans.length === 1 ? '' : ` in ${spans.length} pieces`;
    const reach = `${venue} ${timeframe} ${spanText(whole)}${pieces}`;
    symbolsOf.set(reach, [...(symbolsOf.get(reach) ?? []), baseOf(symbol)]);
  }
  const told = [...symbolsOf].map(([reach, symbols]) => `${reach} (${symbols.join(', ')})`);
  const more = told.length > TOLD_AT_MOST ? `, and ${told.length - TOLD_AT_MOST} more` : '';
  return `${told.slice(0, TOLD_AT_MOST).join(', ')}${more}`;
}
