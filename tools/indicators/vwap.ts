import type { CandleSeries } from '#domain/candle.ts';
import { DAY_MS } from '#domain/time.ts';
import { checkLength } from './check-arguments.ts';

/**
 * Volume-weighted average of the typical price (high + low + close) / 3, anchored at the session: it begins anew with
 * the first bar that opens on a new UTC day, the venues' day for perpetuals. In quote currency per base unit.
 * Until a session has traded it is the bar's typical price, so there is no warm-up and no NaN. On bars of a day or
 * longer it is each bar's typical price. O(n).
 * A series that begins within a day begins within a session: its first, partial one lacks the bars before it.
 * @param out receives the result; of the length of `series`.
 * @throws RangeError when `out` has another length.
 */
export function sessionVwap(
  series: CandleSeries,
  out: Float64Array = new Float64Array(series.length),
): Float64Array {
  const { openAtMs } = series;
  checkLength('sessionVwap', 'out', out, series.length);
  let from = 0;
  while (from < series.length) {
    const nextDayMs = (Math.floor(openAtMs[from]! / DAY_MS) + 1) * DAY_MS;
    let to = from + 1;
    while (to < series.length && openAtMs[to]! < nextDayMs) to++;
    averageFrom(series, from, to, out);
    from = to;
  }
  return out;
}

/** As `sessionVwap`, anchored once at the first bar of the series. */
export function cumulativeVwap(
  series: CandleSeries,
  out: Float64Array = new Float64Array(series.length),
): Float64Array {
  checkLength('cumulativeVwap', 'out', out, series.length);
  averageFrom(series, 0, series.length, out);
  return out;
}

function averageFrom(series: CandleSeries, from: number, to: number, out: Float64Array): void {
  const { high, low, close, volume } = series;
  let traded = 0;
  let paid = 0;
  for (let i = from; i < to; i++) {
    const prices = high[i]! + low[i]! + close[i]!;
    traded += volume[i]!;
    paid += prices * volume[i]!;
    out[i] = traded > 0 ? paid / (3 * traded) : prices / 3;
  }
}
