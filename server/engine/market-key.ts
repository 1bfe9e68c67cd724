/** Names a market in desk ids and clock rows. Desks of one key share prices and time; another key is another world. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import type { Config, MarketConfig } from '../config.ts';

/** What a folder of candles is asked for by default: two that nearly every folder has. */
export const REPLAY_POOL: readonly MarketSymbol[] = ['BTC', 'ETH'].map(parseSymbol);

export function generatorKey({ seed, fromMs }: Pick<MarketConfig, 'seed' | 'fromMs'>): string {
  return `generator-${seed}${fromMs === null ? '' : `-${digestOf(String(fromMs))}`}`;
}

/** Other files, another start or other symbols are another market: an account never wakes up at foreign prices. */
export function replayKey(
  venue: string,
  { dataPath, fromMs, symbols }: Pick<MarketConfig, 'dataPath' | 'fromMs' | 'symbols'>,
): string {
  const watched = [...new Set(symbols ?? REPLAY_POOL)].sort();
  const identity = [placeOf(dataPath ?? ''), fromMs ?? 'default', ...watched].join('|');
  return `replay-${venue.toLowerCase()}-${digestOf(identity)}`;
}

/**
 * Which of the known markets the configuration speaks of. Nothing is opened for it, so that files or a venue may be
 * away: several may be meant where a venue names its account, or files their venue.
 */
export function marketsNamedBy(config: Config, known: readonly string[]): string[] {
  const { source, dataPath, dataVenue } = config.market;
  if (source !== 'replay' && config.mode === 'live')
    return known.filter((key) => key.startsWith(`live-${source}-`));
  if (source !== 'replay') return known.filter((key) => key === source);
  if (dataPath === null) return known.filter((key) => key === generatorKey(config.market));
  return known.filter((key) => {
    const venue = dataVenue ?? /^replay-(.+)-[^-]+$/.exec(key)?.[1];
    return venue !== undefined && key === replayKey(venue, config.market);
  });
}

/** What the configuration speaks of, for a message. */
export function marketName(config: Config): string {
  const { source, dataPath } = config.market;
  if (source !== 'replay') return config.mode === 'live' ? `live-${source}-*` : source;
  return dataPath === null
    ? generatorKey(config.market)
    : replayKey(config.market.dataVenue ?? '*', config.market);
}

/** The files of a folder that is away may come back under the same name. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function digestOf(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 8);
}
