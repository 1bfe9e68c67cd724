/**
 * Stands for the venue and the browsers in a process of its own: pushes ticks at an even rate to whoever connects, each with
 * the instant it left, keeps pages open on the live events, and asks for what those pages show over and over.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { DeskEvent } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { openPages, type PagesReport } from './open-pages.ts';

/** Symbol number, price, volume, instant it left. */
export const TICK_DOUBLES = 4;
export const FEED_TICKS_PER_S = 10_000;
const PUSH_EVERY_MS = 5;

/** What the pages saw, told when the feed is asked to end. */
export interface FeedReport extends PagesReport {
  /** From the tick that crossed to the page, of each spike that one page heard of. */
  readonly spikesOnPageMs: readonly number[];
}

/** No market that the desk watches itself has one of these. */
export const fedSymbol = (index: number) => `C${index}/USDT:USDT`;
const isFed = (symbol: string) => /^C\d+\//.test(symbol);

/** On the clock both processes share. */
export function preciseNowMs(): number {
  return performance.timeOrigin + performance.now();
}

const spikesOnPageMs: number[] = [];

/** Prices swing a little around 100, and one tick in a thousand jumps out of that. */
async function push(socket: Socket, symbols: number): Promise<void> {
  const random = seededRandom(3).next;
  const perPush = (FEED_TICKS_PER_S * PUSH_EVERY_MS) / 1_000;
  let next = 0;
  let dueMs = performance.now();
  while (!socket.destroyed) {
    const ticks = new Float64Array(perPush * TICK_DOUBLES);
    for (let i = 0; i < perPush; i++) {
      const swing = random() < 1 / 1_000 ? 0.1 : 0.0005;
      const price = 100 * (1 + (random() - 0.5) * swing);
      ticks.set([next++ % symbols, price, random(), preciseNowMs()], i * TICK_DOUBLES);
    }
    socket.write(Buffer.from(ticks.buffer));
    dueMs += PUSH_EVERY_MS;
    await setTimeout(Math.max(0, dueMs - performance.now()));
  }
}

function timeSpike(frame: string): void {
  const heardAtMs = preciseNowMs();
  const data = /^data: (.*)$/m.exec(frame)?.[1];
  if (data === undefined || !frame.includes('event: spike.told')) return;
  const { symbol, atMs } = (JSON.parse(data) as DeskEvent).payload as SpikeNotice;
  // The desk's guard tells those of its own market, on that market's time.
  if (isFed(symbol)) spikesOnPageMs.push(heardAtMs - atMs);
}

const [url, symbols] = process.argv.slice(2);
if (process.send !== undefined && url !== undefined) {
  const pages = await openPages(url, timeSpike);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    void push(socket, Number(symbols));
    pages.ask();
    server.close();
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.once('message', () => {
    process.send?.({ ...pages.end(), spikesOnPageMs } satisfies FeedReport, () => process.exit(0));
  });
}
