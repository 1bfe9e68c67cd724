import { AppError } from '#domain/errors.ts';
import type { MarketSource } from '#domain/market.ts';
import { Question, Reason } from '#domain/person-text.ts';
import type { SpendingMode } from '#domain/spending.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import { type Config, loadEnvironment, readConfig, secretsOf } from '../config.ts';
import type { Container, ContainerOptions } from '../container.ts';
import { assertCanAsk } from '../model-modes.ts';
import { rootFolder } from '../paths.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { wallClock } from '../wall-clock.ts';

/** The configuration of this process: its environment over the `.env` file beside package.json. */
export function cliConfig(): Config {
  return readConfig(loadEnvironment(rootFolder()));
}

/** Where the tables are, and nothing else: whatever is wrong with the rest is in nobody's way. */
export function tablesConfig(): Config {
  const { DATABASE_URL, VIGIL_HOME } = loadEnvironment(rootFolder());
  return readConfig({ DATABASE_URL, VIGIL_HOME });
}

/**
 * The configuration with the symbols a command names in its universe. The generator would make up a price for anything,
 * so there the configuration alone says what exists.
 */
export function withUniverse(config: Config, symbols: readonly MarketSymbol[]): Config {
  const { market } = config;
  if (market.source === 'replay' && market.dataPath === null) return config;
  return { ...config, market: { ...market, symbols } };
}

/** The configuration with the mode a person typed, which holds over a switch that is older. */
export function withMode(config: Config, mode: SpendingMode | undefined): Config {
  if (mode === undefined) return config;
  assertCanAsk(config.llm, mode, 'usage_invalid');
  return { ...config, llm: { ...config.llm, mode, modeTypedAtMs: wallClock.nowMs() } };
}

/** Logs of a command go to stderr and only when something is wrong, so that stdout stays an answer. */
export function cliLogger(config: Config): Logger {
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  return createLogger({ level, secrets: secretsOf(config), destination: process.stderr });
}

/** Runs a short command on a container and closes it whatever happens. */
export async function withContainer<Result>(
  options: Pick<ContainerOptions, 'clock' | 'deskSymbols'> & { readonly config?: Config },
  work: (container: Container) => Promise<Result>,
): Promise<Result> {
  const asked = options.config ?? cliConfig();
  // One look asks for what it needs; by the time a stream told it, it would be over.
  const config = { ...asked, market: { ...asked.market, streams: false } };
  const { createContainer } = await import('../container.ts');
  const container = await createContainer({ ...options, config, logger: cliLogger(config) });
  try {
    return await work(container);
  } finally {
    await container.close();
  }
}

/** `BTC, eth,SOLUSDT` → unified symbols, each once. @throws AppError `symbol_invalid`, `usage_invalid` when there is none */
export function symbolList(text: string): MarketSymbol[] {
  const words = text.split(',').filter((word) => word.trim() !== '');
  if (words.length === 0)
    throw new AppError('usage_invalid', `"${text}" names no symbol: give one or more, such as BTC,ETH`);
  return [...new Set(words.map(parseSymbol))];
}

const PERSON_WORDS = { reason: Reason, question: Question } as const;

/** What a person wrote, by the rule of the API. @throws AppError `usage_invalid` */
export function personWords(what: keyof typeof PERSON_WORDS, text: string): string {
  const read = PERSON_WORDS[what].safeParse(text);
  if (read.success) return read.data;
  const found = text.length > SHOWN_CHARACTERS ? `one of ${text.length} characters` : JSON.stringify(text);
  throw new AppError('usage_invalid', `the ${what} ${read.error.issues[0]?.message}, and this is ${found}`);
}
const SHOWN_CHARACTERS = 100;

/** The market an answer rests on, in a line that says when its prices are made up. */
export function marketLine({ name, synthetic }: MarketSource, asOfMs?: EpochMs): string {
  const at = asOfMs === undefined ? '' : ` at ${isoTime(asOfMs)}`;
  return `market ${name}${synthetic ? ' (synthetic: these prices are made up)' : ''}${at}`;
}

export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
