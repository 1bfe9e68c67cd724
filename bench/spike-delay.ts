/** How long a tick waits for the loop it shares with cycles that follow one another without a pause, and a web view. */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { barOpenAtMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { STREAM_THRESHOLDS } from '#tools/spikes/spike-options.ts';
import { createSpikeStream, type SpikeStream } from '#tools/spikes/spike-stream.ts';
import { benchCandles } from './bench-candles.ts';
import { BENCH_START_MS, CYCLE_STEP_MS, createBenchMarket } from './bench-market.ts';
import { createGraphRunner } from './memory-cycles.ts';
import { preciseNowMs, TICK_DOUBLES } from './spike-feed.ts';

const WARM_UP = 40;
const CYCLES = 240;
const TICK_BYTES = TICK_DOUBLES * Float64Array.BYTES_PER_ELEMENT;

/**
 * Milliseconds from a tick's leaving its sender, another process, to the end of its judgement, when a signal has been told
 * if there is one; 10,000 ticks a second, each on every timeframe, while full cycles run back to back under LangGraph and a
 * page of candles is made and sent 20 times a second.
 */
export async function timeBusyTicks(
  symbols: readonly string[],
  timeframes: readonly Timeframe[],
): Promise<number[]> {
  const page = benchCandles(2_000, 1);
  const web = createServer((_, response) => response.end(JSON.stringify(Array.from(page.close))));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const pageUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const feed = fork(fileURLToPath(import.meta.resolve('./spike-feed.ts')), [pageUrl, String(symbols.length)]);
  const port = await new Promise<number>((resolve, reject) => {
    feed.once('message', (message) => resolve(Number(message)));
    feed.once('exit', (code) => reject(new Error(`the feed of ticks ended with ${code}`)));
  });
  const socket = connect(port, '127.0.0.1');
  const delaysMs: number[] = [];
  try {
    const runCycle = await createGraphRunner(createBenchMarket(CYCLES));
    judgeTicks(socket, symbols, warmStream(symbols, timeframes), delaysMs);
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      if (cycle === WARM_UP) delaysMs.length = 0;
      await runCycle(cycle, BENCH_START_MS + (cycle + 1) * CYCLE_STEP_MS);
      await setImmediate();
    }
  } finally {
    socket.destroy();
    feed.disconnect();
    web.close();
    web.closeAllConnections();
  }
  return delaysMs;
}

/** Bars up to now, so that every tick is measured against a full baseline. */
function warmStream(symbols: readonly string[], timeframes: readonly Timeframe[]): SpikeStream {
  const stream = createSpikeStream({ symbols, timeframes }, () => {});
  for (const symbol of symbols)
    for (const timeframe of timeframes)
      for (let barsAgo = STREAM_THRESHOLDS.baselineBars + 1; barsAgo > 0; barsAgo--) {
        const openAtMs = barOpenAtMs(preciseNowMs(), timeframe) - barsAgo * TIMEFRAME_MS[timeframe];
        const price = 100 * (1 + 0.001 * Math.sin(barsAgo));
        stream.detector(symbol, timeframe)?.bar(openAtMs, 100, price, 500 + (barsAgo % 7) * 100);
      }
  return stream;
}

function judgeTicks(
  socket: Socket,
  symbols: readonly string[],
  stream: SpikeStream,
  delaysMs: number[],
): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (piece) => {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % TICK_BYTES);
    for (let at = 0; at < whole; at += TICK_BYTES) {
      const sentAtMs = bytes.readDoubleLE(at + 24);
      const symbol = symbols[bytes.readDoubleLE(at)] ?? '';
      stream.tick(symbol, sentAtMs, bytes.readDoubleLE(at + 8), bytes.readDoubleLE(at + 16));
      delaysMs.push(preciseNowMs() - sentAtMs);
    }
    rest = bytes.subarray(whole);
  });
}
