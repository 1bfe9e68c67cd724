import { existsSync } from 'node:fs';
import { AppError } from '#domain/errors.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { type Clock, DAY_MS, HOUR_MS } from '#domain/time.ts';
import type { CcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import type { StreamChange } from '#exchanges/ccxt/market-stream.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { SharedLoad } from '#exchanges/ports/shared-load.ts';
import type { Config, MarketConfig } from '../config.ts';
import { type Logger, SILENT_LOGGER } from '../telemetry/logger.ts';
import { type Candidates, openCandidates } from './candidates.ts';
import { liveMarketKey } from './desk-venues.ts';
import { generatorKey, REPLAY_POOL, replayKey } from './market-key.ts';
import { PEGGED_PAIRS } from './watched-symbols.ts';

/** The default pool (REQUIREMENTS): what a desk watches when nobody names symbols. */
export const DEFAULT_POOL: readonly MarketSymbol[] = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'].map(
  parseSymbol,
);

/** The generator's crash trips the breaker, and only a person ends that halt: first a desk is seen at work for days. */
const CRASH_AFTER_MS = 4 * DAY_MS + 20 * HOUR_MS;

export interface OpenMarket {
  readonly market: MarketData;
  /** Names the market in desk ids and clock rows: one desk lives on one market. */
  readonly key: string;
  readonly symbols: readonly MarketSymbol[];
  /** What joins the symbols for a while. */
  readonly candidates: Candidates;
  /** What a symbol's open interest must be worth before it is opened in; null where there is none to tell. */
  readonly minOpenInterestQuote: number | null;
  /** Whether time comes from the wall; else the replay's own clock runs. */
  readonly live: boolean;
  readonly startAtMs: number;
  /** What was chosen and why, for `doctor`. */
  readonly description: unknown;
}

/**
 * Opens the market the configuration names: files, the generator when there are no files, or a venue.
 * @throws AppError `candle_data_missing`, `venue_unavailable`, `symbol_unknown` …
 */
export async function openMarket(config: Config, options: OpenMarketOptions): Promise<OpenMarket> {
  if (config.market.source !== 'replay') return openVenue(config, options);
  return config.market.dataPath === null ? openGenerator(config, options) : openReplay(config, options);
}

export interface OpenMarketOptions {
  readonly wallClock: Clock;
  readonly barsPerSeries: number;
  readonly heldOf?: HeldSymbols;
  /** What the market's desk watches, when other symbols are opened: a replay is named by them. */
  readonly deskSymbols?: MarketConfig['symbols'];
  readonly logger?: Logger;
  /** What other processes behind this address learn of a venue's limits. */
  readonly sharedLoad?: SharedLoad | undefined;
}

/** What the desks of a market hold: offered whatever is watched now, or nobody could price or close it. */
export type HeldSymbols = (marketKey: string) => Promise<readonly MarketSymbol[]>;

const NOTHING_HELD: HeldSymbols = async () => [];
const NO_CANDIDATES: Candidates = { current: () => [] };

async function openVenue(config: Config, options: OpenMarketOptions): Promise<OpenMarket> {
  const { wallClock, barsPerSeries, heldOf = NOTHING_HELD, logger = SILENT_LOGGER } = options;
  const { createCcxtMarket } = await import('#exchanges/ccxt/ccxt-market.ts');
  const { source, symbols: asked, pools } = config.market;
  const key = config.mode === 'live' ? await liveMarketKey(config, wallClock) : source;
  const baseUrl = config.exchange.baseUrl ?? undefined;
  const hasPools = pools.movers + pools.openInterest > 0;
  const market = await createCcxtMarket({
    exchangeId: source,
    symbols: union(asked ?? [], await heldOf(key)),
    watchOnly: PEGGED_PAIRS,
    // Asked for by name it must be there; of the default pool, what the venue lists is taken.
    ifListed: asked === null ? DEFAULT_POOL : [],
    offersAll: hasPools,
    barsPerSeries,
    wallClock,
    sandbox: config.mode === 'live' && config.exchange.sandbox,
    sharedLoad: options.sharedLoad,
    ...(baseUrl && { baseUrl }),
    ...(config.market.streams && { onStreamChange: tellStreams(source, logger) }),
  });
  try {
    // Asked now: without its venue a desk has nothing to do, and whoever starts it should hear so.
    const offered = new Set((await market.instruments()).map(({ symbol }) => symbol));
    const symbols = asked ?? DEFAULT_POOL.filter((symbol) => offered.has(symbol));
    const unlisted = DEFAULT_POOL.filter((symbol) => asked === null && !offered.has(symbol));
    if (symbols.length === 0) throw noneListed(source);
    if (unlisted.length > 0) logger.info({ source, unlisted }, 'not listed, so left out of the default pool');
    const candidates = hasPools ? await poolsOf(market, config, wallClock, logger) : NO_CANDIDATES;
    const minOpenInterestQuote = market.tellsOpenInterest ? config.market.minOpenInterestQuote : null;
    if (!market.tellsOpenInterest && config.market.minOpenInterestQuote !== null)
      logger.warn({ source }, 'tells no open interest, so VIGIL_MIN_OPEN_INTEREST_USD cannot be held there');
    const startAtMs = wallClock.nowMs();
    return {
      market,
      key,
      symbols,
      candidates,
      minOpenInterestQuote,
      live: true,
      startAtMs,
      description: hasPools ? { why: `candidates: ${candidates.current().join(', ') || 'none'}` } : null,
    };
  } catch (thrown) {
    await market.close();
    throw thrown;
  }
}

/** Once for each change, however often a connection is tried in between. */
function tellStreams(source: string, logger: Logger): (change: StreamChange) => void {
  return ({ stream, state, failure }) => {
    if (state === 'streaming') logger.info({ source, stream }, 'a stream of the venue tells');
    else logger.warn({ source, stream, reason: failure?.message }, 'a stream is away: prices come by REST');
  };
}

/** What moves most and what is held most there, both liquid enough to be opened in. */
function poolsOf(
  market: CcxtMarket,
  { market: { source, pools, minOpenInterestQuote } }: Config,
  clock: Clock,
  logger: Logger,
): Promise<Candidates> {
  return openCandidates({
    async read() {
      const { movers, openInterest } = await market.candidates({ ...pools, minOpenInterestQuote });
      logger.info({ source, movers, openInterest }, 'candidate pools');
      return union(movers, openInterest);
    },
    clock,
    onFailure: (err) => logger.warn({ err, source }, 'the candidate pools could not be read'),
    isFatal: (thrown) => thrown instanceof AppError && thrown.code === 'config_invalid',
  });
}

function noneListed(source: string): AppError {
  const pool = DEFAULT_POOL.join(', ');
  const message = `${source} lists none of the default pool (${pool}): name symbols of its own in VIGIL_SYMBOLS`;
  return new AppError('symbol_unknown', message, { context: { source } });
}

async function openGenerator(
  config: Config,
  { barsPerSeries, heldOf = NOTHING_HELD }: OpenMarketOptions,
): Promise<OpenMarket> {
  const { createGeneratorMarket } = await import('#exchanges/generator/generator-market.ts');
  const { seed, fromMs } = config.market;
  const symbols = config.market.symbols ?? DEFAULT_POOL;
  const key = generatorKey(config.market);
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
    candidates: NO_CANDIDATES,
    minOpenInterestQuote: null,
    live: false,
    startAtMs: market.spanMs.from,
    description: null,
  };
}

async function openReplay(
  { market: asked }: Config,
  { barsPerSeries, deskSymbols = asked.symbols }: OpenMarketOptions,
): Promise<OpenMarket> {
  const { dataPath, dataVenue, fromMs } = asked;
  if (dataPath === null || !existsSync(dataPath)) {
    throw new AppError(
      'candle_data_missing',
      `VIGIL_DATA=${dataPath ?? ''} does not exist: name a folder or a file of candle CSVs`,
    );
  }
  const { createReplayMarket } = await import('#exchanges/replay/replay-market.ts');
  const symbols = asked.symbols ?? REPLAY_POOL;
  const market = await createReplayMarket({
    path: dataPath,
    symbols,
    watchOnly: PEGGED_PAIRS,
    barsPerSeries,
    ...(dataVenue !== null && { venue: dataVenue }),
    ...(fromMs !== null && { fromMs }),
  });
  await learnExactEnd(market, symbols);
  const key = replayKey(market.description.venue, { ...asked, symbols: deskSymbols });
  return {
    market,
    key,
    symbols,
    candidates: NO_CANDIDATES,
    minOpenInterestQuote: null,
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
