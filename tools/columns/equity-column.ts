/** An equity curve in typed arrays: instants, equity and balance in double precision, oldest first. */
import type { EpochMs } from '#domain/time.ts';
import { DAY_MS } from '#domain/time.ts';

export interface EquityReading {
  readonly atMs: EpochMs;
  readonly equityQuote: number;
  readonly balanceQuote: number;
}

/** What losses are measured from; NaN before the first reading. */
export interface NumericMarks {
  readonly dayStartQuote: number;
  readonly peakQuote: number;
}

const FIRST_ROOM = 4_096;

/** Appends in the order of time; the newest reading may be replaced by another of its instant. O(1) for each. */
export class EquityColumn {
  #atMs = new Float64Array(FIRST_ROOM);
  #equity = new Float64Array(FIRST_ROOM);
  #balance = new Float64Array(FIRST_ROOM);
  #length = 0;
  /** The highest of all but the newest reading. */
  #peakBefore = Number.NaN;
  #forgottenToMs = Number.NEGATIVE_INFINITY;
  #day = Number.NaN;
  /** The last reading before the newest one's UTC day; of that day's first where there is none. */
  #dayStart = Number.NaN;
  #isDayFirst = false;

  get length(): number {
    return this.#length;
  }

  /** One that is older than the newest is passed over: it is known already. */
  put(atMs: EpochMs, equityQuote: number, balanceQuote: number): void {
    const last = this.#length - 1;
    const newestMs = last < 0 ? Number.NEGATIVE_INFINITY : this.#atMs[last]!;
    if (atMs < newestMs) return;
    if (atMs > newestMs) this.#append(atMs, last);
    const at = this.#length - 1;
    this.#equity[at] = equityQuote;
    this.#balance[at] = balanceQuote;
    if (this.#isDayFirst && at === 0) this.#dayStart = equityQuote;
  }

  /** As `put`, but of one instant the higher stands. */
  putHigher(atMs: EpochMs, equityQuote: number, balanceQuote: number): void {
    const last = this.#length - 1;
    if (last >= 0 && this.#atMs[last] === atMs && this.#equity[last]! >= equityQuote) return;
    this.put(atMs, equityQuote, balanceQuote);
  }

  /**
   * One of the past, put in its place; of one instant the higher stands. It is no new peak and begins no day: what was
   * highest was put when it was, and something was read after it. O(readings since).
   */
  putPast(atMs: EpochMs, equityQuote: number, balanceQuote: number): void {
    let at = this.#length;
    while (at > 0 && this.#atMs[at - 1]! > atMs) at -= 1;
    if (at === this.#length || this.#atMs[at - 1] === atMs) {
      if (at === this.#length) this.putHigher(atMs, equityQuote, balanceQuote);
      return;
    }
    if (this.#length === this.#atMs.length) this.#grow();
    for (const [column, value] of [
      [this.#atMs, atMs],
      [this.#equity, equityQuote],
      [this.#balance, balanceQuote],
    ] as const) {
      column.copyWithin(at + 1, at, this.#length);
      column[at] = value;
    }
    this.#length += 1;
  }

  /** The marks as they stand at an instant that is not before the newest reading. */
  marksAt(nowMs: EpochMs): NumericMarks {
    const last = this.#length - 1;
    if (last < 0) return { dayStartQuote: Number.NaN, peakQuote: Number.NaN };
    const newest = this.#equity[last]!;
    const peakQuote = this.#peakBefore >= newest ? this.#peakBefore : newest;
    const isToday = Math.floor(nowMs / DAY_MS) === this.#day;
    return { dayStartQuote: isToday ? this.#dayStart : newest, peakQuote };
  }

  /** The peak is counted from the last reading up to this instant on. */
  forgetPeak(untilMs: EpochMs): void {
    this.#forgottenToMs = untilMs;
    this.#peakBefore = Number.NaN;
  }

  at(index: number): EquityReading {
    const read = (column: Float64Array) => column[index] ?? Number.NaN;
    return { atMs: read(this.#atMs), equityQuote: read(this.#equity), balanceQuote: read(this.#balance) };
  }

  #append(atMs: EpochMs, last: number): void {
    if (this.#length === this.#atMs.length) this.#grow();
    if (atMs <= this.#forgottenToMs) this.#peakBefore = Number.NaN;
    else if (last >= 0) {
      const newest = this.#equity[last]!;
      this.#peakBefore = this.#peakBefore >= newest ? this.#peakBefore : newest;
    }
    const day = Math.floor(atMs / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#isDayFirst = last < 0;
      if (last >= 0) this.#dayStart = this.#equity[last]!;
    }
    this.#atMs[this.#length] = atMs;
    this.#length += 1;
  }

  #grow(): void {
    const larger = (column: Float64Array) => {
      const room = new Float64Array(column.length * 2);
      room.set(column);
      return room;
    };
    this.#atMs = larger(this.#atMs);
    this.#equity = larger(this.#equity);
    this.#balance = larger(this.#balance);
  }
}
