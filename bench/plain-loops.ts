/**
 * The hot set and a crossover as tight loops and nothing else: no checks, no anchors, no care for short, empty or
 * motionless series. What ours are held against, so that safety and stability have a price tag. Not for use: the Bollinger one loses its
 * digits when the price has moved far from the first one.
 */
type Column = Float64Array;
type ThreeColumns = readonly [Column, Column, Column];

export interface PlainBars {
  readonly high: Column;
  readonly low: Column;
  readonly close: Column;
  readonly volume: Column;
}

export function plainSma(values: Column, period: number, out: Column): void {
  const scale = 1 / period;
  let sum = 0;
  for (let i = 0; i < period; i++) sum += values[i]!;
  out[period - 1] = sum * scale;
  for (let i = period; i < values.length; i++) {
    sum += values[i]! - values[i - period]!;
    out[i] = sum * scale;
  }
}

export function plainEma(values: Column, period: number, out: Column): void {
  const weight = 2 / (period + 1);
  const keep = 1 - weight;
  let average = 0;
  for (let i = 0; i < period; i++) average += values[i]! / period;
  for (let i = period; i < values.length; i++) {
    average = values[i]! * weight + average * keep;
    out[i] = average;
  }
}

/** Seeded with the first value instead of an average, which costs the same from there on. */
export function plainMacd(values: Column, [lines, signals, histograms]: ThreeColumns): void {
  let fast = values[0]!;
  let slow = values[0]!;
  let signal = 0;
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    fast = value * (2 / 13) + fast * (11 / 13);
    slow = value * (2 / 27) + slow * (25 / 27);
    const line = fast - slow;
    signal = line * 0.2 + signal * 0.8;
    lines[i] = line;
    signals[i] = signal;
    histograms[i] = line - signal;
  }
}

export function plainRsi(values: Column, period: number, out: Column): void {
  const weight = 1 / period;
  const keep = 1 - weight;
  let gains = 0;
  let losses = 0;
  for (let i = 1; i < values.length; i++) {
    const change = values[i]! - values[i - 1]!;
    const size = Math.abs(change);
    gains = gains * keep + (size + change) * weight;
    losses = losses * keep + (size - change) * weight;
    out[i] = (100 * gains) / (gains + losses);
  }
}

export function plainAtr({ high, low, close }: PlainBars, period: number, out: Column): void {
  const weight = 1 / period;
  const keep = 1 - weight;
  let average = 0;
  let previous = close[0]!;
  for (let i = 1; i < close.length; i++) {
    const range = Math.max(high[i]!, previous) - Math.min(low[i]!, previous);
    previous = close[i]!;
    average = average * keep + range * weight;
    out[i] = average;
  }
}

export function plainBollinger(values: Column, period: number, [upper, middle, lower]: ThreeColumns): void {
  const base = values[0]!;
  const scale = 1 / period;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < period; i++) {
    const offset = values[i]! - base;
    sum += offset;
    squares += offset * offset;
  }
  for (let i = period; i < values.length; i++) {
    const offset = values[i]! - base;
    const leaving = values[i - period]! - base;
    sum += offset - leaving;
    squares += offset * offset - leaving * leaving;
    const mean = sum * scale;
    const band = 2 * Math.sqrt(Math.max(squares * scale - mean * mean, 0));
    upper[i] = base + mean + band;
    middle[i] = base + mean;
    lower[i] = base + mean - band;
  }
}

export function plainVwap({ high, low, close, volume }: PlainBars, out: Column): void {
  let paid = 0;
  let traded = 0;
  for (let i = 0; i < close.length; i++) {
    paid += (high[i]! + low[i]! + close[i]!) * volume[i]!;
    traded += volume[i]!;
    out[i] = paid / (3 * traded);
  }
}

export function plainVolumeSurge(volume: Column, period: number, out: Column): void {
  let sum = 0;
  for (let i = 0; i < period; i++) sum += volume[i]!;
  for (let i = period; i < volume.length; i++) {
    out[i] = (volume[i]! * period) / sum;
    sum += volume[i]! - volume[i - period]!;
  }
}

/** One unit in at the open after 20 bars' average passes that of 50, out at the one after it falls back. */
export function plainCrossover(
  open: Column,
  close: Column,
  feeFraction: number,
): { trades: number; profitQuote: number } {
  let fast = 0;
  let slow = 0;
  for (let i = 0; i < 50; i++) {
    slow += close[i]!;
    if (i >= 30) fast += close[i]!;
  }
  let trades = 0;
  let profitQuote = 0;
  let entry = 0;
  let wasAbove = fast * (1 / 20) > slow * (1 / 50);
  for (let i = 50; i + 1 < close.length; i++) {
    fast += close[i]! - close[i - 20]!;
    slow += close[i]! - close[i - 50]!;
    const isAbove = fast * (1 / 20) > slow * (1 / 50);
    if (isAbove === wasAbove) continue;
    wasAbove = isAbove;
    const price = open[i + 1]!;
    if (isAbove) entry = price;
    else if (entry > 0) {
      trades += 1;
      profitQuote += price - entry - feeFraction * (price + entry);
      entry = 0;
    }
  }
  return { trades, profitQuote };
}
