/** The `weights` commands: what the votes of strategies weigh by regime, learned from candles and promoted by a person. */
import {
  createStrategyWeightsRepository,
  type StrategyWeightsRepository,
  unknownWeights,
} from '#db/repositories/strategy-weights.ts';
import { Timeframe } from '#domain/time.ts';
import { withTables } from '../open-tables.ts';
import { STUDY_JUDGED } from '../study/study-terms.ts';
import { wallClock } from '../wall-clock.ts';
import { learnVersion } from '../weights/learn-version.ts';
import { usableWeights } from '../weights/usable-weights.ts';
import { usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { columns, day } from './qtable-text.ts';
import { cliConfig, cliLogger, personWords, printJson, symbolList, tablesConfig } from './session.ts';
import { weightsText } from './weights-text.ts';

export interface LearnOptions {
  readonly data?: string;
  readonly venue: string;
  readonly symbols?: string;
  readonly timeframe: string;
  readonly leastDays: string;
  readonly seed: string;
  readonly json: boolean;
}

interface Json {
  readonly json: boolean;
}

const ACTOR = 'command line';
const PROMOTIONS_TOLD = 50;
const EVEN = 'even';

/** Learns weights from candles and stores them as a version; promotes nothing. */
export async function learn(options: LearnOptions): Promise<void> {
  const path = options.data ?? cliConfig().market.dataPath;
  if (path === null)
    throw usage('there are no candles: name a folder of candle files with --data, or set VIGIL_DATA');
  const timeframe = Timeframe.safeParse(options.timeframe);
  if (!timeframe.success)
    throw usage(`--timeframe "${options.timeframe}" is not one of ${Timeframe.options.join(', ')}`);
  const request = {
    ...{ path, venue: options.venue, timeframes: [timeframe.data] },
    symbols: options.symbols === undefined ? null : symbolList(options.symbols),
    leastDays: wholeNumber('--least-days', options.leastDays, 20, 100_000),
  };
  const seed = wholeNumber('--seed', options.seed, 0, 2 ** 32 - 2);
  const learned = await learnVersion(request, { ...STUDY_JUDGED, seed });
  const saved = await withStored((rows) => rows.save(learned, { actor: ACTOR, atMs: wallClock.nowMs() }));
  if (options.json) return printJson({ ...saved, ...learned });
  say(weightsText({ ...learned, version: saved.version }));
  const { version, isNew } = saved;
  say(
    isNew
      ? `stored as version ${version}; nothing is promoted by itself: vigil weights promote ${version} --reason "…"`
      : `they are here already, as version ${version}`,
  );
}

export async function list({ json }: Json): Promise<void> {
  const told = await withStored(async (rows) => ({
    promoted: await rows.promotedVersion(),
    items: await rows.list(),
    promotions: await rows.promotions(PROMOTIONS_TOLD),
  }));
  if (json) return printJson(told);
  if (told.items.length === 0) return say('no weights are stored: vigil weights learn makes some');
  const rows = told.items.map(({ version, hash, createdAtMs, facts }) => [
    `${version === told.promoted ? '*' : ' '} ${version}`,
    hash.slice(0, 12),
    day(createdAtMs),
    `${facts.markets.length} on ${facts.timeframe}`,
    `${day(facts.learnedFromMs)} to ${day(facts.learnedToMs)}`,
  ]);
  for (const line of columns([['  version', 'hash', 'made', 'markets', 'learned on'], ...rows])) say(line);
  say(told.promoted === null ? 'none is promoted: all votes weigh the same' : '* is promoted');
}

export async function show(text: string, { json }: Json): Promise<void> {
  const stored = await withStored((rows) => existing(rows, versionOf(text)));
  if (json) return printJson(stored);
  say(weightsText(stored));
}

export async function promote(text: string, options: Json & { readonly reason: string }): Promise<void> {
  const version = text === EVEN ? null : versionOf(text);
  const change = { actor: ACTOR, reason: personWords('reason', options.reason), atMs: wallClock.nowMs() };
  const moved = await withStored(async (rows) => {
    // What cannot be used is found out here, not in a cycle.
    if (version !== null) usableWeights(await existing(rows, version));
    return rows.promote(version, change);
  });
  if (options.json) return printJson(moved);
  const name = (one: number | null) => (one === null ? 'even weights' : `version ${one}`);
  say(`desks weigh by ${name(moved.to)} from their next cycle on (before: ${name(moved.from)})`);
}

async function existing(rows: StrategyWeightsRepository, version: number) {
  const stored = await rows.get(version);
  if (stored !== null) return stored;
  throw unknownWeights(version, (await rows.list())[0]?.version);
}

function withStored<Result>(work: (rows: StrategyWeightsRepository) => Promise<Result>): Promise<Result> {
  const config = tablesConfig();
  return withTables(config, cliLogger(config), (database) => work(createStrategyWeightsRepository(database)));
}

function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`"${text}" is no version: name the number \`vigil weights list\` tells`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
