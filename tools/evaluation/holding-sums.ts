import { TIMEFRAME_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { HoldingSums } from './random-entries.ts';
import type { StudyMarket } from './study-market.ts';
import { barsWithin } from './walk-span.ts';

/** What holding came to over the same bars that `walkSpan` walks, one stretch after the other. O(bars). */
export function holdingSums({ stretches, timeframe }: StudyMarket, spans: readonly TimeSpan[]): HoldingSums {
  const logPrice = [0];
  const longFunding = [0];
  const shortFunding = [0];
  const add = (column: number[], value: number) => column.push((column.at(-1) ?? 0) + value);
  for (const span of spans)
    for (const stretch of stretches) {
      const { from, to } = barsWithin(stretch, span, TIMEFRAME_MS[timeframe]);
      if (to - from < 2) continue;
      const { bars, funding } = stretch;
      for (let bar = from; bar < to; bar += 1) {
        const isLast = bar === to - 1;
        add(logPrice, isLast ? 0 : Math.log((bars.open[bar + 1] ?? 1) / (bars.open[bar] ?? 1)));
        add(longFunding, isLast ? 0 : (funding.long[bar] ?? 0));
        add(shortFunding, isLast ? 0 : (funding.short[bar] ?? 0));
      }
    }
  return {
    logPrice: Float64Array.from(logPrice),
    longFunding: Float64Array.from(longFunding),
    shortFunding: Float64Array.from(shortFunding),
  };
}
