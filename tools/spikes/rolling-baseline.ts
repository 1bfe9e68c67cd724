import { checkLeastSigma, medianOfSorted, sigmaOfSorted } from './robust-baseline.ts';

/**
 * Median and robust sigma of the last `size` values, exact: what `robustBaseline` says of the same values, to the last bit.
 * The values stand twice, in the order they came and sorted; a new one is O(size) in moved bytes, a question
 * O(log size) after a new value and O(1) else. Nothing is allocated after the constructor.
 * A value that is not finite takes its place in time and counts for nothing.
 */
export class RollingBaseline {
  readonly #leastSigma: number;
  readonly #inTime: Float64Array;
  readonly #sorted: Float64Array;
  #next = 0;
  #held = 0;
  #count = 0;
  #wasFull = false;
  #evicted = Number.NaN;
  #median = Number.NaN;
  #sigma = Number.NaN;
  #isFresh = false;

  /** @throws RangeError when `size` is no whole number above 0 or `leastSigma` not above 0. */
  constructor(size: number, leastSigma: number) {
    checkLeastSigma('RollingBaseline', leastSigma);
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`RollingBaseline: size ${size} must be a whole number above 0`);
    this.#leastSigma = leastSigma;
    this.#inTime = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  /** Whether as many values came as there is room for, finite or not. */
  get isFull(): boolean {
    return this.#held === this.#inTime.length;
  }

  /** How many of the values held are finite. */
  get count(): number {
    return this.#count;
  }

  /** NaN while no finite value is held; so is `sigma`. */
  get median(): number {
    if (!this.#isFresh) this.#settle();
    return this.#median;
  }

  get sigma(): number {
    if (!this.#isFresh) this.#settle();
    return this.#sigma;
  }

  push(value: number): void {
    this.#wasFull = this.isFull;
    this.#evicted = this.#wasFull ? this.#inTime[this.#next]! : Number.NaN;
    if (this.#wasFull) this.#remove(this.#evicted);
    else this.#held += 1;
    this.#inTime[this.#next] = value;
    this.#insert(value);
    this.#next = this.#next + 1 === this.#inTime.length ? 0 : this.#next + 1;
    this.#isFresh = false;
  }

  /** Takes the last `push` back; only one can be, and not across a `clear`. */
  undoPush(): void {
    this.#next = this.#next === 0 ? this.#inTime.length - 1 : this.#next - 1;
    this.#remove(this.#inTime[this.#next]!);
    this.#inTime[this.#next] = this.#evicted;
    if (this.#wasFull) this.#insert(this.#evicted);
    else this.#held -= 1;
    this.#isFresh = false;
  }

  clear(): void {
    this.#next = 0;
    this.#held = 0;
    this.#count = 0;
    this.#isFresh = false;
  }

  #settle(): void {
    this.#median = medianOfSorted(this.#sorted, this.#count);
    this.#sigma =
      this.#count === 0
        ? Number.NaN
        : sigmaOfSorted(this.#sorted, this.#count, this.#median, this.#leastSigma);
    this.#isFresh = true;
  }

  #insert(value: number): void {
    if (!Number.isFinite(value)) return;
    const sorted = this.#sorted;
    let at = this.#count;
    for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = value;
    this.#count += 1;
  }

  #remove(value: number): void {
    if (!Number.isFinite(value)) return;
    const sorted = this.#sorted;
    this.#count -= 1;
    for (let at = this.#rankOf(value); at < this.#count; at++) sorted[at] = sorted[at + 1]!;
  }

  /** How many of the sorted values lie below. */
  #rankOf(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
