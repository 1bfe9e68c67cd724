/**
 * A situation as a number: the market in buckets, then the position held. One encoding serves training and the desk,
 * so a state means the same in both. docs/qtable.md explains the buckets.
 */
import type { Position } from '#domain/account.ts';
import { type PointReading, type Regime, type Signal, TrendRegime } from '#domain/signal.ts';

/** Raised whenever a bucket changes its meaning: a table of another encoding is refused. */
export const ENCODING_VERSION = 2;

/**
 * Their product is the size of the table: small enough that a year of candles visits most of the usual states often,
 * which is why price levels and finer bands are left out.
 */
export const MARKET_BUCKETS = {
  trend: TrendRegime.options,
  btc: TrendRegime.options,
  macd: ['up', 'down', 'flat'],
  rsi: ['oversold', 'overbought', 'neutral'],
  bollinger: ['lower', 'upper', 'inside'],
  vwap: ['above', 'below', 'flat'],
  volatility: ['calm', 'normal', 'volatile', 'unknown'],
} as const;
const BUCKET_ENTRIES = Object.entries(MARKET_BUCKETS) as [keyof typeof MARKET_BUCKETS, readonly string[]][];

export const POSITION_SIDES = ['none', 'long', 'short'] as const;
export type PositionSide = (typeof POSITION_SIDES)[number];

/** States of the market alone: 4 × 4 × 3 × 3 × 3 × 3 × 4. */
export const MARKET_STATE_COUNT = BUCKET_ENTRIES.reduce((product, [, names]) => product * names.length, 1);
/** States of the table: each of the market's with each position. */
export const STATE_COUNT = MARKET_STATE_COUNT * POSITION_SIDES.length;

/** The rules whose votes are buckets; the sign of a rule's points is its side. */
export const STATE_RULES = ['macd_cross', 'rsi_band', 'bollinger_touch', 'vwap_side'] as const;
type StateRule = (typeof STATE_RULES)[number];

/** The market as the buckets see it. */
export interface MarketSituation extends Pick<Regime, 'trend' | 'volatility'> {
  /** The trend of Bitcoin; `unknown` where it is not watched. */
  readonly btcTrend: TrendRegime;
  readonly readings: readonly Pick<PointReading, 'rule' | 'points'>[];
}

export interface Situation {
  readonly signal: Signal;
  readonly btcTrend: TrendRegime;
  readonly position: Pick<Position, 'side'> | null;
}

/** Index in `[0, MARKET_STATE_COUNT)`. */
export function marketStateOf({ trend, btcTrend, volatility, readings }: MarketSituation): number {
  const digits: Readonly<Record<keyof typeof MARKET_BUCKETS, number>> = {
    trend: MARKET_BUCKETS.trend.indexOf(trend),
    btc: MARKET_BUCKETS.btc.indexOf(btcTrend),
    macd: sideOf(readings, 'macd_cross'),
    rsi: sideOf(readings, 'rsi_band'),
    bollinger: sideOf(readings, 'bollinger_touch'),
    vwap: sideOf(readings, 'vwap_side'),
    volatility: MARKET_BUCKETS.volatility.indexOf(volatility),
  };
  return BUCKET_ENTRIES.reduce((index, [name, names]) => index * names.length + digits[name], 0);
}

/** Index in `[0, STATE_COUNT)`, and the buckets as `stateText` has them. */
export function encodeState({ signal, btcTrend, position }: Situation): { index: number; text: string } {
  const { trend, volatility } = signal.regime;
  const market = marketStateOf({ trend, volatility, btcTrend, readings: signal.readings });
  const index = stateIndex(market, position?.side ?? 'none');
  return { index, text: stateText(index) };
}

export function stateIndex(marketState: number, side: PositionSide): number {
  return marketState * POSITION_SIDES.length + POSITION_SIDES.indexOf(side);
}

/** What a state's position is. */
export function sideOfState(index: number): PositionSide {
  return POSITION_SIDES[index % POSITION_SIDES.length] ?? 'none';
}

/** The buckets of a state by name, such as `{ trend: 'bull', …, position: 'none' }`. */
export function stateBuckets(index: number): Record<keyof typeof MARKET_BUCKETS | 'position', string> {
  const words: Record<string, string> = {};
  let rest = Math.floor(index / POSITION_SIDES.length);
  for (const [name, names] of BUCKET_ENTRIES.toReversed()) {
    words[name] = names[rest % names.length] ?? '';
    rest = Math.floor(rest / names.length);
  }
  const inOrder = BUCKET_ENTRIES.map(([name]) => [name, words[name]]);
  return Object.fromEntries([...inOrder, ['position', sideOfState(index)]]);
}

/** The buckets as text, such as `trend=bull btc=bull macd=up …`. */
export function stateText(index: number): string {
  return Object.entries(stateBuckets(index))
    .map(([name, word]) => `${name}=${word}`)
    .join(' ');
}

/** The bucket of a rule: 0 where its points lean to long over all timeframes, 1 to short, 2 to neither. */
function sideOf(readings: MarketSituation['readings'], rule: StateRule): number {
  let points = 0;
  for (const reading of readings) if (reading.rule === rule) points += reading.points;
  if (points === 0) return 2;
  return points > 0 ? 0 : 1;
}
