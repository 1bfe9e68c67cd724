/** The venue's market streams, as Binance USD-M pushes them over a websocket, with faults of their own. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { dayTicker, premiumIndex, serverTime } from './market-routes.ts';
import type { VenueEngine } from './venue-engine.ts';
import type { VenueSettings } from './venue-route.ts';

/**
 * `refused` answers an upgrade with 404, as a gateway without websockets does; `silent` takes everything and says
 * nothing, not even a pong; `garbage` says what no client expects; `stale` tells prices of a minute ago.
 */
export type StreamFault = 'refused' | 'silent' | 'garbage' | 'stale';

export interface VenueStreams {
  /** Holds until it is set to null. */
  fault: StreamFault | null;
  /** Every upgrade that was asked for, the refused ones too. */
  readonly dials: number;
  readonly openConnections: number;
  /** What is listened to now, such as `btcusdt@miniTicker`. */
  readonly subscribed: readonly string[];
  /** Cuts every connection without a word. */
  drop(): void;
  /** Says this to every connection, whatever it listens to. */
  say(frame: unknown): void;
  liquidate(event: { symbol: string; side: 'BUY' | 'SELL'; quantity: string; price: string }): void;
}

export interface StreamWires {
  readonly engine: VenueEngine;
  readonly settings: VenueSettings;
}

export interface StreamServer extends VenueStreams {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells everyone the prices of now: what Binance does every second or two. */
  beat(): Promise<void>;
  close(): void;
}

const BEAT_MS = SECOND_MS;
const PATH = /^\/(market|public)\/ws(\/|$)/;
const Command = z.object({
  method: z.enum(['SUBSCRIBE', 'UNSUBSCRIBE']),
  params: z.array(z.string()),
  id: z.number(),
});
const GARBAGE = [
  'not json',
  'null',
  '[1,2,3]',
  '"text"',
  '{"e":"24hrMiniTicker"}',
  '{"e":"24hrMiniTicker","s":"__proto__","c":"1","E":1}',
  '{"e":"markPriceUpdate","s":null,"p":{}}',
  '{"e":"forceOrder","o":7}',
  '{"error":{"code":503,"msg":"away"},"id":1}',
];

export function createStreamServer({ engine, settings }: StreamWires): StreamServer {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const listening = new Map<WebSocket, Set<string>>();
  let dials = 0;
  let timer: NodeJS.Timeout | null = null;

  const nowMs = () => serverTime({ engine, settings }) - (streams.fault === 'stale' ? MINUTE_MS : 0);

  async function frameOf(stream: string): Promise<object | null> {
    const [name = '', channel] = stream.split('@');
    const symbol = name.toUpperCase();
    if (!engine.state.quotes.has(symbol)) return null;
    if (channel === 'miniTicker') {
      const day = await dayTicker({ engine }, symbol);
      const { lastPrice: c, openPrice: o, highPrice: h, lowPrice: l, volume: v, quoteVolume: q } = day;
      return { e: '24hrMiniTicker', E: nowMs(), s: symbol, c, o, h, l, v, q };
    }
    if (channel !== 'markPrice') return null;
    const { markPrice, indexPrice, lastFundingRate, nextFundingTime } = await premiumIndex(
      { engine },
      symbol,
    );
    const price = { p: markPrice, i: indexPrice, P: indexPrice };
    return {
      e: 'markPriceUpdate',
      E: nowMs(),
      s: symbol,
      ...price,
      r: lastFundingRate,
      T: nextFundingTime,
      st: 1,
    };
  }

  function send(socket: WebSocket, frame: unknown): void {
    if (streams.fault === 'silent') return;
    if (streams.fault === 'garbage') for (const text of GARBAGE) socket.send(text);
    else socket.send(JSON.stringify(frame));
  }

  async function tell(socket: WebSocket, names: Iterable<string>): Promise<void> {
    await engine.settle();
    for (const name of names) {
      const frame = await frameOf(name);
      if (frame) send(socket, frame);
    }
  }

  async function obey(socket: WebSocket, data: RawData): Promise<void> {
    const { method, params, id } = Command.parse(JSON.parse(String(data)));
    const names = listening.get(socket);
    for (const name of params) method === 'SUBSCRIBE' ? names?.add(name) : names?.delete(name);
    send(socket, { result: null, id });
    if (method === 'SUBSCRIBE') await tell(socket, params);
  }

  function welcome(socket: WebSocket): void {
    listening.set(socket, new Set());
    timer ??= setInterval(() => void streams.beat(), BEAT_MS).unref();
    socket.on('message', (data) => void obey(socket, data).catch(() => socket.terminate()));
    socket.on('ping', (data) => streams.fault !== 'silent' && socket.pong(data));
    socket.on('error', () => {});
    socket.on('close', () => listening.delete(socket));
  }

  const streams: StreamServer = {
    fault: null,
    get dials() {
      return dials;
    },
    get openConnections() {
      return listening.size;
    },
    get subscribed() {
      return [...new Set([...listening.values()].flatMap((names) => [...names]))];
    },
    drop() {
      for (const socket of listening.keys()) socket.terminate();
    },
    say(frame) {
      for (const socket of listening.keys())
        socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    liquidate({ symbol, side, quantity: q, price: p }) {
      const order = { s: symbol, S: side, o: 'LIMIT', f: 'IOC', q, p, ap: p, X: 'FILLED', l: q, z: q };
      for (const [socket, names] of listening)
        if (names.has('!forceOrder@arr') || names.has(`${symbol.toLowerCase()}@forceOrder`))
          send(socket, { e: 'forceOrder', E: nowMs(), o: { ...order, T: nowMs() } });
    },
    upgrade(request, socket, head) {
      dials += 1;
      // Who is refused may hang up first, and of a raw socket nobody else would hear that.
      socket.on('error', () => {});
      if (streams.fault === 'refused' || !PATH.test(request.url ?? ''))
        socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      else server.handleUpgrade(request, socket, head, welcome);
    },
    async beat() {
      for (const [socket, names] of listening) await tell(socket, names);
    },
    close() {
      if (timer) clearInterval(timer);
      streams.drop();
      server.close();
    },
  };
  return streams;
}
