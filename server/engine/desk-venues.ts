/** Where desks trade: each on paper money of its own, or the one live desk on the account its key belongs to. */
import { createHash } from 'node:crypto';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import type { CcxtBroker, CcxtBrokerOptions } from '#exchanges/ccxt/ccxt-broker.ts';
import type { PaperBooks } from '#exchanges/paper/paper-books.ts';
import { createPaperBroker } from '#exchanges/paper/paper-broker.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import type { SharedLoad } from '#exchanges/ports/shared-load.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { DeskVenue } from './desk-house.ts';

/** Paper money a new account starts with. */
export const STARTING_BALANCE_QUOTE = '10000';

export interface DeskVenues {
  venueOf(deskId: string): Promise<DeskVenue>;
  close(): Promise<void>;
}

export function paperVenues(options: {
  readonly market: MarketData;
  readonly marketClock: Clock;
  readonly store: PaperStore<PaperBooks>;
}): DeskVenues {
  const { market, marketClock, store } = options;
  let instruments: Promise<ReadonlyMap<MarketSymbol, Instrument>> | null = null;

  async function instrumentsOnce(): Promise<ReadonlyMap<MarketSymbol, Instrument>> {
    instruments ??= market
      .instruments()
      .then((list) => new Map(list.map((instrument) => [instrument.symbol, instrument])));
    return instruments;
  }

  return {
    async venueOf(deskId) {
      const account = { accountId: deskId, startingBalanceQuote: STARTING_BALANCE_QUOTE };
      const broker = createPaperBroker({ ...account, store, market, clock: marketClock });
      return { broker, instruments: await instrumentsOnce() };
    },
    close: async () => {},
  };
}

/**
 * The live desk of an account, whichever of its keys is used: another account's desk knows nothing of this one.
 * @throws AppError of the venue, which is asked whose key it is
 */
export async function liveMarketKey(config: Config, wallClock: Clock): Promise<string> {
  const { market, exchange } = config;
  const broker = await openLiveBroker(config, { symbols: [], fromMs: wallClock.nowMs(), wallClock });
  try {
    const account = (await broker.accountName()) ?? exchange.apiKey;
    const identity = `${account}|${exchange.sandbox ? 'sandbox' : 'real money'}`;
    const digest = createHash('sha256').update(identity).digest('hex').slice(0, 8);
    return `live-${market.source}-${digest}`;
  } finally {
    await broker.close();
  }
}

/** The account of the configured key; nothing has been asked of the venue yet. @throws AppError `config_invalid` */
export async function openLiveBroker(
  { market, exchange }: Config,
  reading: Pick<CcxtBrokerOptions, 'symbols' | 'fromMs' | 'wallClock' | 'sharedLoad' | 'onDoubt'>,
): Promise<CcxtBroker> {
  const { apiKey, secret, password, sandbox, baseUrl, untriedVenue } = exchange;
  if (apiKey === null || secret === null)
    throw new AppError('config_invalid', 'VIGIL_MODE=live needs EXCHANGE_API_KEY and EXCHANGE_SECRET');
  const { createCcxtBroker } = await import('#exchanges/ccxt/ccxt-broker.ts');
  const { symbols, fromMs, wallClock, sharedLoad, onDoubt } = reading;
  return createCcxtBroker({
    exchangeId: market.source,
    credentials: { apiKey, secret, ...(password !== null && { password }) },
    ...(baseUrl !== null && { baseUrl }),
    ...(untriedVenue !== null && { untriedVenue }),
    ...{ sandbox, symbols, fromMs, wallClock, sharedLoad, onDoubt },
  });
}

/**
 * Asks the venue whether the account may be traded with before anything else happens.
 * @throws AppError `config_invalid`, `venue_auth`, `clock_skew`, `venue_unavailable`
 */
export async function openLiveVenue(options: {
  readonly config: Config;
  readonly symbols: readonly MarketSymbol[];
  readonly deskId: string;
  /** When the desk began: what the account did before is not its own. */
  readonly fromMs: EpochMs;
  readonly wallClock: Clock;
  readonly logger: Logger;
  readonly sharedLoad?: SharedLoad | undefined;
}): Promise<DeskVenues> {
  const { config, deskId, logger } = options;
  const onDoubt = (words: string) => logger.warn({ exchange: config.market.source }, words);
  const broker = await openLiveBroker(config, { ...options, onDoubt });
  try {
    for (const doubt of await broker.check()) onDoubt(doubt);
    const instruments = await broker.instruments();
    return {
      async venueOf(asked) {
        if (asked === deskId) return { broker, instruments };
        const message = `desk ${asked} cannot trade live: the account belongs to desk ${deskId}`;
        throw new AppError('conflict', message, { context: { asked, deskId } });
      },
      close: () => broker.close(),
    };
  } catch (thrown) {
    await broker.close();
    throw thrown;
  }
}
