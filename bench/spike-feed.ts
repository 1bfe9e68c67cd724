/**
 * Stands for the venue and the browser in a process of its own: pushes ticks at an even rate to whoever connects, each with
 * the instant it left, and asks for the web view's page over and over.
 */
import { get } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { seededRandom } from '#domain/ids.ts';

/** Symbol number, price, volume, instant it left. */
export const TICK_DOUBLES = 4;
export const FEED_TICKS_PER_S = 10_000;
const PUSH_EVERY_MS = 5;
const PAGE_EVERY_MS = 50;

/** On the clock both processes share. */
export function preciseNowMs(): number {
  return performance.timeOrigin + performance.now();
}

async function push(socket: Socket, symbols: number): Promise<void> {
  const random = seededRandom(3).next;
  const perPush = (FEED_TICKS_PER_S * PUSH_EVERY_MS) / 1_000;
  const prices = Array.from({ length: symbols }, () => 100);
  let next = 0;
  let dueMs = performance.now();
  while (!socket.destroyed) {
    const ticks = new Float64Array(perPush * TICK_DOUBLES);
    for (let i = 0; i < perPush; i++) {
      const symbol = next++ % symbols;
      const jump = random() < 0.001 ? 0.05 : 0.0005;
      prices[symbol] = (prices[symbol] ?? 100) * (1 + (random() - 0.5) * jump);
      ticks.set([symbol, prices[symbol] ?? 100, random(), preciseNowMs()], i * TICK_DOUBLES);
    }
    socket.write(Buffer.from(ticks.buffer));
    dueMs += PUSH_EVERY_MS;
    await setTimeout(Math.max(0, dueMs - performance.now()));
  }
}

async function askForPages(url: string, socket: Socket): Promise<void> {
  while (!socket.destroyed) {
    get(url, (response) => response.resume()).on('error', () => socket.destroy());
    await setTimeout(PAGE_EVERY_MS);
  }
}

const [pageUrl, symbols] = process.argv.slice(2);
if (process.send !== undefined && pageUrl !== undefined) {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    void push(socket, Number(symbols));
    void askForPages(pageUrl, socket);
    server.close();
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}
