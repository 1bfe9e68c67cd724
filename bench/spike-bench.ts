/** The spike stream: its throughput against working spikes out anew, and its delay beside all else that a desk does. */
import { MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { plainSigmas } from '#tests/support/plain-spikes.ts';
import { SpikeDetector } from '#tools/spikes/spike-detector.ts';
import { STREAM_THRESHOLDS } from '#tools/spikes/spike-options.ts';
import { createSpikeStream } from '#tools/spikes/spike-stream.ts';
import { benchCandles } from './bench-candles.ts';
import { type BenchRow, summarise, timeTurnsMs } from './bench-row.ts';
import { timeBusyTicks } from './spike-delay.ts';
import { fedSymbol } from './spike-feed.ts';

const symbolsOf = (length: number) => Array.from({ length }, (_, index) => fedSymbol(index));
const SYMBOLS = symbolsOf(50);
/** More of them, since a bar of one tells a rise and a fall once: a hundred signals would make no 99th percentile. */
const BUSY_SYMBOLS = symbolsOf(200);
const TIMEFRAMES: readonly Timeframe[] = ['1m', '3m', '15m', '1h'];
const TICKS_PER_TURN = 1_000;
const TICK_EVERY_MS = 100;
const BARS = 600;
const ROUNDS = 400;

export async function benchSpikes(): Promise<BenchRow[]> {
  const { stream, plain, singles } = benchTicks();
  const throughput = summarise(stream);
  const plainMs = summarise(plain).median;
  const { judgedMs, toldMs, onPageMs } = await timeBusyTicks(BUSY_SYMBOLS);
  const delay = (name: string, samples: readonly number[]): BenchRow => ({
    ...{ name: `spikes: tick sent to ${name}, desk busy`, unit: 'ms', ...summarise(samples) },
    ...{ baseline: null, ratio: null },
  });
  return [
    {
      ...{ name: `spikes: ${TICKS_PER_TURN} ticks × ${TIMEFRAMES.length} timeframes`, unit: 'ms' },
      ...throughput,
      baseline: `worked out anew at each tick (${plainMs.toFixed(1)} ms)`,
      ratio: throughput.median / plainMs,
    },
    { name: 'spikes: one tick', unit: 'µs', ...summarise(singles), baseline: null, ratio: null },
    delay('judged', judgedMs),
    delay('signal', toldMs),
    delay('an open page', onPageMs),
  ];
}

interface TickTimings {
  readonly stream: readonly number[];
  readonly plain: readonly number[];
  /** In microseconds. */
  readonly singles: readonly number[];
}

/** Both ways see the same ticks of the same market, one thousand a turn. */
function benchTicks(): TickTimings {
  const watched = { symbols: SYMBOLS, timeframes: TIMEFRAMES };
  const stream = createSpikeStream(watched, () => {});
  const series = new Map(
    TIMEFRAMES.map((timeframe, index) => [timeframe, benchCandles(BARS, index, 'BTC/USDT:USDT', timeframe)]),
  );
  let startMs = 0;
  for (const [timeframe, { length, openAtMs, open, close, volume }] of series)
    for (const symbol of SYMBOLS)
      for (let i = 0; i < length; i++) {
        stream.detector(symbol, timeframe)?.bar(openAtMs[i]!, open[i]!, close[i]!, volume[i]!);
        startMs = Math.max(startMs, openAtMs[i]! + TIMEFRAME_MS[timeframe]);
      }
  const priceOf = (tick: number) => 50_000 + 50 * Math.sin(tick / 97);
  const atMsOf = (tick: number) => startMs + Math.floor(tick / SYMBOLS.length) * TICK_EVERY_MS;
  const symbolOf = (tick: number) => SYMBOLS[tick % SYMBOLS.length] ?? '';

  let streamed = 0;
  let worked = 0;
  const streamTurn = () => {
    for (const end = streamed + TICKS_PER_TURN; streamed < end; streamed++)
      stream.tick(symbolOf(streamed), atMsOf(streamed), priceOf(streamed), 1);
  };
  const plainTurn = () => {
    for (const end = worked + TICKS_PER_TURN; worked < end; worked++)
      for (const [timeframe, bars] of series) {
        const last = bars.length - 1;
        bars.close[last] = priceOf(worked);
        const { baselineBars } = STREAM_THRESHOLDS;
        plainSigmas(bars, last, { intervalMs: TIMEFRAME_MS[timeframe], baselineBars });
      }
  };
  const [streamMs = []] = timeTurnsMs([streamTurn], ROUNDS, 50);
  const [, plainMs = []] = timeTurnsMs([streamTurn, plainTurn], 8, 2);
  return { stream: streamMs, plain: plainMs, singles: timeSingles() };
}

/** Ticks of one symbol on minutes, each timed on its own, bar ends among them. */
function timeSingles(): number[] {
  const { length, openAtMs, open, close, volume } = benchCandles(BARS, 9, 'BTC/USDT:USDT', '1m');
  const of = { symbol: 'BTC/USDT:USDT', interval: '1m', intervalMs: MINUTE_MS };
  const detector = new SpikeDetector(of, () => {});
  for (let i = 0; i < length; i++) detector.bar(openAtMs[i]!, open[i]!, close[i]!, volume[i]!);
  const startMs = openAtMs[length - 1]! + MINUTE_MS;
  const timings: number[] = [];
  for (let tick = 0; tick < 200_000; tick++) {
    const startedMs = performance.now();
    detector.tick(startMs + tick * TICK_EVERY_MS, 50_000 + 50 * Math.sin(tick / 97), 1);
    if (tick >= 20_000) timings.push((performance.now() - startedMs) * 1_000);
  }
  return timings;
}
