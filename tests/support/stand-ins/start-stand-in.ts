/**
 * A venue for tests that speaks another protocol than Binance's: the engine of the test venue (matching, money, stops)
 * behind the wires of a `VenueProtocol`, on a loopback port. It takes orders by that venue's rules and refuses in its
 * numbers; what only Binance does is not in it.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decimal } from '#domain/decimal.ts';
import { payFunding } from '#tests/support/venue/ledger.ts';
import { createVenueEngine, type PriceSetting, type VenueEngine } from '#tests/support/venue/venue-engine.ts';
import { VenueRefusal } from '#tests/support/venue/venue-refusal.ts';
import type { VenueState } from '#tests/support/venue/venue-state.ts';

export interface ProtocolCall {
  readonly method: string;
  readonly path: string;
  /** As it was sent, without the question mark: what a signature is made of. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface StandInKeys {
  readonly apiKey: string;
  readonly secret: string;
  readonly password: string;
}

/** What a test may change while the stand-in runs. */
export interface StandInSettings {
  keyMayWithdraw: boolean;
  keyMayTrade: boolean;
  isHedged: boolean;
  /** Requests of this method and path, such as `POST /v5/order/create`, are carried out and their answer is lost. */
  dropsAnswersTo: string | null;
  /** How many of the newest entries of the account are not told yet by a log of what they did. */
  logIsBehindBy: number;
  /** Turns every call away for load. */
  isOverloaded: boolean;
  /** Requests of this method and path never arrive. */
  losesCallsTo: string | null;
  /** Where a venue with two places for them tells orders that have ended: the archive is late, a restart empties the other. */
  endedOrdersIn: 'recent' | 'archive';
}

export interface ProtocolContext {
  readonly engine: VenueEngine;
  readonly keys: StandInKeys;
  readonly settings: StandInSettings;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface VenueProtocol {
  answer(call: ProtocolCall, context: ProtocolContext): Promise<Reply> | Reply;
  /** A refusal of the engine, in this venue's number and words. */
  refusal(refused: VenueRefusal): Reply;
}

export interface StandIn extends StandInKeys {
  readonly baseUrl: string;
  readonly state: VenueState;
  readonly settings: StandInSettings;
  /** Every request, oldest first. */
  readonly calls: readonly ProtocolCall[];
  setPrice(symbol: string, price: PriceSetting): Promise<void>;
  payFunding(symbol: string, rateFraction: string): void;
  /** The longest span in which the symbol's position had no live stop of its size. */
  nakedMs(symbol: string): number;
  close(): Promise<void>;
}

export async function startStandIn(protocol: VenueProtocol): Promise<StandIn> {
  const engine = createVenueEngine({});
  const keys: StandInKeys = { apiKey: 'venue-key', secret: 'venue-secret', password: 'venue-phrase' };
  const settings: StandInSettings = {
    keyMayWithdraw: false,
    keyMayTrade: true,
    isHedged: false,
    dropsAnswersTo: null,
    losesCallsTo: null,
    isOverloaded: false,
    logIsBehindBy: 0,
    endedOrdersIn: 'recent',
  };
  const calls: ProtocolCall[] = [];

  async function replyTo(call: ProtocolCall): Promise<Reply> {
    calls.push(call);
    await engine.settle();
    try {
      return await protocol.answer(call, { engine, keys, settings });
    } catch (thrown) {
      if (thrown instanceof VenueRefusal) return protocol.refusal(thrown);
      throw thrown;
    }
  }

  const server = createServer((request, response) => {
    readCall(request)
      .then(async (call) => {
        const name = `${call.method} ${call.path}`;
        if (settings.losesCallsTo === name) {
          response.destroy();
          return;
        }
        const { status, body } = await replyTo(call);
        if (settings.dropsAnswersTo === name) response.destroy();
        else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      })
      .catch((thrown: unknown) => response.writeHead(500).end(String(thrown)));
  });
  await engine.settle();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...keys,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state: engine.state,
    settings,
    calls,
    setPrice: engine.setPrice,
    payFunding: (symbol, rateFraction) => payFunding(engine.state, symbol, decimal(rateFraction)),
    nakedMs: (symbol) => engine.state.cover.nakedMs(symbol, engine.state.nowMs()),
    async close() {
      await engine.feed.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readCall(request: IncomingMessage): Promise<ProtocolCall> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const url = new URL(request.url ?? '/', 'http://venue');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    rawQuery: (request.url ?? '').split('?')[1] ?? '',
    query: url.searchParams,
    body,
    headers: request.headers,
  };
}
