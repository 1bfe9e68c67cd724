import type { Position } from '#domain/account.ts';
import type { PointReading, Signal } from '#domain/signal.ts';

/**
 * The situation in buckets. Their product is the size of the table: small enough that a year of candles visits most
 * states often, which is why price levels and finer bands are left out.
 */
const BUCKETS = {
  trend: ['bull', 'bear', 'sideways', 'unknown'],
  macd: ['up', 'down', 'flat'],
  rsi: ['oversold', 'neutral', 'overbought'],
  bollinger: ['lower', 'inside', 'upper'],
  vwap: ['above', 'below', 'flat'],
  volatility: ['calm', 'normal', 'volatile', 'unknown'],
  position: ['none', 'long', 'short'],
} as const;

/** Number of states: 4 × 3 × 3 × 3 × 3 × 4 × 3. */
export const STATE_COUNT = Object.values(BUCKETS).reduce((product, names) => product * names.length, 1);

/** Index in `[0, STATE_COUNT)` and the buckets as text, such as `trend=bull macd=up …`. */
export function encodeState(signal: Signal, position: Position | null): { index: number; text: string } {
  const situation = {
    trend: signal.regime.trend,
    macd: sideOf(signal.readings, 'macd_cross', 'up', 'down', 'flat'),
    rsi: sideOf(signal.readings, 'rsi_band', 'oversold', 'overbought', 'neutral'),
    bollinger: sideOf(signal.readings, 'bollinger_touch', 'lower', 'upper', 'inside'),
    vwap: sideOf(signal.readings, 'vwap_side', 'above', 'below', 'flat'),
    volatility: signal.regime.volatility,
    position: position?.side ?? 'none',
  };
  let index = 0;
  const words: string[] = [];
  for (const [name, names] of Object.entries(BUCKETS)) {
    const value = situation[name as keyof typeof situation];
    index = index * names.length + (names as readonly string[]).indexOf(value);
    words.push(`${name}=${value}`);
  }
  return { index, text: words.join(' ') };
}

/** Which side the points of a rule lean to over all timeframes. */
function sideOf<Word extends string>(
  readings: readonly PointReading[],
  rule: PointReading['rule'],
  positive: Word,
  negative: Word,
  neither: Word,
): Word {
  let points = 0;
  for (const reading of readings) if (reading.rule === rule) points += reading.points;
  if (points > 0) return positive;
  return points < 0 ? negative : neither;
}
