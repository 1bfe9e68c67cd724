import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import { MINUTE_MS } from '#domain/time.ts';

const FIRST_OPEN_AT_MS = Date.UTC(2024, 0, 1);
const STEPS = 4;
const STEP_DEVIATION = 0.0008 / Math.sqrt(STEPS);

/**
 * A seeded walk of one-minute bars from 30,000, four steps a bar, prices in cents. The bars that the C loops of the
 * yardsticks read from a file, so that engines of other languages can be held to the same trades.
 */
export function yearCandles(length = 525_600, seed = 42): CandleSeries {
  const series = blankSeries('BTC/USDT:USDT', '1m', length);
  const gauss = gaussian(mulberry(seed));
  let price = 30_000;
  for (let bar = 0; bar < length; bar++) {
    const open = price;
    let high = price;
    let low = price;
    for (let step = 0; step < STEPS; step++) {
      price *= Math.exp(STEP_DEVIATION * gauss());
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    series.openAtMs[bar] = FIRST_OPEN_AT_MS + bar * MINUTE_MS;
    series.open[bar] = rounded(open, 100);
    series.high[bar] = rounded(high, 100);
    series.low[bar] = rounded(low, 100);
    series.close[bar] = rounded(price, 100);
    series.volume[bar] = rounded(Math.exp(2 + 0.7 * gauss()), 1_000);
    price = rounded(price, 100);
  }
  return series;
}

function rounded(value: number, per: number): number {
  return Math.round(value * per) / per;
}

/** Box and Muller's; a uniform 0 is drawn again. */
function gaussian(uniform: () => number): () => number {
  return () => {
    let first = 0;
    while (first === 0) first = uniform();
    return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * uniform());
  };
}

/** T. Ettinger's mulberry32. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
