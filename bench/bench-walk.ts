import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { SymbolProfile } from '#exchanges/generator/profiles.ts';

const BAR_MS = TIMEFRAME_MS['3m'];
const BARS_PER_DAY = 480;
const BAR_VOLATILITY = 0.0012;
/** A phase of the walk leans one way for this many bars, then another one begins. */
const PHASE_BARS = 160;
const PHASE_DRIFT = 0.0004;
/** Draws the walk back to its level, so that no price outgrows its tick. */
const PULL = 0.0003;
const SPIKE_CHANCE = 1 / 2_000;
const SPIKE_MOVE = 0.02;

/**
 * A seeded random walk of 3m bars around the profile's level, oldest first: phases that lean up or down, and now and
 * then a spike with ten times the volume. Enough happens in it that cycles find subjects, trade and hold.
 */
export function walkBars(
  profile: SymbolProfile,
  seed: number,
  span: { readonly startMs: EpochMs; readonly endMs: EpochMs },
): CandleSeries {
  const length = (span.endMs - span.startMs) / BAR_MS;
  const series = blankSeries(profile.symbol, '3m', length);
  const { openAtMs, open, high, low, close, volume } = series;
  const random = seededRandom(seed).next;
  const usualVolume = profile.dailyVolumeQuote / profile.levelQuote / BARS_PER_DAY;
  let log = 0;
  let drift = 0;
  for (let i = 0; i < length; i++) {
    if (i % PHASE_BARS === 0) drift = (Math.floor(random() * 3) - 1) * PHASE_DRIFT;
    const isSpike = random() < SPIKE_CHANCE;
    const move = isSpike ? (random() < 0.5 ? -1 : 1) * SPIKE_MOVE : (random() - 0.5) * 2 * BAR_VOLATILITY;
    const before = profile.levelQuote * Math.exp(log);
    log += move + drift - log * PULL;
    const after = profile.levelQuote * Math.exp(log);
    openAtMs[i] = span.startMs + i * BAR_MS;
    open[i] = before;
    high[i] = Math.max(before, after) * (1 + random() * BAR_VOLATILITY);
    low[i] = Math.min(before, after) * (1 - random() * BAR_VOLATILITY);
    close[i] = after;
    volume[i] = usualVolume * (0.5 + random()) * (isSpike ? 10 : 1);
  }
  return series;
}
