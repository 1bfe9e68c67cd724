/** A session with a venue that answers by the given functions; what they throw comes out as it is. */
import type { VenueMarket } from '#exchanges/ccxt/market-list.ts';
import type { VenueSession } from '#exchanges/ccxt/venue-session.ts';

export interface FakeSessionOptions {
  readonly nowMs?: () => number;
  readonly contractSize?: number;
  readonly exchangeId?: string;
  /** Told by the venue all the same. */
  readonly unlisted?: readonly string[];
}

export type VenueAnswer = (...asked: never[]) => Promise<unknown>;

export function fakeSession(
  answers: Readonly<Record<string, VenueAnswer>>,
  { nowMs = () => 0, contractSize = 1, exchangeId = 'binanceusdm', unlisted = [] }: FakeSessionOptions = {},
): VenueSession {
  const has = Object.fromEntries(Object.keys(answers).map((name) => [name, true]));
  const market = (symbol: string) =>
    ({ symbol, base: 'BTC', quote: 'USDT', settle: 'USDT', contractSize }) as unknown as VenueMarket;
  return {
    exchangeId,
    exchange: { id: exchangeId, has, ...answers } as unknown as VenueSession['exchange'],
    ready: async () => {},
    nowMs,
    market,
    listed: (symbol) => (unlisted.includes(symbol) ? null : market(symbol)),
    relist: () => {},
    resyncClock: async () => {},
    call: (_what, run) => run(),
    send: (run) => run(),
    callIfOffered: async (name, _what, run) => (has[name] ? run() : null),
    close: async () => {},
  };
}
