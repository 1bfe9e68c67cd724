/**
 * Binance USD-M's public REST interface on a loopback port, as far as market data needs it: recorded exchange
 * information, and prices of the generator. It can be slow witted in the ways a venue is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { parseSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, type Clock, type EpochMs, HOUR_MS, TIMEFRAME_MS, Timeframe } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';

const EXCHANGE_INFO = fileURLToPath(
  new URL('../../../shared/fixtures/binance_usdm/exchangeInfo_20210906.json', import.meta.url),
);

export function skipWithoutExchangeInfo(context: TestContext): void {
  context.skip(
    !existsSync(EXCHANGE_INFO),
    'the recorded exchange information at ../shared/fixtures is not there',
  );
}

/** An instant inside every bar, with more look-back in the generator than any test asks for. */
export const VENUE_NOW_MS: EpochMs = DEFAULT_START_AT_MS + 10 * 24 * HOUR_MS + 13 * 60_000 + 7_000;

/** What is wrong with the venue; all of it may be changed while it runs. */
export interface VenueTroubles {
  /** Drops every connection, or answers with this status. */
  down: boolean | number;
  /** Leaves out the newest closed bar of this symbol, such as `ETHUSDT`. */
  staleSymbol: string | null;
  /** Leaves out a bar in the middle of this symbol's candles. */
  gappedSymbol: string | null;
  /** Answers every question about this symbol with an error. */
  brokenSymbol: string | null;
  /** How far the venue's clock is ahead of ours. */
  clockAheadMs: number;
}

export interface BinanceVenue {
  readonly baseUrl: string;
  readonly troubles: VenueTroubles;
  /** Paths asked for since the last call, such as `/fapi/v1/klines?interval=3m&…`. */
  takeRequests(): string[];
  close(): Promise<void>;
}

type Answer = (query: URLSearchParams) => unknown;

export async function startBinanceVenue(clock: Clock): Promise<BinanceVenue> {
  const market = createGeneratorMarket({ seed: 7, barsPerSeries: 100 });
  const troubles: VenueTroubles = {
    down: false,
    staleSymbol: null,
    gappedSymbol: null,
    brokenSymbol: null,
    clockAheadMs: 0,
  };
  let requests: string[] = [];

  async function klines(query: URLSearchParams): Promise<unknown[]> {
    const venueSymbol = query.get('symbol') ?? '';
    const timeframe = Timeframe.parse(query.get('interval'));
    const widthMs = TIMEFRAME_MS[timeframe];
    const limit = Number(query.get('limit') ?? 500);
    // The bar in progress is the last one of the list, as on Binance.
    const endMs = barOpenAtMs(clock.nowMs(), timeframe) + widthMs;
    const fromMs = Number(query.get('startTime') ?? endMs - limit * widthMs);
    const symbol = parseSymbol(venueSymbol);
    const bars = await market.candles({ symbol, timeframe, fromMs, toMs: Math.max(fromMs, endMs) });
    const rows = Array.from(bars.openAtMs, (openAtMs, i) => [
      openAtMs,
      String(bars.open[i]),
      String(bars.high[i]),
      String(bars.low[i]),
      String(bars.close[i]),
      String(bars.volume[i]),
      openAtMs + widthMs - 1,
    ]);
    const shown = rows.filter(([openAtMs]) => {
      const barsAgo = (endMs - Number(openAtMs)) / widthMs - 1;
      return !(
        (venueSymbol === troubles.staleSymbol && barsAgo <= 1) ||
        (venueSymbol === troubles.gappedSymbol && barsAgo === 5)
      );
    });
    return shown.slice(0, limit);
  }

  async function now(query: URLSearchParams) {
    const symbol = parseSymbol(query.get('symbol') ?? '');
    const request = { symbols: [symbol], asOfMs: clock.nowMs(), barsPerSeries: 1, snapshotId: 'venue' };
    const one = (await market.snapshot(request)).markets.get(symbol);
    if (!one?.funding || one.openInterestQuote === null) throw new Error(`no ${symbol} in the generator`);
    return { ...one, funding: one.funding, openInterestQuote: one.openInterestQuote };
  }

  const answers: Readonly<Record<string, Answer>> = {
    '/fapi/v1/exchangeInfo': () => JSON.parse(readFileSync(EXCHANGE_INFO, 'utf8')) as unknown,
    '/fapi/v1/time': () => ({ serverTime: clock.nowMs() + troubles.clockAheadMs }),
    '/fapi/v1/klines': klines,
    '/fapi/v1/premiumIndex': async (query) => {
      const { ticker, funding } = await now(query);
      return {
        symbol: query.get('symbol'),
        markPrice: String(ticker.lastQuote),
        indexPrice: String(ticker.lastQuote),
        lastFundingRate: String(funding.rateFraction),
        nextFundingTime: funding.nextAtMs,
        time: clock.nowMs(),
      };
    },
    '/fapi/v1/openInterest': async (query) => {
      const { ticker, openInterestQuote } = await now(query);
      const openInterest = (openInterestQuote / ticker.lastQuote).toFixed(3);
      return { symbol: query.get('symbol'), openInterest, time: clock.nowMs() };
    },
    '/fapi/v1/ticker/24hr': async (query) => {
      const { ticker } = await now(query);
      return {
        symbol: query.get('symbol'),
        lastPrice: String(ticker.lastQuote),
        quoteVolume: String(ticker.quoteVolume24h),
        closeTime: clock.nowMs(),
      };
    },
    '/fapi/v1/fundingRate': async (query) => {
      const symbol = query.get('symbol') ?? '';
      const fromMs = Number(query.get('startTime')) - 1;
      const settled = await market.fundingBetween(parseSymbol(symbol), fromMs, clock.nowMs());
      return settled.slice(0, Number(query.get('limit') ?? 100)).map(({ atMs, rateFraction }) => ({
        symbol,
        fundingRate: rateFraction.toFixed(8),
        fundingTime: atMs,
      }));
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(request.url ?? '');
    if (troubles.down === true) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? '', 'http://venue');
    const answer = answers[url.pathname];
    const symbol = url.searchParams.get('symbol');
    if (typeof troubles.down === 'number') send(response, troubles.down, { msg: 'try again later' });
    else if (!answer) send(response, 404, { code: -5000, msg: `Path ${url.pathname} is invalid` });
    else if (symbol !== null && symbol === troubles.brokenSymbol)
      send(response, 400, { code: -1000, msg: 'An unknown error occurred while processing the request.' });
    else send(response, 200, await answer(url.searchParams));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => send(response, 500, { msg: String(thrown) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    troubles,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    async close() {
      await market.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
