/** One symbol's minute bars and slow levels: the common factor by its beta, plus a walk of its own. */
import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import type { RandomSource } from '#domain/ids.ts';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { type CommonFactor, FACTOR_MINUTE_LOG } from './common-factor.ts';
import { createDailyWalk } from './daily-walk.ts';
import { MINUTES_PER_DAY, ownPlan } from './day-plan.ts';
import { BUSYNESS, EXPONENTIAL, ROW_BITS, ROW_MASK, randomFor, threeRows } from './draws.ts';
import { bridgeDay, multiplySurgeVolume } from './minute-path.ts';
import type { SymbolProfile } from './profiles.ts';

const ANCHOR_SPREAD_LOG = 0.12;
/** Length of a wick against a minute's standard deviation. */
const WICK = 0.35;

export interface SymbolPath {
  readonly profile: SymbolProfile;
  /** The 1,440 minute bars of a UTC day (whole days since 1970), written over `displaced` where there is one. */
  minutes(day: number, displaced?: CandleSeries): CandleSeries;
  /** The logarithm of the price at 00:00 UTC. */
  logAt(day: number): number;
}

export function createSymbolPath(seed: number, profile: SymbolProfile, factor: CommonFactor): SymbolPath {
  const { symbol, beta, ownVolatility } = profile;
  const minuteSpreadLog = FACTOR_MINUTE_LOG * ownVolatility;
  const levelLog = Math.log(profile.levelQuote);
  const walk = createDailyWalk({
    seed,
    name: `own ${symbol}`,
    anchorSpreadLog: ANCHOR_SPREAD_LOG * ownVolatility,
    stepOf: (day) => ({
      plannedLog: ownPlan(seed, symbol, day, ownVolatility).netLog,
      spreadLog: minuteSpreadLog * Math.sqrt(MINUTES_PER_DAY) * 0.9 * factor.wildness(day),
    }),
  });

  // A cold look-back draws hundreds of days of each symbol; fresh columns for each would cost more than the drawing.
  const log = new Float64Array(MINUTES_PER_DAY + 1);
  const busyness = new Float64Array(MINUTES_PER_DAY);

  return {
    profile,
    minutes(day, displaced = blankSeries(symbol, '1m', MINUTES_PER_DAY)) {
      const common = factor.day(day);
      const plan = ownPlan(seed, symbol, day, ownVolatility);
      const random = randomFor(seed, 'own minutes', symbol, day);
      bridgeDay({
        fromLog: walk.logAt(day),
        toLog: walk.logAt(day + 1),
        minuteSpreadLog,
        volatility: common.volatility,
        plan,
        random,
        into: log,
      });
      for (let m = 0; m <= MINUTES_PER_DAY; m++) log[m] = levelLog + beta * common.log[m]! + log[m]!;
      busyness.set(common.volume);
      multiplySurgeVolume(busyness, plan.surges);
      fillBars(displaced, profile, day, { log, volatility: common.volatility, busyness, random });
      return displaced;
    },
    logAt: (day) => levelLog + beta * factor.logAt(day) + walk.logAt(day),
  };
}

interface DayShape {
  readonly log: Float64Array;
  readonly volatility: Float64Array;
  readonly busyness: Float64Array;
  readonly random: RandomSource;
}

function fillBars(bars: CandleSeries, profile: SymbolProfile, day: number, shape: DayShape): void {
  const { log, volatility, busyness, random } = shape;
  const { openAtMs, open, high, low, close, volume } = bars;
  const perTick = 10 ** profile.priceDigits;
  const perStep = 10 ** profile.quantityDigits;
  const wickSpread = WICK * FACTOR_MINUTE_LOG * Math.hypot(profile.beta, profile.ownVolatility);
  const quotePerMinute = profile.dailyVolumeQuote / MINUTES_PER_DAY;
  const dayAtMs = day * DAY_MS;
  let price = Math.round(Math.exp(log[0]!) * perTick) / perTick;
  for (let m = 0; m < MINUTES_PER_DAY; m++) {
    const next = Math.round(Math.exp(log[m + 1]!) * perTick) / perTick;
    const wick = wickSpread * volatility[m]!;
    const rows = threeRows(random);
    const top = Math.max(price, next) * (1 + wick * EXPONENTIAL[rows & ROW_MASK]!);
    const bottom = Math.min(price, next) * (1 - wick * EXPONENTIAL[(rows >> ROW_BITS) & ROW_MASK]!);
    const traded = ((quotePerMinute * busyness[m]!) / next) * BUSYNESS[rows >> (2 * ROW_BITS)]!;
    openAtMs[m] = dayAtMs + m * MINUTE_MS;
    open[m] = price;
    high[m] = Math.round(top * perTick) / perTick;
    low[m] = Math.round(bottom * perTick) / perTick;
    close[m] = next;
    volume[m] = Math.max(1, Math.round(traded * perStep)) / perStep;
    price = next;
  }
}
