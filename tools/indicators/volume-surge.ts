import { checkLength, checkPeriod } from './check-arguments.ts';

/**
 * Each bar's volume over the mean volume of the `period` bars before it: 2 means twice the usual. The bar itself is not
 * in its own yardstick. The first `period` entries are NaN, and so is a bar after `period` bars without any volume.
 * O(n); sums are only added up, as in `sma`, so that a busy past leaves no residue in a quiet present.
 * @param out receives the result; of the same length as `volume`, and not `volume` itself.
 * @throws RangeError when `period` is not a whole number of at least 1, or `out` has another length.
 */
export function volumeSurge(
  volume: Float64Array,
  period = 20,
  out: Float64Array = new Float64Array(volume.length),
): Float64Array {
  checkPeriod('volumeSurge', 'period', period);
  const length = volume.length;
  checkLength('volumeSurge', 'out', out, length);
  out.fill(Number.NaN, 0, Math.min(period, length));

  for (let block = period; block < length; block += period) {
    const end = Math.min(block + period, length);
    let tail = 0;
    for (let i = block + period - 1; i >= end; i--) tail += volume[i - period]!;
    for (let i = end - 1; i >= block; i--) {
      tail += volume[i - period]!;
      out[i] = tail;
    }
    let head = 0;
    for (let i = block; i < end; i++) {
      const usual = out[i]! + head;
      out[i] = usual > 0 ? (volume[i]! * period) / usual : Number.NaN;
      head += volume[i]!;
    }
  }
  return out;
}
