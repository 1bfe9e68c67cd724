import { AppError } from '#domain/errors.ts';
import type { MarketSource } from '#domain/market.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { type Config, loadEnvironment, readConfig, secretsOf } from '../config.ts';
import type { Container, ContainerOptions } from '../container.ts';
import { rootFolder } from '../paths.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';

/** The configuration of this process: its environment over the `.env` file beside package.json. */
export function cliConfig(): Config {
  return readConfig(loadEnvironment(rootFolder()));
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

/** Logs of a command go to stderr and only when something is wrong, so that stdout stays an answer. */
export function cliLogger(config: Config): Logger {
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  return createLogger({ level, secrets: secretsOf(config), destination: process.stderr });
}

/** Runs a short command on a container and closes it whatever happens. */
export async function withContainer<Result>(
  options: { readonly clock: ContainerOptions['clock']; readonly config?: Config },
  work: (container: Container) => Promise<Result>,
): Promise<Result> {
  const config = options.config ?? cliConfig();
  const { createContainer } = await import('../container.ts');
  const container = await createContainer({ config, logger: cliLogger(config), clock: options.clock });
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

/** The market an answer rests on, in a line that says when its prices are made up. */
export function marketLine({ name, synthetic }: MarketSource): string {
  return `market ${name}${synthetic ? ' (synthetic: these prices are made up)' : ''}`;
}

export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
