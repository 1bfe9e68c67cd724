/** How the account is set for a symbol: position mode, margin mode and leverage. Read once, changed before an entry. */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import type { VenueSession } from './venue-session.ts';
import { refusalOf } from './wire-replies.ts';

export interface AccountSettings {
  /** Whether long and short of one symbol are kept apart. */
  isHedged(): Promise<boolean>;
  /** Isolated margin at this leverage. @throws AppError `order_rejected` when a position or order stands in the way */
  prepareEntry(symbol: MarketSymbol, leverage: number): Promise<void>;
  /** 1 where it cannot be read: no order may stay unseen for that. */
  leverageOf(symbol: MarketSymbol): Promise<number>;
  /** What a position's margin shows. */
  learnLeverage(symbol: MarketSymbol, leverage: number): void;
}

export function createAccountSettings(session: VenueSession): AccountSettings {
  const { exchange, exchangeId } = session;
  const dialect = dialectOf(exchangeId);
  const leverages = new Map<MarketSymbol, number>();
  const isolated = new Set<MarketSymbol>();
  let hedged: boolean | null = null;

  /** Runs a change; one that is already so has happened. */
  async function change(what: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await session.call(what, run, 'order');
    } catch (thrown) {
      const cause = (thrown as AppError).cause;
      if (dialect.failures.alreadySo.has(refusalOf(cause)?.venueCode ?? 0)) return;
      throw thrown;
    }
  }

  async function isolate(symbol: MarketSymbol): Promise<void> {
    if (isolated.has(symbol)) return;
    await change(`isolated margin for ${symbol}`, () => dialect.isolateMargin(exchange, symbol));
    isolated.add(symbol);
  }

  async function setLeverage(symbol: MarketSymbol, leverage: number): Promise<void> {
    if (leverages.get(symbol) === leverage) return;
    await change(`leverage ${leverage} for ${symbol}`, () => dialect.setLeverage(exchange, symbol, leverage));
    leverages.set(symbol, leverage);
  }

  return {
    async isHedged() {
      if (hedged !== null) return hedged;
      const ask = () => exchange.fetchPositionMode();
      const told = await session.callIfOffered('fetchPositionMode', 'position mode', ask, 'order');
      hedged = (told as { hedged?: boolean } | null)?.hedged === true;
      return hedged;
    },
    async prepareEntry(symbol, leverage) {
      try {
        await isolate(symbol);
        await setLeverage(symbol, leverage);
      } catch (thrown) {
        leverages.delete(symbol);
        const failure = thrown as AppError;
        // Nothing has been sent yet: an entry whose margin cannot be set is none.
        throw new AppError('order_rejected', `${failure.message}, so the entry was not sent`, {
          cause: failure,
        });
      }
    },
    async leverageOf(symbol) {
      const known = leverages.get(symbol);
      if (known !== undefined) return known;
      const ask = () => exchange.fetchLeverages([symbol]);
      const told = await session
        .callIfOffered('fetchLeverages', `leverage of ${symbol}`, ask, 'guard')
        .catch(() => 'unread' as const);
      if (told === 'unread') return 1;
      const leverage = Number(told?.[symbol]?.longLeverage ?? 1);
      leverages.set(symbol, leverage);
      return leverage;
    },
    learnLeverage(symbol, leverage) {
      leverages.set(symbol, leverage);
    },
  };
}
