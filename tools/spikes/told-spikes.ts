import type { SpikeNotice } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import { spikeKey, spikesOfNotice } from './heard-spikes.ts';

/** A market that moves on every timeframe at once says it four times; whoever needs more than this looks at the chart. */
export const MOST_TOLD_PER_HOUR = 12;

export type Telling = 'told' | 'repeated' | 'over_limit';

/**
 * The notices of the last hour: none is told twice, and of a symbol no more than `mostPerHour`. Time is that of the notices,
 * and of one symbol does not go back: an older one counts as of now. Holds `mostPerHour` notices of a symbol at most.
 */
export class ToldSpikes {
  readonly #mostPerHour: number;
  readonly #bySymbol = new Map<
    MarketSymbol,
    { readonly atMs: EpochMs; readonly keys: readonly string[] }[]
  >();

  /** @throws RangeError when `mostPerHour` is no whole number above 0. */
  constructor(mostPerHour: number = MOST_TOLD_PER_HOUR) {
    if (!Number.isInteger(mostPerHour) || mostPerHour < 1)
      throw new RangeError(`ToldSpikes: mostPerHour ${mostPerHour} must be a whole number above 0`);
    this.#mostPerHour = mostPerHour;
  }

  /** Whether it is to be told; then it counts as told. */
  take(notice: SpikeNotice): Telling {
    const known = this.#bySymbol.get(notice.symbol) ?? [];
    const atMs = Math.max(notice.atMs, known.at(-1)?.atMs ?? 0);
    const recent = known.filter((told) => told.atMs > atMs - HOUR_MS);
    this.#bySymbol.set(notice.symbol, recent);
    const keys = spikesOfNotice(notice).map(spikeKey);
    if (keys.every((key) => recent.some((told) => told.keys.includes(key)))) return 'repeated';
    if (recent.length >= this.#mostPerHour) return 'over_limit';
    recent.push({ atMs, keys });
    return 'told';
  }

  /** Lets go of the symbols of which nothing was told since. */
  forgetBefore(atMs: EpochMs): void {
    for (const [symbol, told] of this.#bySymbol)
      if ((told.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) < atMs) this.#bySymbol.delete(symbol);
  }
}
