import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { AppError } from '#domain/errors.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { type Clock, DAY_MS, HOUR_MS } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { Config } from '../config.ts';
import { liveMarketKey } from './desk-venues.ts';

/** The default pool (REQUIREMENTS): what a desk watches when nobody names symbols. */
export const DEFAULT_POOL: readonly MarketSymbol[] = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'].map(
  parseSymbol,
);
/** What a folder of candles is asked for by default: two that nearly every folder has. */
const REPLAY_POOL: readonly MarketSymbol[] = ['BTC', 'ETH'].map(parseSymbol);

/** The generator's crash trips the breaker, and only a person ends that halt: first a desk is seen at work for days. */
const CRASH_AFTER_MS = 4 * DAY_MS + 20 * HOUR_MS;

export interface OpenMarket {
  readonly market: MarketData;
  /** Names the market in desk ids and clock rows: one desk lives on one market. */
  readonly key: string;
  readonly symbols: readonly MarketSymbol[];
  /** Whether time comes from the wall; else the replay's own clock runs. */
  readonly live: boolean;
  readonly startAtMs: number;
  /** What a replay chose and why, for `doctor`. */
  readonly description: unknown;
}

/**
 * Opens the market the configuration names: files, the generator when there are no files, or a venue.
 * @throws AppError `candle_data_missing`, `venue_unavailable`, `symbol_unknown` …
 */
export async function openMarket(
  config: Config,
  wallClock: Clock,
  barsPerSeries: number,
  heldOf: HeldSymbols = async () => [],
): Promise<OpenMarket> {
  if (config.market.source !== 'replay') return openVenue(config, wallClock, barsPerSeries, heldOf);
  return config.market.dataPath === null
    ? openGenerator(config, barsPerSeries, heldOf)
    : openReplay(config, barsPerSeries);
}

/** What the desks of a market hold: offered whatever is watched now, or nobody could price or close it. */
export type HeldSymbols = (marketKey: string) => Promise<readonly MarketSymbol[]>;

async function openVenue(
  config: Config,
  wallClock: Clock,
  barsPerSeries: number,
  heldOf: HeldSymbols,
): Promise<OpenMarket> {
  const { createCcxtMarket } = await import('#exchanges/ccxt/ccxt-market.ts');
  const symbols = config.market.symbols ?? DEFAULT_POOL;
  const { source } = config.market;
  const key = config.mode === 'live' ? liveMarketKey(config) : source;
  const baseUrl = config.exchange.baseUrl ?? undefined;
  const market = await createCcxtMarket({
    exchangeId: source,
    symbols: union(symbols, await heldOf(key)),
    barsPerSeries,
    wallClock,
    ...(baseUrl && { baseUrl }),
  });
  // Asked now: without its venue a desk has nothing to do, and whoever starts it should hear so.
  await market.instruments().catch(async (thrown: unknown) => {
    await market.close();
    throw thrown;
  });
  return { market, key, symbols, live: true, startAtMs: wallClock.nowMs(), description: null };
}

async function openGenerator(
  config: Config,
  barsPerSeries: number,
  heldOf: HeldSymbols,
): Promise<OpenMarket> {
  const { createGeneratorMarket } = await import('#exchanges/generator/generator-market.ts');
  const { seed, fromMs } = config.market;
  const symbols = config.market.symbols ?? DEFAULT_POOL;
  const key = `generator-${seed}${fromMs === null ? '' : `-${digestOf(String(fromMs))}`}`;
  const market = createGeneratorMarket({
    seed,
    symbols: union(symbols, await heldOf(key)),
    barsPerSeries,
    crashAfterMs: CRASH_AFTER_MS,
    ...(fromMs !== null && { startAtMs: fromMs }),
  });
  return {
    market,
    key,
    symbols,
    live: false,
    startAtMs: market.spanMs.from,
    description: null,
  };
}

async function openReplay(config: Config, barsPerSeries: number): Promise<OpenMarket> {
  const { dataPath, dataVenue, fromMs } = config.market;
  if (dataPath === null || !existsSync(dataPath)) {
    throw new AppError(
      'candle_data_missing',
      `VIGIL_DATA=${dataPath ?? ''} does not exist: name a folder or a file of candle CSVs`,
    );
  }
  const { createReplayMarket } = await import('#exchanges/replay/replay-market.ts');
  const symbols = config.market.symbols ?? REPLAY_POOL;
  const market = await createReplayMarket({
    path: dataPath,
    symbols,
    barsPerSeries,
    ...(dataVenue !== null && { venue: dataVenue }),
    ...(fromMs !== null && { fromMs }),
  });
  await learnExactEnd(market, symbols);
  // Other files, another start or other symbols are another market: an account never wakes up at foreign prices.
  const identity = [realpathSync(dataPath), fromMs ?? 'default', ...symbols].join('|');
  const key = `replay-${market.description.venue.toLowerCase()}-${digestOf(identity)}`;
  return {
    market,
    key,
    symbols,
    live: false,
    startAtMs: market.description.startAtMs,
    description: market.description,
  };
}

/** Where the last file ends is told by its rows, not by its name: asked at once, so that the clock never runs beyond. */
async function learnExactEnd(market: MarketData, symbols: readonly MarketSymbol[]): Promise<void> {
  const asOfMs = market.spanMs.to;
  if (asOfMs === null) return;
  try {
    await market.snapshot({ symbols, asOfMs, barsPerSeries: 1, snapshotId: 'end' });
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'market_finished') throw thrown;
  }
}

function union(symbols: readonly MarketSymbol[], held: readonly MarketSymbol[]): MarketSymbol[] {
  return [...new Set([...symbols, ...held])];
}

function digestOf(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 8);
}
