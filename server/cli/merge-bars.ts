/** The bars of many series as one stream in the order in which they closed; one piece of each file is held at a time. */

import type { BarColumns } from '#domain/candle.ts';
import type { EpochMs } from '#domain/time.ts';
import { type OnPassedOver, type ScanSeries, type ScanSpan, scanBars } from './candle-scan.ts';

/** Takes bar `index` of these columns; `closedAtMs` never runs backwards. */
export type OnBar = (series: ScanSeries, bars: BarColumns, index: number, closedAtMs: EpochMs) => void;

interface Cursor {
  readonly series: ScanSeries;
  readonly order: number;
  readonly pieces: AsyncGenerator<BarColumns>;
  bars: BarColumns | null;
  index: number;
  /** When the next bar closed; before the first file is opened, the earliest its name allows. */
  nextAtMs: EpochMs;
}

/**
 * Bars that close together come in the order of the series. A series is not opened before its first day is reached, so
 * years of files take the memory of those that overlap.
 * @throws AppError as `scanBars`
 */
export async function mergeBars(
  series: readonly ScanSeries[],
  span: ScanSpan,
  on: { readonly bar: OnBar; readonly passedOver: OnPassedOver },
): Promise<void> {
  const heap = series.map((one, order): Cursor => {
    const pieces = scanBars(one, span, on.passedOver);
    const nextAtMs = one.files[0]?.fromMs ?? 0;
    return { series: one, order, pieces, bars: null, index: 0, nextAtMs };
  });
  heap.sort(isAfter);
  try {
    while (heap[0]) {
      const first = heap[0];
      if (first.bars) on.bar(first.series, first.bars, first.index, first.nextAtMs);
      if (!step(first) && !(await openNext(first))) {
        const last = heap.pop();
        if (last && last !== first) heap[0] = last;
      }
      sink(heap);
    }
  } finally {
    await Promise.all(heap.map(({ pieces }) => pieces.return(undefined)));
  }
}

/** Moves on within the piece; false at its end. */
function step(cursor: Cursor): boolean {
  cursor.index += 1;
  return place(cursor);
}

async function openNext(cursor: Cursor): Promise<boolean> {
  const { value, done } = await cursor.pieces.next();
  cursor.bars = done ? null : value;
  cursor.index = 0;
  return place(cursor);
}

function place(cursor: Cursor): boolean {
  const openAtMs = cursor.bars?.openAtMs[cursor.index];
  if (openAtMs === undefined) return false;
  cursor.nextAtMs = openAtMs + cursor.series.intervalMs;
  return true;
}

function isAfter(left: Cursor, right: Cursor): number {
  return left.nextAtMs - right.nextAtMs || left.order - right.order;
}

/** Lets the first of a heap sink to where it belongs. */
function sink(heap: Cursor[]): void {
  let at = 0;
  for (;;) {
    const parent = heap[at];
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (!parent || !left) return;
    const child = right && isAfter(right, left) < 0 ? right : left;
    if (isAfter(child, parent) >= 0) return;
    const below = child === left ? 2 * at + 1 : 2 * at + 2;
    heap[at] = child;
    heap[below] = parent;
    at = below;
  }
}
