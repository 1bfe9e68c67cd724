/**
 * Stands for the venue and the browsers in a process of its own: pushes ticks at an even rate to whoever connects, each with
 * the instant it left, keeps pages open on the live events, and asks for what those pages show over and over.
 */
import { get } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { DeskEvent } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import type { SpikeNotice } from '#domain/signal.ts';

/** Symbol number, price, volume, instant it left. */
export const TICK_DOUBLES = 4;
export const FEED_TICKS_PER_S = 10_000;
const PUSH_EVERY_MS = 5;
const OPEN_PAGES = 4;
const ASK_EVERY_MS = 50;
const ASKED = ['/api/runs?limit=50', '/api/positions', '/api/state', '/api/runs?kind=cycle&limit=100'];

/** What the pages saw, told when the feed is asked to end. */
export interface FeedReport {
  readonly answers: number;
  readonly events: number;
  /** From the tick that crossed to the page, of each spike that one page heard of. */
  readonly spikesOnPageMs: readonly number[];
  /** The first thing that went wrong; null when nothing did. */
  readonly trouble: string | null;
}

/** No market that the desk watches itself has one of these. */
export const fedSymbol = (index: number) => `C${index}/USDT:USDT`;
const isFed = (symbol: string) => /^C\d+\//.test(symbol);

/** On the clock both processes share. */
export function preciseNowMs(): number {
  return performance.timeOrigin + performance.now();
}

const seen = { answers: 0, events: 0, spikesOnPageMs: [] as number[], trouble: null as string | null };
let isOver = false;

function fail(what: string): void {
  if (!isOver) seen.trouble ??= what;
}

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

async function askOver(url: string): Promise<void> {
  for (let turn = 0; !isOver; turn++) {
    const path = ASKED[turn % ASKED.length] ?? '';
    get(`${url}${path}`, (response) => {
      if (response.statusCode !== 200) fail(`${path} answered ${response.statusCode}`);
      response.resume().on('end', () => {
        seen.answers += 1;
      });
    }).on('error', (thrown) => fail(`${path}: ${thrown.message}`));
    await setTimeout(ASK_EVERY_MS);
  }
}

/** Resolves when the page hears of what happens from now on. */
function openPage(url: string, isTimed: boolean): Promise<void> {
  return new Promise((resolve) => {
    get(`${url}/api/events`, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        const heardAtMs = preciseNowMs();
        const frames = (text + piece).split('\n\n');
        text = frames.pop() ?? '';
        seen.events += frames.length;
        for (const frame of frames) if (isTimed) timeSpike(frame, heardAtMs);
        resolve();
      });
      response.on('end', () => fail('an event stream ended'));
    }).on('error', (thrown) => fail(`/api/events: ${thrown.message}`));
  });
}

function timeSpike(frame: string, heardAtMs: number): void {
  const data = /^data: (.*)$/m.exec(frame)?.[1];
  if (data === undefined || !frame.includes('event: spike.told')) return;
  const { symbol, atMs } = (JSON.parse(data) as DeskEvent).payload as SpikeNotice;
  // The desk's guard tells those of its own market, on that market's time.
  if (isFed(symbol)) seen.spikesOnPageMs.push(heardAtMs - atMs);
}

const [url, symbols] = process.argv.slice(2);
if (process.send !== undefined && url !== undefined) {
  for (let page = 0; page < OPEN_PAGES; page++) await openPage(url, page === 0);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    void push(socket, Number(symbols));
    void askOver(url);
    server.close();
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.once('message', () => {
    isOver = true;
    process.send?.(seen satisfies FeedReport, () => process.exit(0));
  });
}
