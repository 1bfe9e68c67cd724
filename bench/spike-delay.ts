/**
 * How long a tick waits for the loop it shares with all of a desk: cycles that follow one another without a pause over a
 * real database, the guard, and the API under the pages that are open.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Candle, type CandleSeries, seriesOf } from '#domain/candle.ts';
import { barOpenAtMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { CandleRequest, MarketData, PriceTick } from '#exchanges/ports/market-data.ts';
import { readConfig } from '#server/config.ts';
import type { Container } from '#server/container.ts';
import { createSpikeWatch } from '#server/engine/spike-watch.ts';
import { startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BENCH_START_MS, CYCLE_STEP_MS, createBenchMarket } from './bench-market.ts';
import { createPostgresRunner } from './postgres-desk.ts';
import { type FeedReport, preciseNowMs, TICK_DOUBLES } from './spike-feed.ts';

const WARM_UP = 40;
const CYCLES = 240;
const LEAST_SEEN = 100;
const TICK_BYTES = TICK_DOUBLES * Float64Array.BYTES_PER_ELEMENT;

/** In milliseconds from a tick's leaving its sender, another process. */
export interface SpikeDelays {
  /** To the end of its judgement on every timeframe. */
  readonly judgedMs: number[];
  /** The same of the ticks that made a signal, which has been handed to the database then. */
  readonly toldMs: number[];
  /** To an open page that hears of the signal, over the database. */
  readonly onPageMs: readonly number[];
}

/** A whole Vigil in this process, with 10,000 ticks a second for its watch, four open pages and 20 requests a second. */
export async function timeBusyTicks(symbols: readonly string[]): Promise<SpikeDelays> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const config = readConfig({ VIGIL_HOME: homeDir, PORT: '0' });
  const vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
  const feed = fork(fileURLToPath(import.meta.resolve('./spike-feed.ts')), [
    String(vigil.url),
    String(symbols.length),
  ]);
  const judgedMs: number[] = [];
  const toldMs: number[] = [];
  try {
    const runCycle = await createPostgresRunner(createBenchMarket(CYCLES), vigil.container.opened);
    const socket = connect(await messageOf<number>(feed), '127.0.0.1');
    const watch = await watchTicks(vigil.container, symbols, socket, { judgedMs, toldMs });
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      if (cycle === WARM_UP) {
        judgedMs.length = 0;
        toldMs.length = 0;
      }
      await runCycle(cycle, BENCH_START_MS + (cycle + 1) * CYCLE_STEP_MS);
      await setImmediate();
    }
    feed.send('end');
    const report = await messageOf<FeedReport>(feed);
    socket.destroy();
    watch.close();
    assertBusy(report, toldMs);
    return { judgedMs, toldMs, onPageMs: report.spikesOnPageMs };
  } finally {
    if (feed.connected) feed.disconnect();
    feed.kill();
    await vigil.stop();
    rmSync(homeDir, { recursive: true, force: true });
  }
}

/** What is timed beside a desk that does nothing would look well and say nothing. */
function assertBusy({ answers, spikesOnPageMs, trouble }: FeedReport, toldMs: readonly number[]): void {
  if (trouble !== null) throw new Error(`while ticks were timed: ${trouble}`);
  if (answers < LEAST_SEEN) throw new Error(`only ${answers} requests were answered while ticks were timed`);
  const signals = Math.min(toldMs.length, spikesOnPageMs.length);
  if (signals < LEAST_SEEN) throw new Error(`only ${signals} signals were made while ticks were timed`);
}

function messageOf<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the feed of ticks ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as Message);
    });
  });
}

/** The desk's own watch for spikes, on prices that come over the socket. */
async function watchTicks(
  { source, rows, defaultDeskId }: Container,
  symbols: readonly string[],
  socket: Socket,
  { judgedMs, toldMs }: Pick<SpikeDelays, 'judgedMs' | 'toldMs'>,
) {
  const listeners = new Map<string, (tick: PriceTick) => void>();
  let sentAtMs = 0;
  let isTold = false;
  const market: MarketData = {
    ...source.market,
    finestTimeframe: '1m',
    candles: async (request) => calmBars(request),
    stream: {
      onPrice([symbol = ''], listener) {
        listeners.set(symbol, listener);
        return () => listeners.delete(symbol);
      },
      latest: () => null,
      liquidations: () => null,
      health: () => ({ state: 'streaming', lastPriceAtMs: null, ignored: 0 }),
    },
  };
  const watch = createSpikeWatch({
    ...{ market, nowMs: () => Math.floor(preciseNowMs()), toldLately: async () => [], logger: SILENT_LOGGER },
    // As many as there are, each stored and sent to the pages: far more than a desk would be told.
    mostPerHour: 1_000,
    onSpike(payload) {
      isTold = true;
      const event = {
        type: 'spike.told',
        runId: null,
        deskId: defaultDeskId,
        atMs: Date.now(),
        payload,
      } as const;
      void rows.events.append(event);
    },
  });
  await watch.look(symbols);
  let rest = Buffer.alloc(0);
  socket.on('data', (piece) => {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % TICK_BYTES);
    for (let at = 0; at < whole; at += TICK_BYTES) {
      sentAtMs = bytes.readDoubleLE(at + 24);
      isTold = false;
      const symbol = symbols[bytes.readDoubleLE(at)] ?? '';
      const priceQuote = bytes.readDoubleLE(at + 8);
      listeners.get(symbol)?.({ symbol, kind: 'last', priceQuote, atMs: Math.floor(sentAtMs) });
      const tookMs = preciseNowMs() - sentAtMs;
      judgedMs.push(tookMs);
      if (isTold) toldMs.push(tookMs);
    }
    rest = bytes.subarray(whole);
  });
  return watch;
}

/** A market that has hardly moved up to now, so that every tick is measured against a full baseline. */
function calmBars({ symbol, timeframe, fromMs, toMs }: CandleRequest): CandleSeries {
  const widthMs = TIMEFRAME_MS[timeframe];
  const bars: Candle[] = [];
  for (let openAtMs = barOpenAtMs(fromMs, timeframe); openAtMs + widthMs <= toMs; openAtMs += widthMs) {
    const barsAgo = (toMs - openAtMs) / widthMs;
    const close = 100 * (1 + 0.001 * Math.sin(barsAgo));
    bars.push({
      openAtMs,
      open: 100,
      high: 101,
      low: 99,
      close,
      volume: 500 + (Math.floor(barsAgo) % 7) * 100,
    });
  }
  return seriesOf(symbol, timeframe, bars);
}
