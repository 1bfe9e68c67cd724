/** The `qtables` commands: what was trained, which of it the desk hears, and tables as files. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createQTableRepository, type QTableRepository } from '#db/repositories/q-tables.ts';
import { AppError } from '#domain/errors.ts';
import { withTables } from '../open-tables.ts';
import { existingTable, promoteVersion } from '../qtables/promote-version.ts';
import { fromFile, fromStore, toFile } from '../qtables/table-file.ts';
import { wallClock } from '../wall-clock.ts';
import { usage } from './instant-option.ts';
import { columns, day, percent, scoreText } from './qtable-text.ts';
import { cliLogger, personWords, printJson, tablesConfig } from './session.ts';

interface Json {
  readonly json: boolean;
}
type Because = Json & { readonly reason: string };

const ACTOR = 'command line';
const PROMOTIONS_TOLD = 50;

export async function list({ json }: Json): Promise<void> {
  const told = await withStored(async (tables) => ({
    promoted: await tables.promotedVersion(),
    items: await tables.list(),
    promotions: await tables.promotions(PROMOTIONS_TOLD),
  }));
  if (json) return printJson(told);
  if (told.items.length === 0) return say('no Q-table is stored: vigil train makes one');
  const rows = told.items.map(({ version, hash, createdAtMs, facts }) => {
    const { outOfSample } = facts.scores;
    return [
      `${version === told.promoted ? '*' : ' '} ${version}`,
      hash.slice(0, 12),
      day(createdAtMs),
      `${facts.symbols.length} on ${facts.timeframe}`,
      `${day(facts.fromMs)} to ${day(facts.toMs)}`,
      String(outOfSample.trades),
      percent(outOfSample.returnFraction),
    ];
  });
  for (const line of columns([
    ['  version', 'hash', 'made', 'symbols', 'candles', 'held-out trades', 'held-out return'],
    ...rows,
  ]))
    say(line);
  say(told.promoted === null ? 'none is promoted' : '* is promoted');
}

export async function show(text: string, { json }: Json): Promise<void> {
  const version = versionOf(text);
  const { body: _body, ...told } = await withStored((tables) => existingTable(tables, version));
  if (json) return printJson(told);
  say(`version ${version}, ${told.origin}, hash ${told.hash}`);
  say(scoreText(told.facts));
}

export async function promote(text: string, { reason, json }: Because): Promise<void> {
  const version = versionOf(text);
  const words = personWords('reason', reason);
  const change = { actor: ACTOR, reason: words, atMs: wallClock.nowMs() };
  const moved = await withStored((tables) => promoteVersion(tables, version, change));
  if (json) return printJson(moved);
  say(`desks decide with version ${moved.to} from their next cycle on (before: ${moved.from ?? 'none'})`);
}

export async function rollback({ reason, json }: Because): Promise<void> {
  const words = personWords('reason', reason);
  const change = { actor: ACTOR, reason: words, atMs: wallClock.nowMs() };
  const moved = await withStored((tables) => tables.rollback(change));
  if (json) return printJson(moved);
  say(
    moved.to === null
      ? `version ${moved.from} is rolled back, and no table is promoted any more`
      : `version ${moved.from} is rolled back: desks decide with version ${moved.to} from their next cycle on`,
  );
}

export async function exportTable(text: string, path: string, { json }: Json): Promise<void> {
  const version = versionOf(text);
  const stored = await withStored((tables) => existingTable(tables, version));
  fromStore(stored);
  const file = toFile(stored);
  try {
    // Never over a file that is there: a backup is not lost to a slip.
    writeFileSync(path, file, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw usage(code === 'EEXIST' ? `${path} is there already: name another file` : `${path}: ${message}`);
  }
  if (json) return printJson({ version, hash: stored.hash, path, bytes: file.length });
  say(`version ${version} is in ${path}, ${file.length} bytes, hash ${stored.hash}`);
}

export async function importTable(path: string, { json }: Json): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new AppError('usage_invalid', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const table = fromFile(bytes, path);
  const change = { actor: ACTOR, atMs: wallClock.nowMs() };
  const saved = await withStored((tables) => tables.save(table, change));
  if (json) return printJson({ ...saved, hash: table.hash });
  const { version, isNew } = saved;
  say(
    isNew
      ? `imported as version ${version}, hash ${table.hash}`
      : `it is here already, as version ${version}`,
  );
}

function withStored<Result>(work: (tables: QTableRepository) => Promise<Result>): Promise<Result> {
  const config = tablesConfig();
  return withTables(config, cliLogger(config), (database) => work(createQTableRepository(database)));
}

function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`"${text}" is no version: name the number \`vigil qtables list\` tells`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
