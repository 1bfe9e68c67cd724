/** Which timeframes a venue gives, and from which of them the others are built. */
import { AppError } from '#domain/errors.ts';
import { canBuildFrom, Timeframe } from '#domain/time.ts';

export interface VenueTimeframes {
  readonly finest: Timeframe;
  readonly fast: Timeframe;
  /** Those of a snapshot, finest first. */
  readonly snapshot: readonly Timeframe[];
  /** What to ask the venue for: the timeframe itself, else the coarsest it can be built from. */
  askedFor(timeframe: Timeframe): Timeframe;
}

/** @throws AppError `interval_unbuildable` when a snapshot's timeframe cannot be made of what is offered */
export function venueTimeframes(exchangeId: string, offered: readonly string[]): VenueTimeframes {
  const known = Timeframe.options.filter((timeframe) => offered.includes(timeframe));
  const sourceOf = (timeframe: Timeframe) => known.findLast((finer) => canBuildFrom(finer, timeframe));

  function askedFor(timeframe: Timeframe): Timeframe {
    const source = sourceOf(timeframe);
    if (source) return source;
    throw new AppError(
      'interval_unbuildable',
      `${timeframe} cannot be built from the candles of ${exchangeId}: it gives ${known.join(', ') || 'none'}`,
      { context: { exchangeId, timeframe, offered: known } },
    );
  }

  const fast = (['3m', '5m', '15m'] as const).find((timeframe) => sourceOf(timeframe)) ?? '15m';
  const snapshot = [...new Set<Timeframe>([fast, '15m', '1h', '4h'])];
  for (const timeframe of snapshot) askedFor(timeframe);
  return { finest: known[0] ?? fast, fast, snapshot, askedFor };
}
